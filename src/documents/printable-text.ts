/** What stands, visibly, for a character that can't be drawn. */
export const UNKNOWN = '\u{fffd}'

/** Marks on one character at the most. No language needs more, and a pile of them would run over its neighbours. */
const MARKS = /(\p{M}{4})\p{M}+/gu
/** An emoji with all that belongs to it: joined ones, skin tones, flags, keycaps. None of the fonts draws them. */
const EMOJI =
  /(?:\p{RI}\p{RI}|[0-9#*]\u{fe0f}?\u{20e3}|\p{Extended_Pictographic}[\p{EMod}\u{fe0f}\u{20e3}\u{e0020}-\u{e007f}]*(?:\u{200d}\p{Extended_Pictographic}[\p{EMod}\u{fe0f}\u{20e3}]*)*)/gu
/** Drawn as signs by every font for text, although they count as emoji. */
const SIGNS = /^[\u{a9}\u{ae}\u{2122}]$/u
/** Characters that steer the order of others, join nothing or show nothing. ZWNJ and ZWJ stay: Persian and Hindi are written with them. */
const STEERING =
  /[\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}-\u{180f}\u{200b}\u{200e}\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{3164}\u{fe00}-\u{fe0f}\u{feff}\u{ffa0}\u{fff0}-\u{fffb}\u{e0000}-\u{e0fff}]/gu
const ODD = /[\p{Cc}\p{Co}\p{Cn}]/gu

/**
 * A text as it may stand in a document, on one line: composed (NFC), without what steers or hides, with single spaces, and
 * with a sign in place of each emoji, private, unassigned or half character.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\u{85}]+/gu, ' ')
    .replace(EMOJI, (emoji) => (SIGNS.test(emoji) ? emoji : UNKNOWN))
    .replace(STEERING, '')
    .replace(ODD, UNKNOWN)
    .normalize('NFC')
    .replace(MARKS, '$1')
    .trim()
}
