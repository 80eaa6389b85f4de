import { Page } from '../parts/page'

export default function AutomationPage() {
  return <Page title="Keep-alive and top-up">{null}</Page>
}
