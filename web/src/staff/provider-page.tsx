import { Page } from '../parts/page'

export default function ProviderPage() {
  return <Page title="Provider">{null}</Page>
}
