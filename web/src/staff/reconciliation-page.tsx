import { Page } from '../parts/page'

export default function ReconciliationPage() {
  return <Page title="Reconciliation">{null}</Page>
}
