import { Page } from '../parts/page'

export default function AlertsPage() {
  return <Page title="Alerts">{null}</Page>
}
