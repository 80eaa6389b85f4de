import type { ValueTransformer } from 'typeorm'

/** A 64-bit whole number, checked: beyond the safe integers it would quietly be another number. */
export function safeInteger(value: unknown): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError(`${String(value)} is no safe integer`)
  return number
}

/** The transformer of every 64-bit column. */
export const safeIntegerColumn: ValueTransformer = {
  from: (value: unknown) => (value == null ? value : safeInteger(value)),
  to: (value: unknown) => value,
}
