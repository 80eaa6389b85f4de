import { Page } from '../parts/page'

export default function PaymentsPage() {
  return <Page title="Payments">{null}</Page>
}
