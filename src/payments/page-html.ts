import { createHash } from 'node:crypto'

/** Text that is HTML already. Everything else that goes into a page is escaped by `html`. */
export class Html {
  constructor(readonly text: string) {}
}

export type Piece = Html | string | readonly Html[] | null

/** A template whose values are escaped, unless they are HTML that came from here. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(strings.reduce((text, string, i) => text + write(pieces[i - 1] ?? null) + string))
}

function write(piece: Piece): string {
  if (piece === null) return ''
  if (typeof piece === 'string') return escape(piece)
  return piece instanceof Html ? piece.text : piece.map(({ text }) => text).join('')
}

const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPED[character] ?? '')
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--quiet:#48515b;--ground:#f3f4f6;--paper:#fff;--line:#d0d7de;--edge:#59636e;--deed:#1f4fd8;--on-deed:#fff;--link:#1f4fd8;--bad:#7a1212;--bad-ground:#fdecec;--bad-edge:#b42318;--good:#0b4a29;--good-ground:#e6f6ec;--good-edge:#15803d;--focus:#b45309}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--quiet:#aeb6c0;--ground:#101418;--paper:#1a2027;--line:#38424d;--edge:#8a95a1;--deed:#3b6df0;--link:#8ab0ff;--bad:#ffc9c5;--bad-ground:#3a1614;--bad-edge:#f97066;--good:#b5f0cb;--good-ground:#10331f;--good-edge:#32b866;--focus:#fbbf24}}
*{box-sizing:border-box}
body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground)}
.test{margin:0;padding:.75rem 1rem;text-align:center;font-weight:700;color:#1b1f24;background:#ffd54a}
main{max-width:34rem;margin:1.5rem auto;padding:1.5rem 1rem;background:var(--paper);border-radius:.75rem}
h1{margin:0 0 1rem;font-size:1.4rem}
h2{margin:1.75rem 0 .5rem;font-size:1.1rem}
p,dd,td,li{overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:0 0 1rem}
dd{margin:0}
.amount{font-size:1.6rem;font-weight:700;margin:.25rem 0 1rem}
label{display:block;font-weight:600;margin:1rem 0 .25rem}
input{width:100%;padding:.75rem;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--edge);border-radius:.5rem}
button{width:100%;min-height:2.75rem;margin-top:.75rem;padding:.6rem 1rem;font:inherit;font-weight:600;color:var(--on-deed);background:var(--deed);border:1px solid var(--deed);border-radius:.5rem;cursor:pointer}
button.quiet{color:var(--link);background:var(--paper);border-color:var(--link)}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.failed{padding:.75rem 1rem;color:var(--bad);background:var(--bad-ground);border-left:4px solid var(--bad-edge)}
.done{padding:.75rem 1rem;color:var(--good);background:var(--good-ground);border-left:4px solid var(--good-edge)}
.item{padding:1rem 0;border-top:1px solid var(--line)}
table{width:100%;border-collapse:collapse}
th,td{padding:.4rem .5rem .4rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
td:first-child{white-space:nowrap}
.hint{color:var(--quiet);font-size:.9rem}
`

/**
 * A policy by which a page may have its own style, and send its forms to where it comes from; `leadsTo` is where else an
 * answer to a form may lead.
 */
export function pagePolicy(leadsTo: readonly string[] = []): string {
  const style = createHash('sha256').update(STYLE).digest('base64')
  // Browsers hold the redirect after a form to this list too.
  const forms = ["'self'", ...leadsTo].join(' ')
  return `default-src 'none'; style-src 'sha256-${style}'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`
}

/** On every page on which no money moves. */
export const TEST_NOTE = 'TEST MODE, no money'

/** A whole page. `note` stands above all of it; `head` is what else belongs to its head. */
export function page(title: string, content: Html, note: string | null, head: Html | null = null): string {
  const { text } = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex" />
      <title>${title}</title>
      ${head} ${new Html(`<style>${STYLE}</style>`)}
    </head>
    <body>
      ${note === null ? null : html`<p class="test" role="note">${note}</p>`}
      <main>
        <h1>${title}</h1>
        ${content}
      </main>
    </body>
  </html>`
  return `<!doctype html>\n${text}\n`
}
