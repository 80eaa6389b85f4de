/** What a gateway shows to Prometheus. */
export class Scrape {
  private readonly samples: { name: string; labels: string; value: number }[] = []

  constructor(readonly text: string) {
    for (const line of text.split('\n')) {
      const [, name, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      if (name !== undefined) this.samples.push({ name, labels, value: Number(value) })
    }
  }

  get names(): ReadonlySet<string> {
    return new Set(this.samples.map(({ name }) => name))
  }

  has(name: string, labels: Readonly<Record<string, string>> = {}): boolean {
    return this.find(name, labels).length > 0
  }

  /** The sum of all samples that have these labels; 0 where there are none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.find(name, labels).reduce((sum, { value }) => sum + value, 0)
  }

  private find(name: string, labels: Readonly<Record<string, string>>) {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
    return this.samples.filter((one) => one.name === name && wanted.every((label) => one.labels.includes(label)))
  }
}

export async function scrape(url: string, token: string | null = null): Promise<Scrape> {
  const answer = await fetch(`${url}/metrics`, { headers: token === null ? {} : { authorization: `Bearer ${token}` } })
  if (answer.status !== 200) throw new Error(`a scrape was answered with ${answer.status}`)
  return new Scrape(await answer.text())
}
