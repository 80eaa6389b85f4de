import { Page } from '../parts/page'

export default function JobsPage() {
  return <Page title="Jobs">{null}</Page>
}
