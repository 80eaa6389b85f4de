import { zlibSync } from 'fflate'
import type { Font } from 'fontkit'
import PDFDocument from 'pdfkit'
import type { Face } from './font-faces'
import type { Code } from './payment-code'
import type { Line, Run } from './text-lines'

/** A4 in points. */
export const PAGE_WIDTH = 595.28
export const PAGE_HEIGHT = 841.89

export const INK = '#1b2430'
export const QUIET = '#667085'
export const HAIRLINE = '#dde2ea'
export const TINT = '#f4f6fa'
export const ACCENT = '#2f5bd0'

export type Element = PDFKit.PDFStructureElement

export interface About {
  title: string
  author: string
  subject: string
  /** When it was issued: the only instant in the file. */
  issuedAt: Date
}

const PRODUCER = 'Daybook'

/**
 * A tagged PDF, drawn with pdfkit. Its bytes depend on what is drawn and on nothing else: the file's id is a digest of what
 * it is about, and its streams are packed by fflate, because zlib packs differently from one version of Node to another.
 */
export class Paper {
  private readonly pdf: PDFKit.PDFDocument
  private readonly root: Element
  private readonly pens = new Map<string, Pen>()

  constructor(about: About) {
    this.pdf = new Packed({
      info: {
        Title: about.title,
        Author: about.author,
        Subject: about.subject,
        Creator: PRODUCER,
        Producer: PRODUCER,
        CreationDate: about.issuedAt,
        ModDate: about.issuedAt,
      },
      lang: 'en',
      pdfVersion: '1.7',
      tagged: true,
      displayTitle: true,
      bufferPages: true,
      autoFirstPage: false,
      // No standard font: all are embedded.
      font: null as unknown as string,
      size: [PAGE_WIDTH, PAGE_HEIGHT],
      margin: 0,
    })
    this.root = this.pdf.struct('Document')
    this.pdf.addStructure(this.root)
  }

  get pages(): number {
    return this.pdf.bufferedPageRange().count
  }

  addPage(): void {
    this.pdf.addPage()
  }

  /** Goes back to a page, counted from 0. */
  turnTo(page: number): void {
    this.pdf.switchToPage(page)
  }

  /** A part of the document's structure, which those who listen to it go by. */
  element(type: string, parent: Element = this.root, options: { scope?: 'Column'; alt?: string } = {}): Element {
    const element = this.pdf.struct(type, options)
    parent.add(element)
    return element
  }

  /** What is drawn belongs to this element; without one it is decoration. */
  within(element: Element | null, type: string, draw: () => void): void {
    if (element === null) this.pdf.markContent('Artifact', { type: 'Layout' })
    else element.add(this.pdf.markStructureContent(type))
    draw()
    this.pdf.endMarkedContent()
  }

  /** Draws a line of text from `x`, its baseline at `y`. */
  text({ runs }: Line, size: number, x: number, y: number, color: string): void {
    this.pdf.fillColor(color)
    let at = x
    for (const run of runs) {
      const pen = this.penOf(run.face)
      const actual = pen.saysItself(run) ? null : run.text
      if (actual !== null) this.pdf.markContent('Span', { actual })
      this.glyphs(pen, run, size, at, y)
      if (actual !== null) this.pdf.endMarkedContent()
      at += (run.width * size) / run.face.font.unitsPerEm
    }
  }

  /**
   * pdfkit's own way of writing text turns the page upside down around it, and then some readers look for what a span says
   * in another place than where it is.
   */
  private glyphs(pen: Pen, run: Run, size: number, x: number, y: number): void {
    const { pdf } = this
    const { id, ref, encode } = pen.of(pdf)
    const page = pdf.page as unknown as { fonts: Record<string, unknown> }
    page.fonts[id] ??= ref()
    const codes = encode(run)
    const scale = size / run.face.font.unitsPerEm
    const content: string[] = ['BT', `/${id} ${decimal(size)} Tf`]
    let parts: string[] = []
    let level: number | null = null
    /** Where the viewer draws next, and where the run goes on. */
    let natural = x
    let at = x
    const flush = () => {
      if (parts.length > 0) content.push(`[${parts.join(' ')}] TJ`)
      parts = []
    }
    for (const [index, { id: glyphId, xAdvance, xOffset, yOffset }] of run.glyphs.entries()) {
      const left = at + xOffset * scale
      const baseline = y - yOffset * scale
      if (level === null || Math.abs(baseline - level) > 0.001) {
        flush()
        content.push(`1 0 0 -1 ${decimal(left)} ${decimal(baseline)} Tm`)
        natural = left
        level = baseline
      } else if (Math.abs(left - natural) > 0.001) {
        parts.push(decimal(((natural - left) * 1000) / size))
        natural = left
      }
      parts.push(`<${codes[index] ?? '0000'}>`)
      natural += run.face.font.getGlyph(glyphId).advanceWidth * scale
      at += xAdvance * scale
    }
    flush()
    pdf.addContent([...content, 'ET'].join('\n'))
  }

  rule(x: number, y: number, width: number, color = HAIRLINE, thickness = 0.6): void {
    this.pdf.rect(x, y, width, thickness).fill(color)
  }

  panel(x: number, y: number, width: number, height: number, color = TINT): void {
    this.pdf.roundedRect(x, y, width, height, 6).fill(color)
  }

  outline(x: number, y: number, width: number, height: number, color: string): void {
    this.pdf.roundedRect(x, y, width, height, 3).lineWidth(1).stroke(color)
  }

  code(code: Code, x: number, y: number, size: number): void {
    const module = size / code.length
    for (const [row, modules] of code.entries()) {
      for (let start = 0; start < modules.length; start += 1) {
        let end = start
        while (modules[end]) end += 1
        // Neighbours are one rectangle, so that no viewer shows seams.
        if (end > start) this.pdf.rect(x + start * module, y + row * module, (end - start) * module, module)
        start = Math.max(start, end)
      }
    }
    this.pdf.fill(INK)
  }

  link(element: Element, url: string, x: number, y: number, width: number, height: number): void {
    this.pdf.link(x, y, width, height, url, { structParent: element, Contents: new String(url) } as object)
  }

  bytes(): Buffer {
    this.root.end()
    this.pdf.end()
    return this.pdf.read() as Buffer
  }

  private penOf(face: Face): Pen {
    const known = this.pens.get(face.name)
    if (known !== undefined) return known
    const pen = new Pen(face)
    this.pens.set(face.name, pen)
    return pen
  }
}

/** A font in a document, as pdfkit makes it of one that fontkit has parsed. */
interface EmbeddedFont {
  id: string
  ref: () => unknown
  encode: (text: string, features: string[]) => [codes: string[], positions: unknown[]]
}

/** A font as pdfkit knows it, whose layout is the run that has been shaped already. */
class Pen {
  /** What each glyph stands for in this document: what it did when it was first drawn. */
  private readonly meanings = new Map<number, string>()
  private readonly font: Font
  private run: Run | undefined
  private embedded: EmbeddedFont | undefined

  constructor(private readonly face: Face) {
    const layout = () => {
      const glyphs = (this.run?.glyphs ?? []).map(({ id }) => ({
        id,
        advanceWidth: face.font.getGlyph(id).advanceWidth,
        codePoints: Array.from(this.meanings.get(id) ?? '', (character) => character.codePointAt(0)),
      }))
      return { glyphs, positions: [], advanceWidth: 0 }
    }
    this.font = Object.create(face.font, { layout: { value: layout } }) as Font
  }

  of(pdf: PDFKit.PDFDocument): { id: string; ref: () => unknown; encode: (run: Run) => string[] } {
    if (this.embedded === undefined) {
      pdf.registerFont(this.face.name, this.font as unknown as Buffer).font(this.face.name)
      this.embedded = (pdf as unknown as { _font: EmbeddedFont })._font
    }
    const { embedded } = this
    return {
      id: embedded.id,
      ref: () => embedded.ref(),
      encode: (run) => {
        this.run = run
        return embedded.encode(run.text, ['shaped'])[0]
      },
    }
  }

  /** Whether a reader that goes from glyph to glyph finds the run's text. From right to left, readers do, and turn round what they are told. */
  saysItself({ text, rightToLeft, glyphs }: Run): boolean {
    for (const glyph of glyphs) {
      // A glyph must stand for something; for nothing there is the space without width.
      if (!this.meanings.has(glyph.id)) this.meanings.set(glyph.id, glyph.text === '' ? NOTHING : glyph.text)
    }
    return rightToLeft || glyphs.map(({ id }) => this.meanings.get(id)).join('') === text
  }
}

const NOTHING = '\u{200b}'

interface Reference {
  compress: boolean
  buffer: Uint8Array[]
  data: { Filter?: string }
  finalize: () => void
}

/** What pdfkit has, and its types don't. */
interface Described {
  info: object
  _addInfo: () => void
}

/** A document whose streams are packed alike by every version of Node. */
class Packed extends PDFDocument {
  /** Writes the metadata, which are XML; pdfkit puts texts into them as they are. */
  protected _addInfo(): void {
    const described = this as unknown as Described
    const { info } = described
    described.info = Object.fromEntries(
      Object.entries(info).map(([key, value]: [string, unknown]) => [
        key,
        typeof value === 'string' ? xml(value) : value,
      ]),
    )
    ;(PDFDocument.prototype as unknown as Described)._addInfo.call(this)
    described.info = info
  }

  override ref(data: object): PDFKit.PDFKitReference {
    const reference = super.ref(data)
    const raw = reference as unknown as Reference
    const finalize = raw.finalize.bind(reference)
    raw.finalize = () => {
      if (raw.compress && raw.buffer.length > 0) {
        raw.buffer = [zlibSync(Buffer.concat(raw.buffer), { level: 6 })]
        raw.compress = false
      }
      finalize()
    }
    return reference
  }
}

function xml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A number as PDF writes it. */
function decimal(value: number): string {
  return String(Math.round(value * 1000) / 1000)
}
