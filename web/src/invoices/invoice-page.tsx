import { Page } from '../parts/page'

export default function InvoicePage() {
  return <Page title="Invoice">{null}</Page>
}
