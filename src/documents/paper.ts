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
      subset: 'PDF/A-3a',
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
    const element = this.pdf.struct(type, options as PDFKit.Mixins.StructureElementOptions)
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
    let at = x
    for (const run of runs) {
      const pen = this.penOf(run.face)
      // What says nothing but its glyphs needs no words beside it.
      const spoken = run.glyphs.every(({ text }) => [...text].length === 1) && run.glyphs[0]?.cluster === 0
      if (!spoken) this.pdf.markContent('Span', { actual: run.text } as PDFKit.Mixins.MarkingOptions)
      pen.run = run
      this.pdf.fillColor(color).font(run.face.name).fontSize(size)
      this.pdf.text(run.text, at, y, { lineBreak: false, baseline: 'alphabetic', features: [] })
      if (!spoken) this.pdf.endMarkedContent()
      at += (run.width * size) / run.face.font.unitsPerEm
    }
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
    this.pdf.registerFont(face.name, pen.font as unknown as Buffer)
    return pen
  }
}

/** A font as pdfkit knows it, whose layout is the run that has been shaped already. */
class Pen {
  run: Run | undefined
  readonly font: Font

  constructor(face: Face) {
    const layout = () => {
      const { glyphs = [], width = 0 } = this.run ?? {}
      return {
        glyphs: glyphs.map(({ id, text }) => ({
          id,
          advanceWidth: face.font.getGlyph(id).advanceWidth,
          codePoints: Array.from(text, (character) => character.codePointAt(0)),
        })),
        // pdfkit scales them where they are.
        positions: glyphs.map(({ xAdvance, yAdvance, xOffset, yOffset }) => ({ xAdvance, yAdvance, xOffset, yOffset })),
        advanceWidth: width,
      }
    }
    this.font = Object.create(face.font, { layout: { value: layout } }) as Font
  }
}

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
