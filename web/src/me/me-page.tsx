import { Page } from '../parts/page'

export default function MePage() {
  return <Page title="Your sign-in">{null}</Page>
}
