import { FOUNDER } from '../auth/first-staff-token'
import { VisibleRows } from '../auth/visible-rows'
import type { Database } from '../database'
import { DomainError, NotFoundError } from '../errors'
import { parseInput } from '../input'
import { findParkedEventIds, replayProviderEvent } from '../payments/replay-provider-event'
import { findWebhookEndpoint } from '../webhooks/find-webhook-endpoints'
import { ReplayWebhookEvents, replayWebhookEvents } from '../webhooks/replay-webhook-events'
import { examples, ExitCode, WrongUsage, type Register, type Run } from './command'
import { homeOption, progressOption, wholeNumber } from './options'
import { withDatabase } from './reach-database'
import { counted } from './terminal'

const sequence = wholeNumber(1, Number.MAX_SAFE_INTEGER)

/** `daybook replay`: what has come in or gone out, once more. */
export const registerReplay: Register = (program, act) => {
  const replay = program
    .command('replay')
    .summary('handle a provider’s event, or send webhooks, once more')
    .description('Has the gateways do once more what they have done or given up. Nothing is booked twice by it.')

  replay
    .command('event')
    .summary('look once more at what the payment provider has told')
    .description(
      'What the event is about is fetched anew and applied, by a running gateway within a second, with all its attempts before it. It can be done any number of times. A parked event is one that has failed twenty times.',
    )
    .argument('[id]', 'the provider’s id of the event, such as evt_...')
    .option('--parked', 'all that are parked')
    .addOption(progressOption())
    .addOption(homeOption())
    .addHelpText(
      'after',
      examples(
        ['one event', 'daybook replay event evt_1Q...'],
        ['once what was wrong is mended', 'daybook replay event --parked'],
      ),
    )
    .action(act(replayEvent))

  replay
    .command('webhooks')
    .summary('send an endpoint a range of events once more')
    .description(
      'A running gateway sends the events of the range that the endpoint wants, in order, beside its stream, under the ids that they had. 100,000 events at the most; an endpoint that is disabled is refused.',
    )
    .requiredOption('--endpoint <id>', 'the endpoint')
    .requiredOption('--from <sequence>', 'the first event’s sequence', sequence)
    .requiredOption('--to <sequence>', 'the last event’s sequence', sequence)
    .addOption(homeOption())
    .addHelpText(
      'after',
      examples(['what a receiver has lost', 'daybook replay webhooks --endpoint webhook_01j... --from 120 --to 180']),
    )
    .action(act(replayWebhooks))
}

async function replayEvent(run: Run<{ parked?: boolean }>): Promise<number> {
  const { args, options, terminal } = run
  const [id] = args
  if ((id === undefined) === (options.parked !== true))
    throw new WrongUsage('Either an event’s id or --parked is needed.')
  return withDatabase(run, {}, async ({ database }) => {
    if (id === undefined) return replayParked(run, database)
    await database.inTransaction((tx) => replayProviderEvent(tx, id))
    terminal.say(`${id} is looked at once more, by a running gateway within a second.`)
    return ExitCode.DONE
  })
}

async function replayParked({ terminal, signal }: Run<object>, database: Database): Promise<number> {
  const ids = await findParkedEventIds(database.sql)
  let replayed = 0
  for (const id of ids) {
    signal.throwIfAborted()
    try {
      await database.inTransaction((tx) => replayProviderEvent(tx, id))
      replayed += 1
      await terminal.print(`${id}\n`)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      terminal.say(`${id}: ${error.message}`)
    }
    terminal.progress(`${replayed.toLocaleString('en')} of ${counted(ids.length, 'parked event')}`)
  }
  terminal.endProgress()
  terminal.say(
    ids.length === 0
      ? 'No event is parked.'
      : `${counted(replayed, 'event')} of ${ids.length} parked: a running gateway looks at them within a second.`,
  )
  return replayed === ids.length ? ExitCode.DONE : ExitCode.REFUSED
}

async function replayWebhooks(run: Run<{ endpoint: string; from: number; to: number }>): Promise<number> {
  const { options, terminal } = run
  const command = parseInput(ReplayWebhookEvents, {
    endpointId: options.endpoint,
    fromSequence: options.from,
    toSequence: options.to,
  })
  return withDatabase(run, {}, async ({ database }) => {
    const endpoint = await findWebhookEndpoint(
      new VisibleRows(database.dataSource.manager, FOUNDER),
      command.endpointId,
    )
    if (endpoint === null) throw new NotFoundError('webhook endpoint', command.endpointId)
    const id = await database.inTransaction((tx) => replayWebhookEvents(tx, FOUNDER, endpoint.accountId, command))
    terminal.say(`A running gateway sends events ${options.from} to ${options.to} to ${endpoint.url}. The replay:`)
    await terminal.print(`${id}\n`)
    return ExitCode.DONE
  })
}
