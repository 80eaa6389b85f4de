import { Page } from '../parts/page'

export default function AgreementsPage() {
  return <Page title="Agreements">{null}</Page>
}
