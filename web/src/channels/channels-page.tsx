import { Page } from '../parts/page'

export default function ChannelsPage() {
  return <Page title="Channels">{null}</Page>
}
