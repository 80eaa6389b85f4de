import { randomBytes } from 'node:crypto'

/**
 * An id that can't be guessed, as some are addresses of pages, and that nobody takes for one of Stripe's, which start with
 * `cus_`, `sub_` and the like.
 */
export function sandboxId(kind: string): string {
  return `sandbox_${kind}_${randomBytes(20).toString('hex')}`
}

/** Whether a text may be such an id: what is none must not reach the database, which refuses some characters. */
export function isSandboxId(text: string): boolean {
  return /^sandbox_[a-z]{1,16}_[0-9a-f]{40}$/.test(text)
}
