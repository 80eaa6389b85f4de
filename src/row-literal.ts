import { instantText } from './clock'

/**
 * Rows as Postgres writes an array of a composite type (https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX):
 * what is null is nothing, what is not plain is quoted, once in its row and once more with it. Of all ways to hand many rows
 * to a function this one costs both sides the least: docs/adr/0053.
 */
export type RowValue = string | number | boolean | Date | object | null | undefined

/** An array of rows; each has its values in the order of the type's fields. Objects are for fields of JSON. */
export function rowsLiteral(rows: readonly (readonly RowValue[])[]): string {
  let text = '{'
  for (const row of rows) {
    if (text.length > 1) text += ','
    text += rowLiteral(row)
  }
  return `${text}}`
}

function rowLiteral(row: readonly RowValue[]): string {
  let text = '"('
  for (let index = 0; index < row.length; index += 1) {
    if (index > 0) text += ','
    text += fieldLiteral(row[index])
  }
  return `${text})"`
}

function fieldLiteral(value: RowValue): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof Date) return instantText(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return PLAIN.test(text) ? text : quoted(text)
}

/** Of ids, words and actors: nothing that would have to be quoted, and something, since nothing is null. */
const PLAIN = /^[\w:.-]+$/

/** In its row, and its row in the array: JSON has ten quotes and more, and is gone over once and not twice. */
function quoted(text: string): string {
  const inRow = text.includes('\\') ? text.replaceAll('\\', '\\\\\\\\') : text
  return `\\"${inRow.replaceAll('"', '\\\\\\"')}\\"`
}
