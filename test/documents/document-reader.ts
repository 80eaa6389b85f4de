import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

export interface ReadPage {
  text: string
  items: { str: string; left: number; right: number; y: number }[]
  links: { subtype: string; url?: string; rect: number[] }[]
  structure: string
}

export interface ReadDocument {
  info: Record<string, unknown>
  pages: ReadPage[]
  scripts: unknown
  attachments: unknown
}

/** What PDF.js finds in each of these. */
export function readPdfs(pdfs: Buffer[]): ReadDocument[] {
  const input = JSON.stringify(pdfs.map((pdf) => pdf.toString('base64')))
  const output = execFileSync(process.execPath, [join(__dirname, 'read-pdfs.mjs')], { input, maxBuffer: 2 ** 28 })
  return JSON.parse(output.toString()) as ReadDocument[]
}

export function readPdf(pdf: Buffer): ReadDocument {
  const [read] = readPdfs([pdf])
  if (read === undefined) throw new Error('nothing was read')
  return read
}

/** All its text, page after page. */
export function textOf({ pages }: ReadDocument): string {
  return pages.map(({ text }) => text).join('\n')
}
