import { useViewer } from '../account/account-context'

const JOBS: Record<string, string> = {
  clock: 'The clock',
  renewal: 'Renewal',
  billing: 'Billing',
  payments: 'Payments',
  webhooks: 'Webhooks',
  'keep-alive': 'Keep-alive',
  schedule: 'A schedule',
}

/** Who did something: a person, a token, staff, or Daybook itself. Its id is in the tooltip. */
export function ActorName({ actor }: { actor: string }) {
  const me = useViewer().person?.id
  return <span title={actor}>{nameOf(actor, me)}</span>
}

function nameOf(actor: string, me: string | undefined): string {
  const [kind = '', id = ''] = actor.split(':')
  if (actor === me || id === me) return 'You'
  if (kind === 'job') return JOBS[id] ?? 'Daybook'
  if (kind === 'staff') return 'Staff'
  if (actor.startsWith('person_')) return 'A person'
  return actor.startsWith('token_') ? `Token …${actor.slice(-6)}` : actor
}
