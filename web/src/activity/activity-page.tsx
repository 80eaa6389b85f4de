import { Page } from '../parts/page'

export default function ActivityPage() {
  return <Page title="Live feed">{null}</Page>
}
