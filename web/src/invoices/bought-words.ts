import { formatCount } from '../parts/format'
import type { InvoiceLineKind } from '../schema.generated'

/** "75 channels × 30 days + 10 loose days": where the days of an invoice come from. */
export function boughtWords(lines: readonly { kind: InvoiceLineKind; quantity: number }[]): string {
  return lines
    .map(({ kind, quantity }) => {
      if (kind === 'CHANNELS') return `${formatCount(quantity, 'channel')} × 30 days`
      return formatCount(quantity, kind === 'USAGE' ? 'used day' : 'loose day')
    })
    .join(' + ')
}
