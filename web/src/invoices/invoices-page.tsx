import { Page } from '../parts/page'

export default function InvoicesPage() {
  return <Page title="Invoices">{null}</Page>
}
