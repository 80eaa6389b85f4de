import { readFileSync } from 'node:fs'

/** A glyph where it goes, in units of its font. `text` is what it stands for; '' where a glyph before it says so for both. */
export interface ShapedGlyph {
  id: number
  text: string
  /** Index in the shaped text of the first character that the glyph stands for. */
  cluster: number
  xAdvance: number
  yAdvance: number
  xOffset: number
  yOffset: number
}

/** Turns characters of one font, script and direction into glyphs. They come in the order in which they are drawn. */
export type Shape = (text: string, rightToLeft: boolean) => ShapedGlyph[]

/** The functions of HarfBuzz's C interface that are called here. Pointers are numbers. */
interface HarfBuzz {
  memory: WebAssembly.Memory
  __wasm_call_ctors: () => void
  malloc: (bytes: number) => number
  free: (pointer: number) => void
  hb_blob_create: (data: number, length: number, mode: number, userData: number, destroy: number) => number
  hb_face_create: (blob: number, index: number) => number
  hb_font_create: (face: number) => number
  hb_buffer_create: () => number
  hb_buffer_reset: (buffer: number) => void
  hb_buffer_add_utf16: (buffer: number, text: number, length: number, offset: number, items: number) => void
  hb_buffer_set_cluster_level: (buffer: number, level: number) => void
  hb_font_get_nominal_glyph: (font: number, codePoint: number, glyph: number) => number
  hb_buffer_set_direction: (buffer: number, direction: number) => void
  hb_buffer_guess_segment_properties: (buffer: number) => void
  hb_buffer_get_length: (buffer: number) => number
  hb_buffer_get_glyph_infos: (buffer: number, length: number) => number
  hb_buffer_get_glyph_positions: (buffer: number, length: number) => number
  hb_shape: (font: number, buffer: number, features: number, count: number) => void
}

const MEMORY_MODE_READONLY = 1
/** A mark is told apart from what it stands on, so that a reader of the PDF finds it as a character of its own. */
const MONOTONE_CHARACTERS = 1
const LEFT_TO_RIGHT = 4
const RIGHT_TO_LEFT = 5
/** Of hb_glyph_info_t and of hb_glyph_position_t alike. */
const WORDS_A_GLYPH = 5
const PAGE_BYTES = 65_536

let loaded: { harfBuzz: HarfBuzz; buffer: number } | undefined

/**
 * A shaper for the font in these bytes, which stay in HarfBuzz's memory for the life of the process. HarfBuzz shapes the same
 * on every machine: it is WebAssembly. Its program is loaded without the package's own wrapper, which needs a top-level
 * await and so can't be required.
 */
export function shaperOf(font: Uint8Array): Shape {
  const { harfBuzz, buffer } = (loaded ??= load())
  const data = harfBuzz.malloc(font.length)
  new Uint8Array(harfBuzz.memory.buffer, data, font.length).set(font)
  const blob = harfBuzz.hb_blob_create(data, font.length, MEMORY_MODE_READONLY, 0, 0)
  const shaped = harfBuzz.hb_font_create(harfBuzz.hb_face_create(blob, 0))

  const answer = harfBuzz.malloc(4)
  const nominal = (codePoint: number) =>
    harfBuzz.hb_font_get_nominal_glyph(shaped, codePoint, answer) === 0
      ? null
      : new Uint32Array(harfBuzz.memory.buffer, answer, 1)[0]

  return (text, rightToLeft) => {
    const units = harfBuzz.malloc(text.length * 2)
    const view = new Uint16Array(harfBuzz.memory.buffer, units, text.length)
    for (let i = 0; i < text.length; i += 1) view[i] = text.charCodeAt(i)
    harfBuzz.hb_buffer_reset(buffer)
    harfBuzz.hb_buffer_set_cluster_level(buffer, MONOTONE_CHARACTERS)
    harfBuzz.hb_buffer_add_utf16(buffer, units, text.length, 0, text.length)
    harfBuzz.free(units)
    harfBuzz.hb_buffer_set_direction(buffer, rightToLeft ? RIGHT_TO_LEFT : LEFT_TO_RIGHT)
    harfBuzz.hb_buffer_guess_segment_properties(buffer)
    harfBuzz.hb_shape(shaped, buffer, 0, 0)

    const words = harfBuzz.hb_buffer_get_length(buffer) * WORDS_A_GLYPH
    const infos = new Uint32Array(harfBuzz.memory.buffer, harfBuzz.hb_buffer_get_glyph_infos(buffer, 0), words)
    const positions = new Int32Array(harfBuzz.memory.buffer, harfBuzz.hb_buffer_get_glyph_positions(buffer, 0), words)
    const glyphs: ShapedGlyph[] = []
    for (let at = 0; at < words; at += WORDS_A_GLYPH) {
      const [id = 0, , cluster = 0] = infos.subarray(at, at + WORDS_A_GLYPH)
      const [xAdvance = 0, yAdvance = 0, xOffset = 0, yOffset = 0] = positions.subarray(at, at + WORDS_A_GLYPH)
      glyphs.push({ id, text: '', cluster, xAdvance, yAdvance, xOffset, yOffset })
    }
    tellTexts(glyphs, text, nominal)
    return glyphs
  }
}

/**
 * Says of each glyph what it stands for. A cluster ends where the next one begins. Of its glyphs, each that is a character's
 * usual one stands for that character, and the first of the others for the rest.
 */
function tellTexts(glyphs: ShapedGlyph[], text: string, nominal: (codePoint: number) => number | null | undefined) {
  const starts = [...new Set(glyphs.map(({ cluster }) => cluster))].sort((a, b) => a - b)
  for (const [at, start] of starts.entries()) {
    const left = [...text.slice(start, starts[at + 1] ?? text.length)]
    const members = glyphs.filter(({ cluster }) => cluster === start)
    if (members.length > 1) {
      for (const glyph of members) {
        const own = left.findIndex((character) => nominal(character.codePointAt(0) ?? 0) === glyph.id)
        if (own >= 0) glyph.text = left.splice(own, 1).join('')
      }
    }
    const other = members.find((glyph) => glyph.text === '')
    if (other !== undefined) other.text = left.join('')
  }
}

function load(): { harfBuzz: HarfBuzz; buffer: number } {
  const program = new WebAssembly.Module(readFileSync(require.resolve('harfbuzzjs/dist/harfbuzz.wasm')))
  const { exports } = new WebAssembly.Instance(program, {
    wasi_snapshot_preview1: { proc_exit: stop },
    env: {
      _emscripten_runtime_keepalive_clear: () => undefined,
      _setitimer_js: () => 0,
      _abort_js: stop,
      emscripten_resize_heap: (bytes: number) => {
        const { memory } = harfBuzz
        memory.grow(Math.ceil((bytes - memory.buffer.byteLength) / PAGE_BYTES))
        return 1
      },
    },
  })
  const harfBuzz = exports as unknown as HarfBuzz
  harfBuzz.__wasm_call_ctors()
  return { harfBuzz, buffer: harfBuzz.hb_buffer_create() }
}

function stop(): never {
  throw new Error('HarfBuzz has stopped')
}
