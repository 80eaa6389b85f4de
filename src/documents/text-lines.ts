import bidiFactory from 'bidi-js'
import LineBreaker from 'linebreak'
import { faceFor, type Face, type Han, type Weight } from './font-faces'
import { printable, UNKNOWN } from './printable-text'
import type { ShapedGlyph } from './shape-text'

/** Characters of one face, direction and script, as glyphs. */
export interface Run {
  face: Face
  text: string
  rightToLeft: boolean
  glyphs: ShapedGlyph[]
  width: number
}

/** Runs in the order in which they are drawn, from the left. */
export interface Line {
  runs: Run[]
  width: number
}

export interface Style {
  size: number
  weight: Weight
}

/** Characters of one face, direction and script, not yet shaped. */
interface Item {
  face: Face
  text: string
  level: number
  script: string
}

const bidi = bidiFactory()

const JOINERS = /^[\p{M}\u{200c}\u{200d}]$/u
/** Scripts that share a face. Which one it is decides what HarfBuzz does; of the rest each has a face of its own. */
const SCRIPTS = ['Latin', 'Greek', 'Cyrillic', 'Devanagari'].map(
  (name) => [name, new RegExp(`^\\p{Script=${name}}$`, 'u')] as const,
)
const ELLIPSIS = '…'

/** Lays out the texts of one document. What it has shaped it keeps, since a document says much more than once. */
export class TextLines {
  private readonly shaped = new Map<string, Run>()

  /** A text on one line, however long. */
  line(text: string, style: Style, countryCode: string | null = null): Line {
    const clean = printable(text)
    return this.shapeLine(clean, 0, clean.length, levelsOf(clean), style, hanOf(clean, countryCode))
  }

  /**
   * A text on as many lines as its width needs: broken between words, and within a word that is wider than a line. With
   * `most`, what goes beyond so many lines is left out, and an ellipsis says so.
   */
  lines(text: string, width: number, style: Style, countryCode: string | null = null, most = Infinity): Line[] {
    const clean = printable(text)
    if (clean === '') return []
    const han = hanOf(clean, countryCode)
    const levels = levelsOf(clean)
    const whole = this.shapeLine(clean, 0, clean.length, levels, style, han)
    if (whole.width <= width) return [whole]
    const breaks = this.breaks(clean, levels, width, style, han)
    if (breaks.length > most) {
      const kept = clean.slice(0, breaks[most - 1])
      return this.lines(`${kept.slice(0, -3)}${ELLIPSIS}`, width, style, countryCode).slice(0, most)
    }
    return breaks.map((end, at) => this.shapeLine(clean, breaks[at - 1] ?? 0, end, levels, style, han))
  }

  /** Where each line ends. */
  private breaks(text: string, levels: Uint8Array, width: number, style: Style, han: Han): number[] {
    const ends: number[] = []
    let filled = 0
    for (const [start, end] of segments(text)) {
      const bare = this.shapeLine(text, start, end, levels, style, han).width
      const full = this.shapeLine(text, start, end, levels, style, han, false).width
      if (filled + bare <= width) {
        filled += full
        continue
      }
      if (filled > 0) ends.push(start)
      filled = full
      if (bare > width) filled = this.breakWord(text, start, end, levels, width, style, han, ends)
    }
    ends.push(text.length)
    return ends
  }

  /** Breaks a word that is wider than a line, between clusters, and answers how far its rest fills a line. */
  private breakWord(
    text: string,
    start: number,
    end: number,
    levels: Uint8Array,
    width: number,
    style: Style,
    han: Han,
    ends: number[],
  ): number {
    let filled = 0
    let at = start
    for (const item of itemise(text, start, end, levels, style.weight, han)) {
      const { face, glyphs } = this.shape(item)
      const scale = style.size / face.font.unitsPerEm
      const advances = new Map<number, number>()
      for (const { cluster, xAdvance } of glyphs) {
        advances.set(cluster, (advances.get(cluster) ?? 0) + xAdvance * scale)
      }
      for (const [cluster, advance] of [...advances].sort(([a], [b]) => a - b)) {
        if (filled + advance > width && filled > 0 && !JOINERS.test(item.text.charAt(cluster))) {
          ends.push(at + cluster)
          filled = 0
        }
        filled += advance
      }
      at += item.text.length
    }
    return filled
  }

  private shapeLine(
    text: string,
    start: number,
    end: number,
    levels: Uint8Array,
    style: Style,
    han: Han,
    trimmed = true,
  ): Line {
    const last = trimmed ? start + text.slice(start, end).trimEnd().length : end
    const items = itemise(text, start, last, levels, style.weight, han)
    const runs = visualOrder(items).map((item) => this.shape(item))
    const width = runs.reduce((sum, run) => sum + (run.width * style.size) / run.face.font.unitsPerEm, 0)
    return { runs, width }
  }

  private shape({ face, text, level, script }: Item): Run {
    const rightToLeft = level % 2 === 1
    const key = `${face.name} ${rightToLeft} ${script} ${text}`
    const known = this.shaped.get(key)
    if (known !== undefined) return known
    const glyphs = face.shape(text, rightToLeft)
    if (rightToLeft) {
      // An opening bracket is drawn as a closing one, and readers that turn the run round expect that one.
      for (const glyph of glyphs) glyph.text = bidi.getMirroredCharacter(glyph.text) ?? glyph.text
    }
    const run = { face, text, rightToLeft, glyphs, width: glyphs.reduce((sum, { xAdvance }) => sum + xAdvance, 0) }
    this.shaped.set(key, run)
    return run
  }
}

function levelsOf(text: string): Uint8Array {
  // Most texts are ASCII, and those go one way.
  return /^[ -~]*$/.test(text) ? new Uint8Array(text.length) : bidi.getEmbeddingLevels(text, 'auto').levels
}

/** Kana and Hangul tell the language; bare Han characters are drawn as is usual in the country. */
function hanOf(text: string, countryCode: string | null): Han {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'japanese'
  if (/\p{Script=Hangul}/u.test(text)) return 'korean'
  return countryCode === 'JP' ? 'japanese' : countryCode === 'KR' ? 'korean' : 'chinese'
}

/** Pieces between which a line may end, each with the spaces behind it. */
function* segments(text: string): Generator<[start: number, end: number]> {
  const breaker = new LineBreaker(text)
  let start = 0
  for (let found = breaker.nextBreak(); found !== null; found = breaker.nextBreak()) {
    yield [start, found.position]
    start = found.position
  }
}

function itemise(text: string, start: number, end: number, levels: Uint8Array, weight: Weight, han: Han): Item[] {
  const items: Item[] = []
  let item: Item | undefined
  let at = start
  for (const character of text.slice(start, end)) {
    const level = levels[at] ?? 0
    at += character.length
    const codePoint = character.codePointAt(0) ?? 0
    const joins = JOINERS.test(character)
    if (item !== undefined && joins && (item.face.holds(codePoint) || /[\u{200c}\u{200d}]/u.test(character))) {
      item.text += character
      continue
    }
    const found = faceFor(codePoint, weight, han)
    const face = found ?? faceFor(0xfffd, weight, han)
    if (face === null) throw new Error('the first font has no sign for what is unknown')
    const drawn = found === null ? UNKNOWN.padEnd(character.length, '\u{200c}') : character
    const script: string = SCRIPTS.find(([, pattern]) => pattern.test(character))?.[0] ?? ''
    if (
      item?.face === face &&
      item.level === level &&
      (script === '' || item.script === '' || script === item.script)
    ) {
      item.text += drawn
      item.script ||= script
    } else {
      item = { face, text: drawn, level, script }
      items.push(item)
    }
  }
  return items
}

/** Rule L2 of the bidirectional algorithm, on runs: from the highest level down, what stands at it or above is turned round. */
function visualOrder(items: Item[]): Item[] {
  const ordered = [...items]
  const highest = Math.max(0, ...items.map(({ level }) => level))
  for (let level = highest; level >= 1; level -= 1) {
    for (let start = 0; start < ordered.length; start += 1) {
      let end = start
      while ((ordered[end]?.level ?? -1) >= level) end += 1
      if (end > start + 1) ordered.splice(start, end - start, ...ordered.slice(start, end).reverse())
      start = Math.max(start, end)
    }
  }
  return ordered
}
