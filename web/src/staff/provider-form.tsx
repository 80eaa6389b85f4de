import { Button, Fieldset, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { fieldRefusal } from '../parts/field-refusal'
import { RefusalAlert } from '../parts/refusal-alert'
import { StaffSetProviderProfileDocument, type StaffProfileFragment } from './provider.generated'

/** The whole profile as it stands in the form: an emptied field is taken away. */
export function ProviderForm(props: {
  profile: StaffProfileFragment | null
  mayChange: boolean
  onChanged: () => void
}) {
  const { profile, mayChange, onChanged } = props
  const set = useDeed(StaffSetProviderProfileDocument)
  const [asked, setAsked] = useState(false)
  const form = useForm({ initialValues: typedProfile(profile), validate: checkProfile })
  const { values } = form
  const field = (name: keyof typeof values, refusedAs: string = name) => ({
    ...form.getInputProps(name),
    error: form.errors[name] ?? fieldRefusal(set.refusal, refusedAs),
  })
  const lineRefusal = [0, 1, 2, 3].map((line) => fieldRefusal(set.refusal, `address.lines.${line}`)).find(Boolean)

  const confirmed = async () => {
    const text = (value: string) => (value.trim() === '' ? null : value.trim())
    const hasBank = [values.holder, values.iban, values.bic, values.instructions].some((value) => text(value) !== null)
    const done = await set.run({
      legalName: values.legalName.trim(),
      address: {
        lines: linesOf(values.lines),
        city: values.city.trim(),
        postcode: text(values.postcode),
        region: text(values.region),
        country: values.country.trim(),
      },
      taxId: text(values.taxId) === null ? null : { country: values.taxCountry.trim(), value: values.taxId.trim() },
      bankAccount: hasBank
        ? {
            holder: values.holder.trim(),
            iban: text(values.iban),
            bic: text(values.bic),
            instructions: text(values.instructions),
          }
        : null,
      email: text(values.email),
      footer: text(values.footer),
      series: text(values.series),
      sandboxSeries: text(values.sandboxSeries),
    })
    setAsked(false)
    if (done === null) return
    notifications.show({ message: 'The profile stands on the invoices that open from now on.' })
    onChanged()
  }

  return (
    <form onSubmit={form.onSubmit(() => setAsked(true))} noValidate>
      <Fieldset variant="unstyled" disabled={!mayChange} maw={720}>
        <Stack>
          {!mayChange && <Text size="sm">Only admins of staff can change it.</Text>}
          <TextInput label="Legal name" required {...field('legalName')} />
          <Fieldset legend="Address">
            <Stack gap="sm">
              <Textarea
                label="Street and house"
                description="1 to 4 lines."
                required
                autosize
                minRows={2}
                maxRows={4}
                {...field('lines', 'address.lines')}
                error={form.errors.lines ?? fieldRefusal(set.refusal, 'address.lines') ?? lineRefusal}
              />
              <Group grow align="flex-start">
                <TextInput label="Postcode" {...field('postcode', 'address.postcode')} />
                <TextInput label="City" required {...field('city', 'address.city')} />
              </Group>
              <Group grow align="flex-start">
                <TextInput label="State or province" {...field('region', 'address.region')} />
                <TextInput
                  label="Country"
                  description="Two letters, such as DE."
                  required
                  maxLength={2}
                  {...field('country', 'address.country')}
                />
              </Group>
            </Stack>
          </Fieldset>
          <Fieldset legend="Tax id">
            <Group grow align="flex-start">
              <TextInput
                label="Of the country"
                description="Two letters; GR for Greece, GB for Northern Ireland too."
                maxLength={2}
                {...field('taxCountry', 'taxId.country')}
              />
              <TextInput
                label="Tax id"
                description="Its form and its check digits are checked."
                {...field('taxId', 'taxId.value')}
                error={
                  form.errors.taxId ?? fieldRefusal(set.refusal, 'taxId.value') ?? fieldRefusal(set.refusal, 'taxId')
                }
              />
            </Group>
          </Fieldset>
          <Fieldset legend="Bank account">
            <Stack gap="sm">
              <TextInput label="Holder" {...field('holder', 'bankAccount.holder')} />
              <Group grow align="flex-start">
                <TextInput label="IBAN" {...field('iban', 'bankAccount.iban')} />
                <TextInput label="BIC" {...field('bic', 'bankAccount.bic')} />
              </Group>
              <Textarea
                label="How to pay"
                description="Without an IBAN, this says how to pay."
                autosize
                minRows={2}
                maxLength={2000}
                {...field('instructions', 'bankAccount.instructions')}
              />
            </Stack>
          </Fieldset>
          <TextInput label="E-mail" description="For questions about an invoice." type="email" {...field('email')} />
          <Textarea
            label="Footer"
            description="Stands under each invoice, such as your register’s number."
            autosize
            minRows={2}
            maxLength={2000}
            {...field('footer')}
          />
          <Group grow align="flex-start">
            <TextInput
              label="Series of invoices"
              description={`Numbers begin with it: ${values.series || 'DB'}-${new Date().getFullYear()}-000001. A new series begins at 1.`}
              {...field('series')}
            />
            <TextInput
              label="Series of sandboxes"
              description="Of sandbox accounts’ invoices: never the same as the other."
              {...field('sandboxSeries')}
            />
          </Group>
          {set.refusal !== null && <RefusalAlert error={set.refusal} />}
          {mayChange && (
            <div>
              <Button type="submit" disabled={profile !== null && !form.isDirty()}>
                Save the profile
              </Button>
            </div>
          )}
        </Stack>
      </Fieldset>
      <ConfirmDialog
        opened={asked}
        title="Save the profile?"
        confirmLabel="Save it"
        busy={set.busy}
        refusal={null}
        onConfirm={() => void confirmed()}
        onClose={() => setAsked(false)}
      >
        <Text size="sm">
          Every invoice that opens from now on is sent by {values.legalName.trim()}. Those that are open stay as they
          are.
        </Text>
        {profile !== null && values.series.trim() !== '' && values.series.trim() !== profile.series && (
          <Text size="sm">
            Numbers go on with {values.series.trim()}, from 1; the series {profile.series} ends where it is.
          </Text>
        )}
      </ConfirmDialog>
    </form>
  )
}

function typedProfile(profile: StaffProfileFragment | null) {
  return {
    legalName: profile?.legalName ?? '',
    lines: profile?.address.lines.join('\n') ?? '',
    postcode: profile?.address.postcode ?? '',
    city: profile?.address.city ?? '',
    region: profile?.address.region ?? '',
    country: profile?.address.country ?? '',
    taxCountry: profile?.taxId?.country ?? '',
    taxId: profile?.taxId?.value ?? '',
    holder: profile?.bankAccount?.holder ?? '',
    iban: profile?.bankAccount?.iban ?? '',
    bic: profile?.bankAccount?.bic ?? '',
    instructions: profile?.bankAccount?.instructions ?? '',
    email: profile?.email ?? '',
    footer: profile?.footer ?? '',
    series: profile?.series ?? '',
    sandboxSeries: profile?.sandboxSeries ?? '',
  }
}

function checkProfile(values: ReturnType<typeof typedProfile>): Record<string, string> {
  const errors: Record<string, string> = {}
  if (values.legalName.trim() === '') errors.legalName = 'Who sends the invoices?'
  if (linesOf(values.lines).length === 0) errors.lines = 'At least one line'
  if (values.city.trim() === '') errors.city = 'An address has a city'
  if (values.country.trim() === '') errors.country = 'Two letters, such as DE'
  return errors
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
