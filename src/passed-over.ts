/** Accounts that could not be worked on, until they are tried again: one that is stuck must not stop the others. */
export class PassedOver {
  private readonly until = new Map<string, number>()

  constructor(private readonly forMs: number) {}

  add(accountId: string): void {
    this.until.set(accountId, Date.now() + this.forMs)
  }

  delete(accountId: string): void {
    this.until.delete(accountId)
  }

  /** Those that are to be left alone still. */
  accountIds(): string[] {
    const now = Date.now()
    for (const [accountId, until] of this.until) if (until <= now) this.until.delete(accountId)
    return [...this.until.keys()]
  }
}
