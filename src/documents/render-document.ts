import { explainLineRounding, explainTaxRounding } from '../pricing/explain-rounding'
import type { BillingDocument, DocumentParty, InvoiceDocument } from './billing-document'
import {
  amountText,
  countText,
  dateText,
  daysText,
  figureText,
  ibanText,
  periodText,
  rateText,
  unitText,
} from './document-words'
import { ACCENT, HAIRLINE, INK, PAGE_HEIGHT, PAGE_WIDTH, Paper, QUIET, type Element } from './paper'
import { addressCode, transferCode, webAddress, type Code } from './payment-code'
import { printable } from './printable-text'
import { TextLines, type Line, type Style } from './text-lines'

const MARGIN = 56
const RIGHT = PAGE_WIDTH - MARGIN
const WIDTH = RIGHT - MARGIN
const TOP = 60
const GUTTER = 22

const TITLE: Style = { size: 27, weight: 'bold' }
const HEADING: Style = { size: 10.5, weight: 'bold' }
const BODY: Style = { size: 9, weight: 'regular' }
const STRONG: Style = { size: 9, weight: 'bold' }
const LABEL: Style = { size: 7.5, weight: 'regular' }
const SMALL: Style = { size: 7.5, weight: 'regular' }
const CHIP: Style = { size: 8, weight: 'bold' }
const SUM: Style = { size: 12, weight: 'bold' }

const BODY_LEADING = 13.2
const SMALL_LEADING = 10.6
/** Lines of one entry of a party, and of the small print, at the most: 255 of the widest letters need fewer. */
const MOST_LINES = 14
/** Of a whole party: more would run over the foot of the page. */
const MOST_PARTY_LINES = 32
const MOST_FOOTER_LINES = 6
const CODE_SIZE = 96

/**
 * The PDF of an invoice or a credit note: A4, tagged, with all its fonts. It reads no clock and no database: the same
 * value gives the same bytes on every machine. Whatever the texts hold is drawn as text: what no font has as a sign for
 * it, what is too wide broken, and only web addresses become links.
 *
 * Throws RangeError where the currency is none.
 */
export function renderDocument(document: BillingDocument): Buffer {
  return new Rendering(document).render()
}

/** Something of a given height that is not broken over two pages. */
interface Strip {
  height: number
  draw: (y: number) => void
}

interface Column {
  title: string
  left: number
  right: number
}

interface Figure {
  label: string
  value: string
  strong?: boolean
  note?: string | null
}

class Rendering {
  private readonly texts = new TextLines()
  private readonly paper: Paper
  private readonly footer: Line[]
  private readonly bottom: number
  /** Minus one on a credit note, whose amounts go back. */
  private readonly sign: 1 | -1
  private y = TOP

  constructor(private readonly document: BillingDocument) {
    const { number, provider, partner, issuedAt, footer } = document
    this.sign = document.kind === 'CREDIT_NOTE' ? -1 : 1
    this.paper = new Paper({
      title: printable(`${this.title} ${number}`),
      author: printable(provider.legalName),
      subject: printable(`${this.title} for ${partner.legalName}`),
      issuedAt,
    })
    this.footer = (footer ?? '')
      .split('\n')
      .flatMap((line) => this.texts.lines(line, WIDTH - 90, SMALL, provider.countryCode, MOST_FOOTER_LINES))
      .slice(0, MOST_FOOTER_LINES)
    this.bottom = PAGE_HEIGHT - 44 - Math.max(1, this.footer.length) * SMALL_LEADING - 22
  }

  private get title(): string {
    return this.document.kind === 'CREDIT_NOTE' ? 'Credit note' : 'Invoice'
  }

  render(): Buffer {
    this.paper.addPage()
    this.head()
    this.parties()
    this.reason()
    this.table()
    this.afterwards()
    this.payment()
    this.feet()
    return this.paper.bytes()
  }

  /** The title with the number, and the marks. */
  private head(): void {
    const marksWidth = this.marks(TOP - 6)
    this.paragraph('H1', this.texts.lines(this.title, WIDTH - marksWidth, TITLE), TITLE, 30, INK, MARGIN, TOP + 14)
    const number = this.texts.lines(this.document.number, WIDTH - 60, HEADING, null, 3)
    this.paragraph('P', number, HEADING, 14, ACCENT, MARGIN, TOP + 34)
    this.y = TOP + 34 + number.length * 14 + 22
  }

  /** PAID, VOID and SANDBOX, from the right edge. Answers how wide they are together. */
  private marks(y: number): number {
    const { document } = this
    const marks: [text: string, color: string][] = []
    if (document.sandbox) marks.push(['SANDBOX – NO MONEY', QUIET])
    if (document.kind === 'INVOICE' && document.state === 'PAID') marks.push(['PAID', ACCENT])
    if (document.kind === 'INVOICE' && document.state === 'VOID') marks.push(['VOID', INK])
    let right = RIGHT
    for (const [text, color] of marks) {
      const line = this.texts.line(text, CHIP)
      const left = right - line.width - 18
      this.paper.within(null, '', () => this.paper.outline(left, y, line.width + 18, 19, color))
      this.put('P', line, CHIP, left + 9, y + 12.6, color)
      right = left - 8
    }
    return RIGHT - right
  }

  /** Who, to whom, and when: three columns. */
  private parties(): void {
    const { document } = this
    const width = 152
    const second = MARGIN + width + GUTTER
    const third = second + width + GUTTER
    const ends = [
      this.party('From', document.provider, MARGIN, width),
      this.party('Billed to', document.partner, second, width),
      this.particulars(third, RIGHT - third),
    ]
    this.y = Math.max(...ends) + 26
  }

  private party(label: string, party: DocumentParty, x: number, width: number): number {
    const section = this.paper.element('Sect')
    let y = this.y
    let left = MOST_PARTY_LINES
    const write = (text: string, style: Style, color = INK, most = MOST_LINES, leading = BODY_LEADING) => {
      if (left === 0) return
      const lines = this.texts.lines(text, width, style, party.countryCode, Math.min(most, left))
      if (lines.length > 0) this.paragraph('P', lines, style, leading, color, x, y, section)
      y += lines.length * leading
      left -= lines.length
    }
    write(label, LABEL, QUIET)
    write(party.legalName, STRONG)
    for (const line of party.addressLines) write(line, BODY, INK, 5)
    write([party.postcode, party.city].filter(Boolean).join(' '), BODY, INK, 4)
    write(party.country ?? '', BODY, INK, 3)
    if (party.email !== null || party.taxIds.length > 0) y += 4
    write(party.email ?? '', SMALL, QUIET, 4, SMALL_LEADING)
    for (const { label, value } of party.taxIds) write(`${label} ${value}`, SMALL, QUIET, 4, SMALL_LEADING)
    return y
  }

  private particulars(x: number, width: number): number {
    const { document } = this
    const entries: [label: string, value: string][] = [['Issued', dateText(document.issuedAt)]]
    if (document.kind === 'INVOICE') {
      entries.push(['Due', dateText(document.dueAt)])
      if (document.period !== null) entries.push(['Period', periodText(document.period)])
      if (document.closedAt !== null && document.state !== 'OPEN') {
        entries.push([document.state === 'PAID' ? 'Paid' : 'Voided', dateText(document.closedAt)])
      }
    } else {
      entries.push(['Corrects invoice', document.corrects.number])
      entries.push(['Invoice issued', dateText(document.corrects.issuedAt)])
    }
    if (document.purchaseOrder !== null) entries.push(['Purchase order', document.purchaseOrder])
    const section = this.paper.element('Sect')
    let y = this.y
    for (const [label, value] of entries) {
      const lines = this.texts.lines(value, width, BODY, null, MOST_LINES)
      if (lines.length === 0) continue
      this.put('P', this.texts.line(label, LABEL), LABEL, x, y, QUIET, section)
      this.paragraph('P', lines, BODY, BODY_LEADING, INK, x, y + BODY_LEADING, section)
      y += BODY_LEADING + lines.length * BODY_LEADING + 4.6
    }
    return y - 4.6
  }

  private reason(): void {
    if (this.document.kind !== 'CREDIT_NOTE') return
    this.flow('Reason', this.document.reason)
    this.y += 12
  }

  /** The lines, and what they come to, which never stands alone on a page. */
  private table(): void {
    const { document } = this
    const { currency } = document
    const cells = this.cells()
    const net = `Net (${unitText(currency)})`
    const titles = document.kind === 'CREDIT_NOTE' ? ['Days', net] : ['Quantity', 'Unit price', net]
    const { columns, style } = this.columns(
      titles,
      cells.map(({ figures }) => figures),
    )
    const table = this.paper.element('Table')
    const head = this.paper.element('TR', table)
    const rows = cells.map(({ description, per, notes: remarks, figures }) => {
      const row = this.paper.element('TR', table)
      const elements = columns.map(() => this.paper.element('TD', row))
      const [first] = columns
      if (first === undefined) return []
      const described = this.texts.lines(printable(description) || '–', first.right - first.left, BODY)
      const notes = remarks.flatMap((note) => this.texts.lines(note, first.right - first.left, SMALL))
      const strips: Strip[] = []
      for (const [at, text] of described.entries()) {
        strips.push({
          height: BODY_LEADING,
          draw: (y) => {
            this.put('TD', text, BODY, first.left, y + 9.4, INK, null, elements[0])
            if (at > 0) return
            for (const [column, figure] of figures.entries()) {
              this.right('TD', figure, style, columns[column + 1]?.right ?? RIGHT, y + 9.4, INK, elements[column + 1])
            }
          },
        })
      }
      for (const [at, text] of notes.entries()) {
        strips.push({
          height: SMALL_LEADING,
          draw: (y) => {
            this.put('TD', text, SMALL, first.left, y + 8, QUIET, null, elements[0])
            if (at === 0 && per !== 1) {
              this.right('TD', `per ${countText(per)}`, SMALL, columns[2]?.right ?? RIGHT, y + 8, QUIET, elements[2])
            }
          },
        })
      }
      return strips
    })
    const sums = this.sums()
    const room = this.bottom - TOP - 70
    for (const [at, strips] of rows.entries()) {
      const height = 14 + heightOf(strips)
      const last = at === rows.length - 1 ? [height + heightOf(sums) + 16] : []
      // A row that no page holds is broken where it happens to be.
      const together = [...last, height].find((needed) => needed < room) ?? 60
      if (at === 0) {
        if (this.y + 16 + together > this.bottom) this.turn()
        this.tableHead(head, columns)
      } else if (this.y + together > this.bottom) this.breakTable(columns)
      this.y += 7
      for (const strip of strips) {
        if (this.y + strip.height > this.bottom) this.breakTable(columns)
        strip.draw(this.y)
        this.y += strip.height
      }
      this.y += 7
      this.paper.within(null, '', () => this.paper.rule(MARGIN, this.y, WIDTH))
    }
    this.y += 12
    if (this.y + heightOf(sums) > this.bottom) this.turn()
    for (const { height, draw } of sums) {
      draw(this.y)
      this.y += height
    }
  }

  private cells(): { description: string; per: number; notes: string[]; figures: string[] }[] {
    const { document } = this
    const { currency } = document
    if (document.kind === 'CREDIT_NOTE') {
      return document.lines.map(({ description, days, amountMinor }) => ({
        ...{ description, per: 1, notes: [] },
        figures: [countText(days), figureText(-amountMinor, currency)],
      }))
    }
    return document.lines.map((line) => ({
      ...{ description: line.description, per: line.per, notes: this.notesOf(line) },
      figures: [
        countText(line.quantity),
        figureText(line.unitPriceMinor, currency),
        figureText(line.amountMinor, currency),
      ],
    }))
  }

  /** Columns as wide as their figures need; the description has the rest. Figures that are very long are set smaller. */
  private columns(titles: string[], figures: string[][]): { columns: Column[]; style: Style } {
    for (const size of [9, 8, 7, 6]) {
      const style: Style = { size, weight: 'regular' }
      const widths = titles.map((title, at) => {
        const longest = new Set(figures.map((row) => row[at] ?? ''))
        return Math.max(
          this.texts.line(title, LABEL).width,
          ...[...longest].map((text) => this.texts.line(text, style).width),
        )
      })
      const first = WIDTH - widths.reduce((sum, width) => sum + width + GUTTER, 0)
      if (first < 150 && size > 6) continue
      const columns: Column[] = [{ title: 'Description', left: MARGIN, right: MARGIN + Math.min(first, 285) }]
      let right = RIGHT
      for (const [at, title] of [...titles.entries()].reverse()) {
        columns.splice(1, 0, { title, left: right - (widths[at] ?? 0), right })
        right -= Math.max(widths[at] ?? 0, at === titles.length - 1 ? 66 : 52) + GUTTER
        // Where there's room for it, short columns stand wider apart; long ones touch the least gutter.
        if (first < 240) right += Math.max(0, (at === titles.length - 1 ? 66 : 52) - (widths[at] ?? 0))
      }
      return { columns, style }
    }
    throw new Error('no column is too wide for the last size')
  }

  private tableHead(row: Element | null, columns: Column[]): void {
    for (const [at, { title, left, right }] of columns.entries()) {
      const line = this.texts.line(title, LABEL)
      const x = at === 0 ? left : right - line.width
      const element = row === null ? null : this.paper.element('TH', row, { scope: 'Column' })
      this.paper.within(element, 'TH', () => this.paper.text(line, LABEL.size, x, this.y + 8, QUIET))
    }
    this.y += 15
    this.paper.within(null, '', () => this.paper.rule(MARGIN, this.y, WIDTH, INK, 0.9))
    this.y += 1
  }

  private breakTable(columns: Column[]): void {
    this.turn()
    // Said once already to those who listen.
    this.tableHead(null, columns)
  }

  private notesOf(line: InvoiceDocument['lines'][number]): string[] {
    const { currency } = this.document
    const notes: string[] = []
    if (line.per !== 1) {
      notes.push(`The unit price is for ${countText(line.per)}: quantity × unit price ÷ ${countText(line.per)}.`)
    }
    const rounding = explainLineRounding(line, currency)
    if (rounding !== null) notes.push(rounding)
    return notes
  }

  private sums(): Strip[] {
    const { document, sign } = this
    const { currency } = document
    const amount = (minor: number) => amountText(sign * minor, currency)
    const taxed = document.taxPartsPerMillion > 0 && document.reverseCharge === null
    const figures: Figure[] = [
      { label: 'Subtotal', value: amount(document.subtotalMinor) },
      {
        label: taxed ? `${document.taxName} ${rateText(document.taxPartsPerMillion)}` : document.taxName,
        value: amount(document.taxMinor),
        note: document.reverseCharge === null ? this.taxRounding() : 'Reverse charge',
      },
      { label: sign < 0 ? 'Total credited' : 'Total', value: amount(document.totalMinor), strong: true },
    ]
    if (document.kind === 'INVOICE' && document.state !== 'VOID') {
      figures.push({ label: 'Paid so far', value: amount(document.paidMinor) })
      figures.push({ label: 'Outstanding', value: amount(document.totalMinor - document.paidMinor), strong: true })
    }
    const section = this.paper.element('Sect')
    const left = MARGIN + WIDTH * 0.46
    const strips = figures.map(({ label, value, strong = false, note = null }) => {
      const total = strong && label.startsWith('Total')
      const style = total ? SUM : strong ? STRONG : BODY
      const valueLine = this.texts.line(value, style)
      const lines = this.texts.lines(label, RIGHT - left - valueLine.width - 16, style, null, 3)
      const notes = this.texts.lines(note ?? '', RIGHT - left - 20, SMALL)
      const leading = total ? 17 : BODY_LEADING
      const before = total ? 8 : 0
      const labelHeight = before + lines.length * leading
      return {
        height: labelHeight + notes.length * SMALL_LEADING + (total ? 8 : 4),
        draw: (y: number) => {
          if (total) this.paper.within(null, '', () => this.paper.rule(left, y + 1, RIGHT - left, HAIRLINE))
          const baseline = y + before + (total ? 12 : 9.4)
          const color = total ? ACCENT : INK
          this.paragraph('P', lines, style, leading, color, left, baseline, section)
          this.put('P', valueLine, style, RIGHT - valueLine.width, baseline, color, section)
          if (notes.length > 0) {
            this.paragraph('P', notes, SMALL, SMALL_LEADING, QUIET, left, y + labelHeight + 8, section)
          }
        },
      }
    })
    return [{ height: heightOf(strips), draw: (y) => this.drawSums(strips, y) }]
  }

  /** Of a credit note the tax is a part of the invoice's, which its explanations tell. */
  private taxRounding(): string | null {
    const { document } = this
    return document.kind === 'INVOICE' ? explainTaxRounding(document, { ...document, reverseCharge: false }) : null
  }

  private drawSums(strips: Strip[], top: number): void {
    const { document } = this
    const label = document.kind === 'CREDIT_NOTE' ? 'Days taken back' : 'Days credited'
    const days = this.texts.line(daysText(document.days), STRONG)
    this.put('P', this.texts.line(label, LABEL), LABEL, MARGIN, top + 8, QUIET)
    this.put('P', days, STRONG, MARGIN, top + 21, INK)
    let y = top
    for (const { height, draw } of strips) {
      draw(y)
      y += height
    }
  }

  /** What the law wants said, and what is left to do where nothing is to be paid. */
  private afterwards(): void {
    const { document } = this
    this.y += 16
    if (document.reverseCharge !== null) this.flow('Tax', document.reverseCharge)
    if (document.kind === 'CREDIT_NOTE') {
      if (document.explanations.length > 0) this.flow('How the amounts come about', ...document.explanations)
      return
    }
    if (document.state === 'VOID') this.flow('Void', 'This invoice has been voided. Nothing is to be paid.')
    else if (document.totalMinor === document.paidMinor) this.flow('Paid', 'Nothing is left to be paid.')
  }

  /** How to pay: a panel in one piece, with a code for a banking app, or else for the page where it is paid. */
  private payment(): void {
    const { document } = this
    if (document.kind === 'CREDIT_NOTE' || document.state !== 'OPEN') return
    const owed = document.totalMinor - document.paidMinor
    if (owed <= 0) return
    const url = webAddress(document.paymentUrl)
    // Nobody is to send money for a trial.
    const bank = document.sandbox ? null : document.bankAccount
    const transfer = document.sandbox ? null : transferCode(document, owed)
    const code = transfer ?? (url === null ? null : addressCode(url))
    const entries = this.paymentEntries(document, owed, bank)
    if (bank === null && url === null) return

    const padding = 18
    const left = MARGIN + padding
    const valueLeft = left + 92
    const right = code === null ? RIGHT - padding : RIGHT - padding - CODE_SIZE - 22
    const laidOut = entries
      .map(([label, value]) => ({
        label,
        lines: this.texts.lines(value, right - valueLeft, BODY, document.provider.countryCode, 6),
      }))
      .filter(({ lines }) => lines.length > 0)
    const address = this.texts.lines(url ?? '', right - valueLeft, BODY, null, 6)
    const rows = [...laidOut.map(({ lines }) => lines.length), address.length].filter((lines) => lines > 0)
    const written = 24 + rows.reduce((sum, lines) => sum + lines * BODY_LEADING + 3.4, 0)
    const height = padding * 2 - 4 + Math.max(written, code === null ? 0 : CODE_SIZE + 14)
    this.y += 10
    if (this.y + height > this.bottom) this.turn()

    const top = this.y
    this.paper.within(null, '', () => this.paper.panel(MARGIN, top, WIDTH, height))
    const section = this.paper.element('Sect')
    let y = top + padding
    this.put('H2', this.texts.line('Payment', HEADING), HEADING, left, y + 8, INK, section)
    y += 24
    for (const { label, lines } of laidOut) {
      this.put('P', this.texts.line(label, BODY), BODY, left, y + 9.4, QUIET, section)
      this.paragraph('P', lines, BODY, BODY_LEADING, INK, valueLeft, y + 9.4, section)
      y += lines.length * BODY_LEADING + 3.4
    }
    if (url !== null) {
      this.put('P', this.texts.line('Pay online', BODY), BODY, left, y + 9.4, QUIET, section)
      const link = this.paper.element('Link', section)
      for (const [at, line] of address.entries()) {
        const baseline = y + 9.4 + at * BODY_LEADING
        this.paper.within(link, 'Link', () => this.paper.text(line, BODY.size, valueLeft, baseline, ACCENT))
        this.paper.link(link, url, valueLeft, baseline - 10, line.width, BODY_LEADING)
      }
    }
    if (code !== null) this.paymentCode(code, transfer !== null, top + padding, section)
    this.y = top + height
  }

  private paymentEntries(
    { dueAt, currency, number }: InvoiceDocument,
    owed: number,
    bank: InvoiceDocument['bankAccount'],
  ): [label: string, value: string][] {
    const entries: [string, string][] = [
      ['Amount', amountText(owed, currency)],
      ['Due', dateText(dueAt)],
    ]
    if (bank === null) return entries
    entries.push(['Account holder', bank.holder])
    if (bank.iban !== null) entries.push(['IBAN', ibanText(bank.iban)])
    if (bank.bic !== null) entries.push(['BIC', bank.bic])
    entries.push(['Reference', number])
    if (bank.instructions !== null) entries.push(['Instructions', bank.instructions])
    return entries
  }

  private paymentCode(code: Code, isTransfer: boolean, top: number, section: Element): void {
    const left = RIGHT - 18 - CODE_SIZE
    const caption = isTransfer ? 'Scan with a banking app' : 'Scan to pay online'
    const figure = this.paper.element('Figure', section, { alt: `QR code. ${caption}.` })
    this.paper.within(figure, 'Figure', () => this.paper.code(code, left, top, CODE_SIZE))
    const line = this.texts.line(caption, SMALL)
    this.put('P', line, SMALL, left + (CODE_SIZE - line.width) / 2, top + CODE_SIZE + 13, QUIET, section)
  }

  /** The small print, the number and the page, on each page. */
  private feet(): void {
    const { pages } = this.paper
    const top = PAGE_HEIGHT - 44 - Math.max(1, this.footer.length) * SMALL_LEADING
    for (let page = 0; page < pages; page += 1) {
      this.paper.turnTo(page)
      this.paper.within(null, '', () => {
        this.paper.rule(MARGIN, top, WIDTH)
        for (const [at, line] of this.footer.entries()) {
          this.paper.text(line, SMALL.size, MARGIN, top + 15 + at * SMALL_LEADING, QUIET)
        }
        const line = this.texts.line(`Page ${countText(page + 1)} of ${countText(pages)}`, SMALL)
        this.paper.text(line, SMALL.size, RIGHT - line.width, top + 15, QUIET)
      })
    }
  }

  /** A new page, which says what it is a page of. */
  private turn(): void {
    this.paper.addPage()
    this.paper.within(null, '', () => {
      const [line] = this.texts.lines(`${this.title} ${this.document.number}`, WIDTH - 180, STRONG, null, 1)
      if (line !== undefined) this.paper.text(line, STRONG.size, MARGIN, TOP - 4, INK)
    })
    this.marks(TOP - 17)
    this.y = TOP + 20
  }

  /** A heading and texts of any length, over as many pages as it takes. */
  private flow(heading: string, ...texts: string[]): void {
    const lines = texts.flatMap((text) => this.texts.lines(text, WIDTH, BODY))
    if (lines.length === 0) return
    if (this.y + 14 + Math.min(lines.length, 3) * BODY_LEADING > this.bottom) this.turn()
    this.put('P', this.texts.line(heading, LABEL), LABEL, MARGIN, this.y + 8, QUIET)
    this.y += 13
    const paragraph = this.paper.element('P')
    for (const line of lines) {
      if (this.y + BODY_LEADING > this.bottom) this.turn()
      this.put('P', line, BODY, MARGIN, this.y + 9.4, INK, null, paragraph)
      this.y += BODY_LEADING
    }
    this.y += 8
  }

  private paragraph(
    type: string,
    lines: Line[],
    style: Style,
    leading: number,
    color: string,
    x: number,
    y: number,
    parent?: Element,
  ): void {
    this.paper.within(this.paper.element(type, parent), type, () => {
      for (const [at, line] of lines.entries()) this.paper.text(line, style.size, x, y + at * leading, color)
    })
  }

  /** One line, in an element of its own or in the one that is given. */
  private put(
    type: string,
    line: Line,
    { size }: Style,
    x: number,
    y: number,
    color: string,
    parent: Element | null = null,
    element: Element = this.paper.element(type, parent ?? undefined),
  ): void {
    this.paper.within(element, type, () => this.paper.text(line, size, x, y, color))
  }

  private right(type: string, text: string, style: Style, edge: number, y: number, color: string, element?: Element) {
    const line = this.texts.line(text, style)
    this.put(type, line, style, edge - line.width, y, color, null, element)
  }
}

function heightOf(strips: Strip[]): number {
  return strips.reduce((sum, { height }) => sum + height, 0)
}
