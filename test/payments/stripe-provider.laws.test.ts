import { providerLaws } from './provider-laws'
import { makeStripeBench } from './stripe-bench'

providerLaws('Stripe', () => makeStripeBench())
