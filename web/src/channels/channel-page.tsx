import { Page } from '../parts/page'

export default function ChannelPage() {
  return <Page title="Channel">{null}</Page>
}
