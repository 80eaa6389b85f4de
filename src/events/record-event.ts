/** An event that is no movement of days, before the account's book gives it a number. */
export interface NewEvent {
  /** What happened to what, such as `channel.created`. */
  type: string
  /** The id of what it happened to. */
  subject: string | null
  actor: string
  data?: Record<string, unknown> | null
  /** Of what is settled: when it was due. Now, unless given. */
  occurredAt?: Date
}

/** What a threshold of a low balance is measured in. */
export enum LowBalanceMeasure {
  DAYS = 'DAYS',
  RUNWAY_DAYS = 'RUNWAY_DAYS',
}
