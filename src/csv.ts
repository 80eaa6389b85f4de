import { stringify } from 'csv-stringify/sync'

/** What a cell may hold: null is an empty one, an instant is written in UTC to the millisecond. */
export type Cell = string | number | Date | null

/**
 * Records as RFC 4180 has them, in UTF-8, each with a line feed at its end. A text that a spreadsheet would take for a formula
 * is given an apostrophe before it: names and comments are written by others than those who open the file.
 */
export function csvRecords(rows: readonly (readonly Cell[])[]): string {
  return stringify(rows.map((row) => row.map(cellText)))
}

function cellText(cell: Cell): string | number {
  if (cell === null) return ''
  if (cell instanceof Date) return cell.toISOString()
  if (typeof cell === 'number') return cell
  return FORMULA.test(cell) ? `'${cell}` : cell
}

/** What makes Excel, LibreOffice or Google Sheets calculate, the wide forms of East Asian keyboards included (OWASP, CSV Injection). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/
