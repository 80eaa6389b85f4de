import { z } from 'zod'
import { id } from '../input'

const instant = () => z.iso.datetime({ offset: true, error: 'is no instant such as 2026-01-31T00:00:00Z' })

/** Of which account, and from when to when: `to` itself is not in it. Without them it is all that there is. */
export const ExportedPeriod = z.strictObject({
  /** For staff; a partner's is its own. */
  accountId: id().nullish(),
  from: instant()
    .transform((text) => new Date(text))
    .nullish(),
  to: instant()
    .transform((text) => new Date(text))
    .nullish(),
})
export type ExportedPeriod = z.infer<typeof ExportedPeriod>
