import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTestGateway } from '../support/gateway'
import { scrape } from './scrape'

const read = (...path: string[]) => readFileSync(join(__dirname, '..', '..', 'docs', ...path), 'utf8')

const alerts = read('operations', 'alerts.yml')
const dashboard = JSON.parse(read('operations', 'dashboard.json')) as {
  panels: { title: string; targets: { expr: string }[] }[]
}
const runbook = read('operations.md')

const METRIC = /\b(?:daybook|process|nodejs)_[a-z0-9_]+\b/g
/** What is computed of the series of a histogram or a summary has their name and an ending. */
const metricsIn = (text: string) => new Set(text.match(METRIC) ?? [])

describe('the runbook', () => {
  it('names no metric that a scrape doesn’t know, in alerts, dashboard and text', async () => {
    const gateway = await startTestGateway()
    const { text } = await scrape(gateway.url)
    await gateway.stop()
    const known = new Set<string>()
    for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\w+)$/gm)) {
      known.add(name)
      if (type === 'histogram') for (const end of ['bucket', 'sum', 'count']) known.add(`${name}_${end}`)
    }
    for (const source of [
      alerts,
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
      runbook,
    ]) {
      const unknown = [...metricsIn(source)].filter((name) => !known.has(name) && !name.endsWith('_'))
      expect(unknown).toEqual([])
    }
    // And every one of ours is on the dashboard.
    const shown = metricsIn(JSON.stringify(dashboard))
    const hidden = [...known].filter((name) => name.startsWith('daybook_') && !/_(bucket|sum|count)$/.test(name))
    const isShown = (name: string) => [...shown].some((one) => one.replace(/_(bucket|sum|count)$/, '') === name)
    expect(hidden.filter((name) => !isShown(name))).toEqual([])
  })

  it('says of every alert what it means and what to do, and of no other', () => {
    const named = [...alerts.matchAll(/^ {6}- alert: (\w+)$/gm)].map(([, name]) => name)
    expect(named.length).toBeGreaterThan(15)
    expect(new Set(named).size).toBe(named.length)
    const chapter = runbook.slice(runbook.indexOf('## What to do about an alert'))
    const headings = [...chapter.matchAll(/^### (Daybook\w+)\n\n[^#]+\*\*Look at\*\*[^#]+\*\*Do\*\*/gm)].map(
      ([, name]) => name,
    )
    expect(headings).toEqual(named)
    for (const name of named) expect(alerts).toContain(`docs/operations.md#${name?.toLowerCase() ?? ''}`)
  })

  it('tells the severity and the patience of every alert', () => {
    const rules = alerts.split('- alert: ').slice(1)
    for (const rule of rules) {
      expect(rule).toMatch(/\n {8}for: \d+m\n/)
      expect(rule).toMatch(/severity: (critical|warning)/)
    }
  })

  it('has a title and a query in every panel', () => {
    expect(new Set(dashboard.panels.map(({ title }) => title)).size).toBe(dashboard.panels.length)
    for (const { targets } of dashboard.panels) expect(targets.length).toBeGreaterThan(0)
  })
})
