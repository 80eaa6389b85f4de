/** What a check has found. */
export interface Finding {
  readonly check: string
  readonly state: 'OK' | 'WARN' | 'FAIL'
  /** What is so, in a sentence. */
  readonly reason: string
  /** What to do; null where nothing is to be done. */
  readonly advice: string | null
}

export const ok = (check: string, reason: string): Finding => ({ check, state: 'OK', reason, advice: null })

export const warn = (check: string, reason: string, advice: string): Finding => ({
  ...{ check, state: 'WARN', reason, advice },
})

export const fail = (check: string, reason: string, advice: string): Finding => ({
  ...{ check, state: 'FAIL', reason, advice },
})
