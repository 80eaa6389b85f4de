import pino from 'pino'
import { eventOf } from '../../src/payments/stripe/stripe-events'
import { StripeProvider } from '../../src/payments/stripe/stripe-provider'
import { StripeDouble } from '../support/stripe-double'
import type { ProviderBench } from './provider-laws'

export const silent = pino({ level: 'silent' })

export interface StripeBench extends ProviderBench {
  readonly double: StripeDouble
  readonly provider: StripeProvider
}

export async function makeStripeBench({ timeoutMs = 5_000 }: { timeoutMs?: number } = {}): Promise<StripeBench> {
  const double = await StripeDouble.start()
  const later = <T>(work: () => T) => Promise.resolve().then(work)
  return {
    double,
    provider: new StripeProvider(double.config, silent, { timeoutMs }),
    pay: (sessionId) => later(() => double.pay(sessionId)),
    decline: (sessionId) => later(() => double.decline(sessionId)),
    saveCard: (sessionId, temper) => later(() => void double.saveCard(sessionId, temper)),
    advance: (days) => later(() => double.advance(days)),
    events: () => later(() => double.events.map(eventOf)),
    cardsFail: (fail) => later(() => void (double.cardsFail = fail)),
    close: () => double.close(),
  }
}
