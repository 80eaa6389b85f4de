import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { create, type Font } from 'fontkit'
import { shaperOf, type Shape } from './shape-text'

export type Weight = 'regular' | 'bold'

/** A font, read and parsed once in a process, when it is first needed. What it keeps does not depend on what it has drawn. */
export interface Face {
  /** Its name within a document. */
  name: string
  font: Font
  shape: Shape
  holds: (codePoint: number) => boolean
}

/** Which way Han characters are drawn. */
export type Han = 'chinese' | 'japanese' | 'korean'

type Files = Record<Weight, string>

/** A package whose files stand beside what it exports. */
function besideEntry(name: string, regular: string, bold: string): Files {
  const folder = join(dirname(require.resolve(name)), '..', 'fonts')
  return { regular: join(folder, regular), bold: join(folder, bold) }
}

function google(name: string, file: string): Files {
  return {
    regular: require.resolve(`${name}/400Regular/${file}_400Regular.ttf`),
    bold: require.resolve(`${name}/700Bold/${file}_700Bold.ttf`),
  }
}

const FILES = {
  /** Latin, Greek, Cyrillic, Vietnamese and Devanagari; also what stands for a character that no font has. */
  latin: () => besideEntry('@embedpdf/fonts-latin', 'NotoSans-Regular.ttf', 'NotoSans-SemiBold.ttf'),
  hebrew: () => besideEntry('@embedpdf/fonts-hebrew', 'NotoSansHebrew-Regular.ttf', 'NotoSansHebrew-Bold.ttf'),
  arabic: () => besideEntry('@embedpdf/fonts-arabic', 'NotoNaskhArabic-Regular.ttf', 'NotoNaskhArabic-Bold.ttf'),
  thai: () => google('@expo-google-fonts/noto-sans-thai', 'NotoSansThai'),
  japanese: () => google('@expo-google-fonts/biz-udpgothic', 'BIZUDPGothic'),
  korean: () => google('@expo-google-fonts/nanum-gothic', 'NanumGothic'),
  chinese: () => besideEntry('@embedpdf/fonts-sc', 'NotoSansHans-Regular.otf', 'NotoSansHans-Bold.otf'),
}
type Family = keyof typeof FILES

/** The big fonts of the Han come last: they are read only for what no other has. */
const SMALL: Family[] = ['latin', 'hebrew', 'arabic', 'thai']
const HAN: Record<Han, Family[]> = {
  chinese: ['chinese', 'japanese', 'korean'],
  japanese: ['japanese', 'chinese', 'korean'],
  korean: ['korean', 'chinese', 'japanese'],
}

/** Characters of the Han and of their neighbours: only those are looked up in their fonts. */
const EASTERN =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}\u{3000}-\u{30ff}\u{ff00}-\u{ffef}]/u

const faces = new Map<string, Face>()

/** The face that draws a character, or null where none does. */
export function faceFor(codePoint: number, weight: Weight, han: Han): Face | null {
  const latin = faceOf('latin', weight)
  if (latin.holds(codePoint)) return latin
  const families = EASTERN.test(String.fromCodePoint(codePoint)) ? HAN[han] : SMALL
  for (const family of families) {
    const face = faceOf(family, weight)
    if (face.holds(codePoint)) return face
  }
  return null
}

function faceOf(family: Family, weight: Weight): Face {
  const name = `${family}-${weight}`
  const known = faces.get(name)
  if (known !== undefined) return known
  const bytes = readFileSync(FILES[family]()[weight])
  const font = create(bytes) as Font
  const held = new Map<number, boolean>()
  const face = {
    name,
    font,
    shape: shaperOf(bytes),
    holds(codePoint: number) {
      const known = held.get(codePoint)
      if (known !== undefined) return known
      const holds = font.hasGlyphForCodePoint(codePoint)
      held.set(codePoint, holds)
      return holds
    },
  }
  faces.set(name, face)
  return face
}
