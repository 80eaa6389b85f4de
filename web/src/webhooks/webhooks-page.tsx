import { Page } from '../parts/page'

export default function WebhooksPage() {
  return <Page title="Webhooks">{null}</Page>
}
