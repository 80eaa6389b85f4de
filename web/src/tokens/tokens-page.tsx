import { Page } from '../parts/page'

export default function TokensPage() {
  return <Page title="Tokens">{null}</Page>
}
