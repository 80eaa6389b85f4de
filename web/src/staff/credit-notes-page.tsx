import { Page } from '../parts/page'

export default function CreditNotesPage() {
  return <Page title="CreditNotes">{null}</Page>
}
