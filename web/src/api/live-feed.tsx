import { gql, type ApolloClient } from '@apollo/client'
import { skipToken, useApolloClient, useQuery } from '@apollo/client/react'
import type { OperationVariables, TypedDocumentNode } from '@apollo/client'
import { print } from 'graphql'
import { createContext, useContext, useEffect, useEffectEvent, useState, type ReactNode } from 'react'
import type { Client, Document, GatewayError } from '../../../sdk/index'
import { LiveDocument, type LiveSubscription, type LiveSubscriptionVariables } from './live.generated'

export type LiveEvent = LiveSubscription['events']
export type LiveState = 'CONNECTING' | 'LIVE' | 'RECONNECTING' | 'ENDED'

/** Hears every event in order; answers what stops it. */
type Listen = (listener: (event: LiveEvent) => void) => () => void

/** Of the list of what just happened; older ones are read by `events`. */
const RECENT_KEPT = 200

// Apart, so that an event draws anew only what shows it: all that listens would be the whole page.
const ListenContext = createContext<Listen>(() => () => undefined)
const StateContext = createContext<LiveState>('CONNECTING')
const RecentContext = createContext<readonly LiveEvent[]>([])

/**
 * Follows an account's events, from the sequence of the balance that the page was drawn with: nothing in between is
 * missed, and after an interruption it goes on where it stopped. What an event tells is written into the cache at once.
 */
export function LiveFeed(props: {
  gateway: Client
  accountId: string
  after: number
  /** The session is over. */
  onSignedOut: () => void
  children: ReactNode
}) {
  const { gateway, accountId, children } = props
  const apollo = useApolloClient()
  const [state, setState] = useState<LiveState>('CONNECTING')
  const [recent, setRecent] = useState<readonly LiveEvent[]>([])
  const [listeners] = useState(() => new Set<(event: LiveEvent) => void>())
  // Where to begin is asked once an account: later balances come through this feed itself.
  const [start] = useState(props.after)
  const onSignedOut = useEffectEvent(props.onSignedOut)

  useEffect(() => {
    const document = print(LiveDocument) as unknown as Document<LiveSubscription, LiveSubscriptionVariables>
    const events = gateway.subscribe(
      document,
      { accountId, after: start },
      { onInterruption: () => setState('RECONNECTING') },
    )
    const follow = async () => {
      setState('LIVE')
      for await (const event of events) {
        setState('LIVE')
        writeEvent(apollo, event)
        setRecent((before) => [event, ...before].slice(0, RECENT_KEPT))
        for (const listener of listeners) listener(event)
      }
    }
    follow().catch((error: unknown) => {
      setState('ENDED')
      if ((error as GatewayError).code === 'UNAUTHENTICATED') onSignedOut()
    })
    return () => void events.return?.()
  }, [gateway, accountId, start, apollo, listeners])

  const [listen] = useState<Listen>(() => (listener: (event: LiveEvent) => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  })
  return (
    <ListenContext value={listen}>
      <StateContext value={state}>
        <RecentContext value={recent}>{children}</RecentContext>
      </StateContext>
    </ListenContext>
  )
}

export function useLiveState(): LiveState {
  return useContext(StateContext)
}

/** Events newest first, as many as are kept for the list of what just happened. */
export function useRecentEvents(): readonly LiveEvent[] {
  return useContext(RecentContext)
}

/** Calls back for each event of these types, named whole or by their start, such as `invoice.`. */
export function useEvents(types: readonly string[], onEvent: (event: LiveEvent) => void): void {
  const listen = useContext(ListenContext)
  const heard = useEffectEvent(onEvent)
  const wanted = types.join(' ')
  useEffect(
    () =>
      listen((event) => {
        if (wanted.split(' ').some((type) => event.type.startsWith(type))) heard(event)
      }),
    [listen, wanted],
  )
}

export interface LiveQuery<Data> {
  data: Data | undefined
  /** What was shown before the variables changed. */
  previousData: Data | undefined
  error: unknown
  loading: boolean
  refetch: () => Promise<unknown>
  fetchMore: (options: object) => Promise<unknown>
}

/** A burst of events costs a query two fetches and not one each: one at its first event, one when this time is over. */
const REFETCH_PAUSE_MS = 400

/**
 * A query that is fetched again whenever an event of these types comes. Where no feed runs, as on pages over all
 * accounts, `everyMs` has it asked again and again while the page is looked at.
 */
export function useLiveQuery<Data, Variables extends OperationVariables>(
  document: TypedDocumentNode<Data, Variables>,
  options: { variables: Variables; on?: readonly string[]; everyMs?: number; skip?: boolean },
): LiveQuery<Data> {
  const { variables, on = [], everyMs = 0, skip = false } = options
  const query = useQuery(
    document as unknown as TypedDocumentNode,
    skip
      ? skipToken
      : {
          variables,
          pollInterval: everyMs,
          skipPollAttempt: () => window.document.hidden,
          notifyOnNetworkStatusChange: false,
        },
  ) as unknown as LiveQuery<Data>
  const refetch = useEffectEvent(() => {
    if (!skip) query.refetch().catch(() => undefined)
  })
  const [throttle] = useState<{ timer?: number; again?: boolean }>(() => ({}))
  useEvents(on, () => {
    if (throttle.timer !== undefined) {
      throttle.again = true
      return
    }
    // What the event itself tells is shown first.
    window.setTimeout(refetch)
    const wait = () => {
      throttle.timer = window.setTimeout(() => {
        throttle.timer = undefined
        if (!throttle.again) return
        throttle.again = false
        refetch()
        wait()
      }, REFETCH_PAUSE_MS)
    }
    wait()
  })
  useEffect(
    () => () => {
      window.clearTimeout(throttle.timer)
      throttle.timer = undefined
    },
    [throttle],
  )
  return query
}

const LIVE_BALANCE = gql`
  fragment LiveBalance on Balance {
    available
    sequence
  }
`

/** The balance in the header, and everywhere else, moves in the moment that the event comes. */
function writeEvent(apollo: ApolloClient, event: LiveEvent): void {
  if (!('available' in event) || !('transaction' in event)) return
  const id = apollo.cache.identify({ __typename: 'Balance', accountId: event.accountId })
  apollo.cache.writeFragment({
    id,
    fragment: LIVE_BALANCE,
    data: { __typename: 'Balance', available: event.available, sequence: event.sequence },
  })
}
