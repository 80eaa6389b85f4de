import { Alert, Paper, SimpleGrid, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Invoice } from './invoice-page'

/** Who the invoice is from and to, as it was when it opened. */
export function InvoiceParticulars({ invoice }: { invoice: Invoice }) {
  const { particulars, purchaseOrder } = invoice
  if (particulars === null) {
    if (purchaseOrder === null) return null
    return (
      <Paper withBorder p="md" radius="md">
        <Text size="sm">Purchase order {purchaseOrder}</Text>
      </Paper>
    )
  }
  const { customer, provider } = particulars
  const { bankAccount } = provider
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
      <Side title="To">
        <Text size="sm">{customer.legalName}</Text>
        <Address address={customer.address} />
        {customer.email !== null && <Text size="sm">{customer.email}</Text>}
        {customer.taxIds.map(({ value }) => (
          <Text size="sm" key={value}>
            Tax id {value}
          </Text>
        ))}
        {(purchaseOrder ?? customer.purchaseOrder) !== null && (
          <Text size="sm">Purchase order {purchaseOrder ?? customer.purchaseOrder}</Text>
        )}
      </Side>
      <Side title="From">
        <Text size="sm">{provider.legalName}</Text>
        <Address address={provider.address} />
        {provider.email !== null && <Text size="sm">{provider.email}</Text>}
        {provider.taxId !== null && <Text size="sm">Tax id {provider.taxId.value}</Text>}
        {provider.sample && (
          <Alert color="blue" variant="light" mt="xs" p="xs">
            <Text size="xs">This sender is made up: the invoice is no document.</Text>
          </Alert>
        )}
      </Side>
      {bankAccount !== null && (
        <Side title="By bank transfer">
          <Text size="sm">{bankAccount.holder}</Text>
          {bankAccount.iban !== null && <Text size="sm">IBAN {bankAccount.iban}</Text>}
          {bankAccount.bic !== null && <Text size="sm">BIC {bankAccount.bic}</Text>}
          {bankAccount.instructions !== null && (
            <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
              {bankAccount.instructions}
            </Text>
          )}
          {invoice.number !== null && <Text size="sm">Reference {invoice.number}</Text>}
        </Side>
      )}
    </SimpleGrid>
  )
}

function Side({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" radius="md">
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {children}
    </Paper>
  )
}

type PostalAddress = NonNullable<NonNullable<Invoice['particulars']>['customer']['address']>

function Address({ address }: { address: PostalAddress | null }) {
  if (address === null) return null
  const { lines, postcode, city, region, country } = address
  const place = [postcode, city, region].filter((part) => part !== null).join(' ')
  return [...lines, place, country].map((line, index) => (
    <Text size="sm" key={index}>
      {line}
    </Text>
  ))
}
