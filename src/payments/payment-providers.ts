import { PaymentProviderError } from '../errors'
import type { PaymentProvider } from './payment-provider'

/** Which provider takes an account's money. */
export class PaymentProviders {
  constructor(
    private readonly live: PaymentProvider | null,
    private readonly sandbox: PaymentProvider,
  ) {}

  /** A sandbox never meets real money. Throws PAYMENT_PROVIDER where there is none for live accounts. */
  of(account: { readonly sandbox: boolean }): PaymentProvider {
    if (account.sandbox) return this.sandbox
    if (this.live !== null) return this.live
    throw new PaymentProviderError('No payment provider is set up for accounts that pay real money.', {
      retryable: false,
    })
  }

  get all(): readonly PaymentProvider[] {
    return this.live === null || this.live === this.sandbox ? [this.sandbox] : [this.live, this.sandbox]
  }
}
