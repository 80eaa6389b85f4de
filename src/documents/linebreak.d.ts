declare module 'linebreak' {
  /** Where Unicode's line breaking algorithm (UAX 14) lets a text be broken. */
  export default class LineBreaker {
    constructor(text: string)
    nextBreak(): { position: number; required: boolean } | null
  }
}
