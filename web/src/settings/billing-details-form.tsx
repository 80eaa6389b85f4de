import {
  Badge,
  Button,
  Fieldset,
  Group,
  NativeSelect,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState, type SyntheticEvent } from 'react'
import { useAccount, useMay } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { formatWord } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import { countriesByName } from './countries'
import { SettingsSetBillingDetailsDocument, type SettingsBillingDetailsFragment } from './settings.generated'

const MAX_TAX_IDS = 5
const MAX_ADDRESS_LINES = 4

type Details = SettingsBillingDetailsFragment

interface Typed {
  legalName: string
  email: string
  purchaseOrder: string
  lines: string
  postcode: string
  city: string
  region: string
  country: string
  taxIds: { country: string; value: string }[]
}

export function BillingDetailsForm({ details }: { details: Details | null }) {
  const { id } = useAccount()
  const mayChange = useMay('BILLING')
  const [typed, setTyped] = useState(() => typedOf(details))
  const deed = useDeed(SettingsSetBillingDetailsDocument)
  const set = (changes: Partial<Typed>) => setTyped((before) => ({ ...before, ...changes }))
  const { refusal } = deed
  const refusedField = refusal?.code === 'BAD_USER_INPUT' ? String(refusal.details.field) : null
  const shownAt = refusedField === null ? null : fieldShowing(refusedField)
  // It stands at the field: its name need not be told.
  const errorAt = (field: string) =>
    shownAt === field && refusedField !== null ? refusal?.message.replace(refusedField, 'It') : undefined
  const save = async (event: SyntheticEvent) => {
    event.preventDefault()
    const done = await deed.run({ accountId: id, ...inputOf(typed) })
    if (done === null) return
    // As they were written into one form.
    setTyped(typedOf(done.setBillingDetails.billingDetails))
    notifications.show({ message: 'Saved. The next invoice that opens has them.', color: 'green' })
  }
  const text = (field: keyof Omit<Typed, 'taxIds'>, path: string = field) => ({
    value: typed[field],
    onChange: (event: { currentTarget: { value: string } }) => set({ [field]: event.currentTarget.value }),
    error: errorAt(path),
    readOnly: !mayChange,
  })
  return (
    <form onSubmit={(event) => void save(event)} aria-label="Billing details">
      <Paper withBorder p="md" radius="md">
        <Stack>
          {!mayChange && <Text size="sm">Your role can read them, and not change them.</Text>}
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label="Legal name"
              description="Without it, invoices have the account’s name"
              autoComplete="organization"
              maxLength={255}
              {...text('legalName')}
            />
            <TextInput
              label="E-mail for invoices"
              description="Without it, they go to the account’s e-mail"
              type="email"
              autoComplete="email"
              {...text('email')}
            />
            <TextInput
              label="Purchase order"
              description="Stands on invoices that name none of their own"
              maxLength={255}
              {...text('purchaseOrder')}
            />
          </SimpleGrid>
          <Fieldset legend="Address">
            <Stack gap="sm">
              <Textarea
                label="Street and house"
                description={`${MAX_ADDRESS_LINES} lines at the most`}
                autosize
                minRows={2}
                maxRows={MAX_ADDRESS_LINES}
                autoComplete="street-address"
                {...text('lines', 'address.lines')}
              />
              <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
                <TextInput label="Postcode" autoComplete="postal-code" {...text('postcode', 'address.postcode')} />
                <TextInput label="City" autoComplete="address-level2" {...text('city', 'address.city')} />
                <TextInput
                  label="State or province"
                  autoComplete="address-level1"
                  {...text('region', 'address.region')}
                />
                <CountrySelect
                  value={typed.country}
                  onChange={(country) => set({ country })}
                  error={errorAt('address.country')}
                  disabled={!mayChange}
                />
              </SimpleGrid>
              {errorAt('address') !== undefined && (
                <Text size="sm" c="red" role="alert">
                  {errorAt('address')}
                </Text>
              )}
            </Stack>
          </Fieldset>
          <TaxIds
            taxIds={typed.taxIds}
            known={details?.taxIds ?? []}
            errorAt={errorAt}
            mayChange={mayChange}
            onChange={(taxIds) => set({ taxIds })}
          />
          {refusal !== null && shownAt === null && <RefusalAlert error={refusal} />}
          {mayChange && (
            <Group justify="flex-end">
              <Button type="submit" loading={deed.busy}>
                Save
              </Button>
            </Group>
          )}
        </Stack>
      </Paper>
    </form>
  )
}

function TaxIds(props: {
  taxIds: Typed['taxIds']
  known: Details['taxIds']
  errorAt: (field: string) => string | undefined
  mayChange: boolean
  onChange: (taxIds: Typed['taxIds']) => void
}) {
  const { taxIds, known, errorAt, mayChange, onChange } = props
  const change = (index: number, changes: Partial<Typed['taxIds'][number]>) =>
    onChange(taxIds.map((taxId, place) => (place === index ? { ...taxId, ...changes } : taxId)))
  return (
    <Fieldset legend="Tax ids">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          Such as a VAT number. Its form and its check digits are checked as you save; the first counts most.
        </Text>
        {taxIds.map((taxId, index) => {
          const verification = known.find(({ value }) => value === taxId.value)?.verification
          return (
            <Group key={index} align="flex-start" gap="sm">
              <CountrySelect
                label={`Country of tax id ${index + 1}`}
                value={taxId.country}
                onChange={(country) => change(index, { country })}
                error={errorAt(`taxIds.${index}.country`)}
                disabled={!mayChange}
              />
              <TextInput
                label={`Tax id ${index + 1}`}
                value={taxId.value}
                onChange={(event) => change(index, { value: event.currentTarget.value })}
                error={errorAt(`taxIds.${index}.value`)}
                readOnly={!mayChange}
                maxLength={40}
              />
              {verification != null && (
                <Badge variant="default" tt="none" mt={30}>
                  {formatWord(verification)}
                </Badge>
              )}
              {mayChange && (
                <Button
                  variant="subtle"
                  color="red"
                  mt={25}
                  onClick={() => onChange(taxIds.filter((_, place) => place !== index))}
                  aria-label={`Remove tax id ${index + 1}`}
                >
                  Remove
                </Button>
              )}
            </Group>
          )
        })}
        {mayChange && taxIds.length < MAX_TAX_IDS && (
          <Group>
            <Button variant="default" size="xs" onClick={() => onChange([...taxIds, { country: '', value: '' }])}>
              Add a tax id
            </Button>
          </Group>
        )}
        {errorAt('taxIds') !== undefined && (
          <Text size="sm" c="red" role="alert">
            {errorAt('taxIds')}
          </Text>
        )}
      </Stack>
    </Fieldset>
  )
}

function CountrySelect(props: {
  label?: string
  value: string
  onChange: (country: string) => void
  error: string | undefined
  disabled: boolean
}) {
  const { label = 'Country', value, onChange, error, disabled } = props
  return (
    <NativeSelect
      label={label}
      data={[{ value: '', label: '–' }, ...countriesByName()]}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
      disabled={disabled}
    />
  )
}

function typedOf(details: Details | null): Typed {
  const address = details?.address ?? null
  return {
    legalName: details?.legalName ?? '',
    email: details?.email ?? '',
    purchaseOrder: details?.purchaseOrder ?? '',
    lines: address?.lines.join('\n') ?? '',
    postcode: address?.postcode ?? '',
    city: address?.city ?? '',
    region: address?.region ?? '',
    country: address?.country ?? '',
    taxIds: (details?.taxIds ?? []).map(({ country, value }) => ({ country: country ?? '', value })),
  }
}

/** What is blank is taken away; an address of which nothing is given is none. */
function inputOf(typed: Typed) {
  const { legalName, email, purchaseOrder, lines, postcode, city, region, country, taxIds } = typed
  const given = {
    lines: linesOf(lines),
    postcode: orNull(postcode),
    city: city.trim(),
    region: orNull(region),
    country,
  }
  const hasAddress = given.lines.length > 0 || [postcode, city, region, country].some((part) => part.trim() !== '')
  return {
    legalName: orNull(legalName),
    email: orNull(email),
    purchaseOrder: orNull(purchaseOrder),
    address: hasAddress ? given : null,
    taxIds: taxIds
      .filter(({ country: where, value }) => where !== '' || value.trim() !== '')
      .map((taxId) => ({ country: taxId.country, value: taxId.value.trim() })),
  }
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim()
}

const FIELDS = [
  'legalName',
  'email',
  'purchaseOrder',
  'address.lines',
  'address.postcode',
  'address.city',
  'address.region',
  'address.country',
  'address',
  'taxIds',
]

/** At which field of the form a refusal is shown; null where none is its. */
function fieldShowing(refused: string): string | null {
  if (/^taxIds\.\d\.(country|value)$/.test(refused)) return refused
  return FIELDS.find((field) => refused === field || refused.startsWith(`${field}.`)) ?? null
}
