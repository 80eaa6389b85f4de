import { Page } from '../parts/page'

export default function TimeMachinePage() {
  return <Page title="Time machine">{null}</Page>
}
