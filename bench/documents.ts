import { renderDocument } from '../src/documents/render-document'
import { invoiceOf } from '../test/documents/samples'
import { say } from './record'

const ROUNDS = 12

/** CPU of the drawing of invoices of 3, 100 and 1,000 lines: the first of each, and the median of those after it. */
export function benchDocuments(): Promise<void> {
  say('\nAn invoice as a PDF, CPU')
  for (const count of [3, 100, 1000]) {
    const document = invoiceOf(count)
    let bytes = 0
    const times = Array.from({ length: ROUNDS }, () => {
      const before = process.cpuUsage()
      bytes = renderDocument(document).length
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    })
    const [first = 0, ...later] = times
    const median = later.sort((a, b) => a - b)[Math.floor(later.length / 2)] ?? 0
    const size = `${Math.round(bytes / 1024)} KiB`
    say(
      `  ${String(count).padStart(5)} lines  ${median.toFixed(0).padStart(4)} ms, the first ${first.toFixed(0)} ms, ${size}`,
    )
  }
  return Promise.resolve()
}
