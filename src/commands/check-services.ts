import type { Config } from '../config'
import type { Sql, Statement } from '../database'
import { openMailTransport } from '../mail/mail-transport'
import { StripeProvider } from '../payments/stripe/stripe-provider'
import { fail, ok, warn, type Finding } from './finding'

/** A service that takes longer is away. */
const STRIPE_WITHIN_MS = 5_000

/** Whether Stripe is there and takes the key: a list of one event is read. */
export async function checkStripe({ stripe, production }: Config): Promise<Finding> {
  if (stripe === null) {
    const what = 'STRIPE_SECRET_KEY is not set: '
    return ok('stripe', `${what}${production ? 'nothing is paid by card.' : 'the built-in sandbox takes payments.'}`)
  }
  // What is wrong with the key is an error in the log, and all else a warning.
  const errors: unknown[] = []
  const log = { warn: () => undefined, error: (facts: unknown) => void errors.push(facts) }
  try {
    await new StripeProvider(stripe, log, { timeoutMs: STRIPE_WITHIN_MS }).tryKey()
    return ok('stripe', `Stripe answers in ${stripe.livemode ? 'live' : 'test'} mode.`)
  } catch (error) {
    const { message } = error as Error
    return errors.length > 0
      ? fail(
          'stripe',
          'Stripe refuses the key, or lets it not read events.',
          'docs/stripe.md says what the key must be allowed to do.',
        )
      : fail(
          'stripe',
          `Stripe can’t be reached: ${message}`,
          'Let this machine reach api.stripe.com over https, and look at Stripe’s status.',
        )
  }
}

/** Whether Stripe’s events come in by themselves, and not only when they are fetched by the reconciliation. */
export async function checkStripeEvents(sql: Sql, { stripe, publicUrl }: Config): Promise<Finding | null> {
  if (stripe === null) return null
  const [row] = await sql.query<{ events: number; prompt: number; last: Date | null }>(EVENTS, [stripe.livemode])
  const { events = 0, prompt = 0, last = null } = row ?? {}
  const secrets =
    stripe.webhookSecrets.length === 1 ? 'one signing secret' : `${stripe.webhookSecrets.length} signing secrets`
  const advice = `At Stripe, an endpoint for ${publicUrl ?? 'PUBLIC_URL'}/webhooks/stripe sends the events that docs/stripe.md lists; its signing secret is STRIPE_WEBHOOK_SECRET.`
  if (last === null) return warn('stripe-webhooks', `No event has come from Stripe in 30 days; ${secrets} set.`, advice)
  const since = `the last of ${events} at ${last.toISOString()}`
  return prompt > 0
    ? ok('stripe-webhooks', `Events come from Stripe, ${since}; ${secrets} set.`)
    : warn(
        'stripe-webhooks',
        `Events had to be fetched from Stripe, none came in time, ${since}; ${secrets} set.`,
        advice,
      )
}

/** Whether the mail server would take mail: it is greeted, and the password is tried. Nothing is sent. */
export async function checkMail(config: Config): Promise<Finding> {
  const { smtp, home, mailFrom, production } = config
  if (smtp === null) {
    return production
      ? warn(
          'mail',
          `SMTP_URL is not set: mails are files in ${home}/outbox, which nobody gets.`,
          'Set SMTP_URL and MAIL_FROM.',
        )
      : ok('mail', `SMTP_URL is not set: mails are files in ${home}/outbox.`)
  }
  const server = `${smtp.host}:${smtp.port}`
  const transport = openMailTransport(config)
  try {
    await transport.verify()
    return ok('mail', `${server} takes mail from ${mailFrom.address}.`)
  } catch (error) {
    return fail(
      'mail',
      `${server} can’t be used: ${(error as Error).message}`,
      'Look at host, port, user and password in SMTP_URL, and whether this machine may reach it. Until then mails wait, for three days at the most.',
    )
  } finally {
    transport.close()
  }
}

// A webhook comes within seconds; what the reconciliation has fetched is minutes old.
const EVENTS: Statement = {
  name: 'doctor-stripe-events',
  text: `
    SELECT count(*) AS events, count(*) FILTER (WHERE received_at < created_at + interval '1 minute') AS prompt,
           max(received_at) AS last
    FROM (
      SELECT received_at, created_at FROM provider_event
      WHERE provider = 'STRIPE' AND livemode = $1 AND received_at > daybook_now() - interval '30 days'
      ORDER BY received_at DESC LIMIT 100
    ) AS event`,
}
