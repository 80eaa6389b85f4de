import { Page } from '../parts/page'

export default function RequestInvoicePage() {
  return <Page title="Request an invoice">{null}</Page>
}
