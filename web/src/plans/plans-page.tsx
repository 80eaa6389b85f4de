import { Page } from '../parts/page'

export default function PlansPage() {
  return <Page title="Plans">{null}</Page>
}
