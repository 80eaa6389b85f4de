import { Page } from '../parts/page'

export default function LedgerPage() {
  return <Page title="Ledger">{null}</Page>
}
