/** Ids of accounts, or of other things, that could not be worked on, until they are tried again: one that is stuck must not stop the others. */
export class PassedOver {
  private readonly until = new Map<string, number>()

  constructor(private readonly forMs: number) {}

  add(id: string): void {
    this.until.set(id, Date.now() + this.forMs)
  }

  delete(id: string): void {
    this.until.delete(id)
  }

  /** Those that are to be left alone still. */
  ids(): string[] {
    const now = Date.now()
    for (const [id, until] of this.until) if (until <= now) this.until.delete(id)
    return [...this.until.keys()]
  }
}
