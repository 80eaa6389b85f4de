import { Page } from '../parts/page'

export default function LedgerAuditPage() {
  return <Page title="LedgerAudit">{null}</Page>
}
