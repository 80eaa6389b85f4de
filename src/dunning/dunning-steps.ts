import { DAY_MS } from '../clock'
import type { Invoice } from '../invoices/invoice.entity'
import type { DunningSchedule } from './dunning.entity'

export type DunningTerms = Omit<DunningSchedule, 'accountId'>

/** Of an account for which nothing else was said. */
export const DEFAULT_DUNNING: DunningTerms = { beforeDays: 3, afterDays: [7, 14], uncollectibleAfterDays: 30 }

export interface DunningStep {
  readonly type: 'invoice.due_soon' | 'invoice.overdue' | 'invoice.reminder_due' | 'invoice.uncollectible_proposed'
  /** From the instant at which the invoice is due; below 0 before it. */
  readonly days: number
  readonly at: Date
}

/** The instant until which an invoice can be paid in time: its due date, or where staff gave more time, that. */
export function dueInstant({ dueAt, postponedUntil }: Pick<Invoice, 'dueAt' | 'postponedUntil'>): Date | null {
  return dueAt === null || postponedUntil === null || postponedUntil < dueAt ? dueAt : postponedUntil
}

/** The steps of an invoice that is due at an instant, in their order. */
export function dunningSteps(
  { beforeDays, afterDays, uncollectibleAfterDays }: DunningTerms,
  due: Date,
): DunningStep[] {
  const step = ({ type, days }: Omit<DunningStep, 'at'>): DunningStep => {
    // It is overdue a millisecond past the due instant: until then it can be paid in time.
    const at = new Date(due.getTime() + (days === 0 ? 1 : days * DAY_MS))
    return { type, days, at }
  }
  const steps = [
    ...(beforeDays === null ? [] : [step({ type: 'invoice.due_soon', days: -beforeDays })]),
    step({ type: 'invoice.overdue', days: 0 }),
    ...afterDays.map((days) => step({ type: 'invoice.reminder_due', days })),
    ...(uncollectibleAfterDays === null
      ? []
      : [step({ type: 'invoice.uncollectible_proposed', days: uncollectibleAfterDays })]),
  ]
  return steps.sort((a, b) => a.at.getTime() - b.at.getTime())
}

/** The first step that comes after an instant. */
export function stepAfter(steps: readonly DunningStep[], at: Date): DunningStep | null {
  return steps.find((step) => step.at > at) ?? null
}
