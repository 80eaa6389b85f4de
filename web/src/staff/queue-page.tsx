import { Page } from '../parts/page'

export default function QueuePage() {
  return <Page title="Queue">{null}</Page>
}
