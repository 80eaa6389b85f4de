import { Checkbox, Stack, Text, Title } from '@mantine/core'
import { useAccount, useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { useDeed } from '../api/use-deed'
import { Await } from '../parts/await'
import { RefusalAlert } from '../parts/refusal-alert'
import type { MailKind } from '../schema.generated'
import { MAIL_KINDS } from './mail-kinds'
import { SettingsMailPreferencesDocument, SettingsSetMailPreferencesDocument } from './settings.generated'

const KINDS = Object.keys(MAIL_KINDS) as MailKind[]

/** What the account wants mail about: each tick is saved at once. */
export function MailPreferences() {
  const { id } = useAccount()
  const query = useLiveQuery(SettingsMailPreferencesDocument, {
    variables: { accountId: id },
    on: ['account.mail_preferences_set'],
  })
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        What is told by mail
      </Title>
      <Await query={query} lines={6}>
        {({ mailPreferences }) => <Preferences unwanted={mailPreferences.unwanted} onDone={() => query.refetch()} />}
      </Await>
    </Stack>
  )
}

function Preferences(props: { unwanted: readonly MailKind[]; onDone: () => Promise<unknown> }) {
  const { unwanted, onDone } = props
  const { id } = useAccount()
  const mayChange = useMay('BILLING')
  const deed = useDeed(SettingsSetMailPreferencesDocument)
  const want = async (kind: MailKind, isWanted: boolean) => {
    const others = unwanted.filter((one) => one !== kind)
    const done = await deed.run({ accountId: id, unwanted: isWanted ? others : [...others, kind] })
    if (done !== null) await onDone()
  }
  return (
    <Stack gap="sm">
      {!mayChange && <Text size="sm">Your role can read this, and not change it.</Text>}
      {KINDS.map((kind) => {
        const { label, text, isAlways = false } = MAIL_KINDS[kind]
        return (
          <Checkbox
            key={kind}
            label={label}
            description={isAlways ? `${text} This is always sent.` : text}
            checked={!unwanted.includes(kind)}
            disabled={isAlways || !mayChange || deed.busy}
            onChange={(event) => void want(kind, event.currentTarget.checked)}
          />
        )
      })}
      {deed.refusal !== null && <RefusalAlert error={deed.refusal} />}
    </Stack>
  )
}
