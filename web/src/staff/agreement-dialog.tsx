import { ActionIcon, Button, Group, Modal, NumberInput, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconTrash } from '@tabler/icons-react'
import { useDeed } from '../api/use-deed'
import { fieldRefusal } from '../parts/field-refusal'
import { formatMoney, parseMoney, typedMoney } from '../parts/format'
import { MoneyInput } from '../parts/money-input'
import { RefusalAlert } from '../parts/refusal-alert'
import { parsePercent, typedPercent } from './agreement-words'
import { AgreementSetDocument, type AgreedAccountFragment, type AgreedPricesFragment } from './agreements.generated'

const MAX_TIERS = 100

/** Agrees new prices. The form begins with those of the newest agreement: mostly one figure changes. */
export function AgreementDialog(props: { account: AgreedAccountFragment; onDone: () => void; onClose: () => void }) {
  const { account, onDone, onClose } = props
  const set = useDeed(AgreementSetDocument)
  const form = useTermsForm(account.priceAgreements[0])
  const { values } = form
  const currency = isCurrency(values.currency) ? values.currency : ''
  const refused = (name: keyof Terms, field: string) => form.errors[name] ?? fieldRefusal(set.refusal, field)

  const submit = async (terms: Terms) => {
    const amount = (text: string) => parseMoney(text, terms.currency) ?? 0
    const done = await set.run({
      accountId: account.id,
      currency: terms.currency,
      channelMonthAmount: amount(terms.channelMonth),
      looseDayAmount: terms.looseDay.trim() === '' ? null : amount(terms.looseDay),
      tiers: terms.tiers.map(({ fromChannels, channelMonth }) => ({
        fromChannels: Number(fromChannels),
        channelMonthAmount: amount(channelMonth),
      })),
      yearlyDiscountBasisPoints: parsePercent(terms.yearlyDiscount, 2) ?? 0,
      taxPartsPerMillion: parsePercent(terms.tax, 4) ?? 0,
      taxId: terms.taxId.trim() === '' ? null : terms.taxId.trim(),
      reverseCharge: terms.reverseCharge,
      paymentTermDays: Number(terms.paymentTermDays),
      autoPrepare: terms.autoPrepare,
      validFrom: terms.validFrom === '' ? null : new Date(terms.validFrom).toISOString(),
    })
    if (done === null) return
    onDone()
    onClose()
  }

  return (
    <Modal opened onClose={onClose} title="Agree new prices" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={form.onSubmit((terms) => void submit(terms))} noValidate>
        <Stack>
          <Text size="sm">
            An agreement is never changed: a newer one takes its place. Invoices that were requested before keep their
            price.
          </Text>
          <Group grow align="flex-start">
            <TextInput
              label="Currency"
              description="By ISO 4217, such as EUR."
              required
              data-autofocus
              maxLength={3}
              {...form.getInputProps('currency')}
              onChange={(event) => form.setFieldValue('currency', event.currentTarget.value.toUpperCase())}
              error={refused('currency', 'currency')}
            />
            <TextInput
              label="Holds from"
              description="Your own time. At once, unless given."
              type="datetime-local"
              {...form.getInputProps('validFrom')}
              error={refused('validFrom', 'validFrom')}
            />
          </Group>
          <Group grow align="flex-start">
            <MoneyInput
              label="A channel for 30 days"
              description="Without tax."
              required
              currency={currency}
              {...form.getInputProps('channelMonth')}
              error={refused('channelMonth', 'channelMonthAmount')}
            />
            <MoneyInput
              label="A loose day"
              description="A thirtieth of it, unless given."
              currency={currency}
              {...form.getInputProps('looseDay')}
              error={refused('looseDay', 'looseDayAmount')}
            />
          </Group>
          <Tiers form={form} currency={currency} refusal={fieldRefusal(set.refusal, 'tiers')} />
          <Group grow align="flex-start">
            <TextInput
              label="Tax in percent"
              description="Such as 7.7."
              inputMode="decimal"
              disabled={values.reverseCharge}
              {...form.getInputProps('tax')}
              error={refused('tax', 'taxPartsPerMillion')}
            />
            <TextInput
              label="Customer’s tax id"
              description="Stands on its invoices."
              {...form.getInputProps('taxId')}
              error={refused('taxId', 'taxId')}
            />
          </Group>
          <Switch
            label="Reverse charge"
            description="The customer owes the tax: its invoices have none. It takes a tax id."
            {...form.getInputProps('reverseCharge', { type: 'checkbox' })}
            error={refused('reverseCharge', 'reverseCharge')}
          />
          <Group grow align="flex-start">
            <TextInput
              label="Yearly plan’s discount in percent"
              description="Off 12 monthly prices."
              inputMode="decimal"
              {...form.getInputProps('yearlyDiscount')}
              error={refused('yearlyDiscount', 'yearlyDiscountBasisPoints')}
            />
            <NumberInput
              label="Days to pay"
              description="From an invoice’s opening to its due date."
              min={0}
              max={365}
              allowDecimal={false}
              {...form.getInputProps('paymentTermDays')}
              error={refused('paymentTermDays', 'paymentTermDays')}
            />
          </Group>
          <Switch
            label="Invoices open at once"
            description="Otherwise a request waits in the queue until staff prepare it, within 30 minutes."
            {...form.getInputProps('autoPrepare', { type: 'checkbox' })}
          />
          <Example terms={values} />
          {set.refusal !== null && <RefusalAlert error={set.refusal} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={set.busy}>
              Agree them
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function Tiers(props: { form: ReturnType<typeof useTermsForm>; currency: string; refusal: string | undefined }) {
  const { form, currency, refusal } = props
  return (
    <Stack gap="xs" role="group" aria-label="Tiers">
      <Text size="sm" fw={500}>
        Tiers
      </Text>
      <Text size="xs" c="dimmed">
        An invoice of so many channels or more has this price for all of them.
      </Text>
      {form.values.tiers.map((tier, index) => (
        <Group key={tier.key} align="flex-start" gap="xs" wrap="nowrap">
          <NumberInput
            aria-label={`Tier ${index + 1}: from channels`}
            placeholder="From channels"
            min={1}
            max={1_000_000}
            allowDecimal={false}
            flex={1}
            {...form.getInputProps(`tiers.${index}.fromChannels`)}
          />
          <MoneyInput
            aria-label={`Tier ${index + 1}: a channel for 30 days`}
            placeholder="Price"
            currency={currency}
            flex={1}
            {...form.getInputProps(`tiers.${index}.channelMonth`)}
          />
          <ActionIcon
            variant="default"
            size={36}
            aria-label={`Take tier ${index + 1} away`}
            onClick={() => form.removeListItem('tiers', index)}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      {(form.errors.tiers ?? refusal) !== undefined && (
        <Text size="xs" c="red" role="alert">
          {form.errors.tiers ?? refusal}
        </Text>
      )}
      <div>
        <Button
          variant="default"
          size="xs"
          disabled={form.values.tiers.length >= MAX_TIERS}
          onClick={() =>
            form.insertListItem('tiers', { key: nextKey(form.values.tiers), fromChannels: '', channelMonth: '' })
          }
        >
          Add a tier
        </Button>
      </div>
    </Stack>
  )
}

/** What 100 channels would cost: the figures once through, before they are agreed. */
function Example({ terms }: { terms: Terms }) {
  const { currency } = terms
  if (!isCurrency(currency)) return null
  const tier = terms.tiers.filter(({ fromChannels }) => fromChannels !== '' && Number(fromChannels) <= 100).at(-1)
  const price = parseMoney(tier?.channelMonth ?? terms.channelMonth, currency)
  if (price === null) return null
  return (
    <Text size="sm" aria-live="polite">
      For example: 100 channels for 30 days = 100 × {formatMoney({ amount: price, currency })} ={' '}
      <b>{formatMoney({ amount: price * 100, currency })}</b> without tax.
    </Text>
  )
}

interface Tier {
  key: number
  fromChannels: number | string
  channelMonth: string
}

/** As they stand in the form: amounts and percentages are text until they are sent. */
interface Terms {
  currency: string
  validFrom: string
  channelMonth: string
  looseDay: string
  tiers: Tier[]
  tax: string
  taxId: string
  reverseCharge: boolean
  yearlyDiscount: string
  paymentTermDays: number | string
  autoPrepare: boolean
}

function useTermsForm(before: AgreedPricesFragment | undefined) {
  return useForm({ initialValues: typedTerms(before), validate: checkTerms })
}

function typedTerms(before: AgreedPricesFragment | undefined): Terms {
  return {
    currency: before?.currency ?? 'EUR',
    validFrom: '',
    channelMonth: before === undefined ? '' : typedMoney(before.channelMonth),
    looseDay: before?.looseDay == null ? '' : typedMoney(before.looseDay),
    tiers: (before?.tiers ?? []).map(({ fromChannels, channelMonth }, key) => ({
      key,
      fromChannels,
      channelMonth: typedMoney(channelMonth),
    })),
    tax: typedPercent(before?.taxPartsPerMillion ?? 0, 4),
    taxId: before?.taxId ?? '',
    reverseCharge: before?.reverseCharge ?? false,
    yearlyDiscount: typedPercent(before?.yearlyDiscountBasisPoints ?? 0, 2),
    paymentTermDays: before?.paymentTermDays ?? 14,
    autoPrepare: before?.autoPrepare ?? true,
  }
}

function checkTerms(terms: Terms): Record<string, string> {
  const { currency, channelMonth, looseDay, tiers, tax, yearlyDiscount } = terms
  if (!isCurrency(currency)) return { currency: 'Three letters, such as EUR' }
  const noAmount = `An amount in ${currency}, such as ${typedMoney({ amount: 1250, currency })}`
  const errors: Record<string, string> = {}
  if (parseMoney(channelMonth, currency) === null) errors.channelMonth = noAmount
  if (looseDay.trim() !== '' && parseMoney(looseDay, currency) === null) errors.looseDay = noAmount
  if (parsePercent(tax, 4) === null) errors.tax = '0 to 100, with 4 decimals at the most'
  if (parsePercent(yearlyDiscount, 2) === null) errors.yearlyDiscount = '0 to 100, with 2 decimals at the most'
  for (const [index, tier] of tiers.entries()) {
    if (parseMoney(tier.channelMonth, currency) === null) errors[`tiers.${index}.channelMonth`] = noAmount
    if (Number(tier.fromChannels) <= Number(tiers[index - 1]?.fromChannels ?? 0)) {
      errors[`tiers.${index}.fromChannels`] = index === 0 ? 'From 1 on' : 'More than in the tier before it'
    }
  }
  return errors
}

function isCurrency(text: string): boolean {
  return /^[A-Z]{3}$/.test(text)
}

function nextKey(tiers: readonly Tier[]): number {
  return Math.max(-1, ...tiers.map(({ key }) => key)) + 1
}
