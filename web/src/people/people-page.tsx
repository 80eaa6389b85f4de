import { Page } from '../parts/page'

export default function PeoplePage() {
  return <Page title="People">{null}</Page>
}
