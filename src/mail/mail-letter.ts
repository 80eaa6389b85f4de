import { html, type Html } from '../payments/page-html'

/** What a mail says, once: its text and its HTML are made of the same. */
export interface Letter {
  readonly subject: string
  /** What a mailbox shows behind the subject. */
  readonly preheader: string
  readonly heading: string
  readonly paragraphs: readonly string[]
  readonly figures: readonly (readonly [name: string, text: string])[]
  readonly button: { readonly label: string; readonly url: string } | null
  readonly closing: readonly string[]
}

export interface Sender {
  readonly name: string
  /** A test account’s mail says so above all of it. */
  readonly sandbox: boolean
}

/** Characters of a subject at the most; names in it are cut. */
const MAX_SUBJECT = 200

const SANDBOX_NOTE = 'SANDBOX: a test account. No money is owed.'

/** On one line, without anything that could end a header. */
export function oneLine(text: string, length = MAX_SUBJECT): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return [...line].length <= length ? line : `${[...line].slice(0, length - 1).join('')}…`
}

export function subjectOf(letter: Letter, { sandbox }: Sender): string {
  return oneLine(sandbox ? `[SANDBOX] ${letter.subject}` : letter.subject)
}

export function textOf({ heading, paragraphs, figures, button, closing }: Letter, { name, sandbox }: Sender): string {
  const width = Math.max(0, ...figures.map(([label]) => label.length))
  const blocks = [
    ...(sandbox ? [SANDBOX_NOTE] : []),
    oneLine(heading),
    ...paragraphs.map((paragraph) => oneLine(paragraph, 2_000)),
    figures.map(([label, text]) => `${`${label}:`.padEnd(width + 2)}${oneLine(text)}`).join('\n'),
    button === null ? '' : `${button.label}:\n${button.url}`,
    ...closing.map((paragraph) => oneLine(paragraph, 2_000)),
    `-- \n${oneLine(name)}`,
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

// Mail programs drop what stands in <style>, some of them all of it: what must hold stands on the elements, for a light
// page. What a dark one changes is left to those that read it.
const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const BODY = `margin:0;padding:0;background:#f3f4f6;color:#1b1f24;${FONT};font-size:16px;line-height:1.5`
const CARD = 'max-width:560px;margin:0 auto;background:#ffffff;border-radius:12px'
const INSIDE = 'padding:28px 24px;overflow-wrap:anywhere;word-break:break-word'
const NOTE = 'margin:0 0 20px;padding:10px 14px;border-radius:8px;background:#ffd54a;color:#1b1f24;font-weight:700'
const HEADING = 'margin:0 0 16px;font-size:21px;line-height:1.3;font-weight:650'
const PARAGRAPH = 'margin:0 0 16px'
const LABEL =
  'padding:8px 16px 8px 0;text-align:left;vertical-align:top;font-weight:400;color:#48515b;white-space:nowrap'
const VALUE = 'padding:8px 0;text-align:right;vertical-align:top;font-variant-numeric:tabular-nums'
const BUTTON =
  'display:inline-block;padding:12px 22px;border-radius:8px;background:#1f4fd8;color:#ffffff;font-weight:600;text-decoration:none'
const SMALL = 'margin:0 0 10px;font-size:14px;color:#48515b'
const HIDDEN =
  'display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:transparent'
const STYLE = `
@media (prefers-color-scheme:dark){
.page{background:#0f1215!important;color:#e6e8ea!important}
.card{background:#1a1e23!important}
.quiet{color:#a9b1ba!important}
.line{border-color:#343a41!important}
.link{color:#9db7ff!important}
}
@media (max-width:600px){.inside{padding:22px 16px!important}.button{display:block!important;text-align:center!important}}
`

/** A whole page: tables where mail programs need them, no image, nothing that is loaded from anywhere. */
export function htmlOf(letter: Letter, sender: Sender): string {
  const { preheader, heading, paragraphs, figures, button, closing } = letter
  const { text } = html`<html lang="en" dir="ltr">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="supported-color-schemes" content="light dark" />
      <title>${subjectOf(letter, sender)}</title>
      <style>
        ${STYLE}
      </style>
    </head>
    <body class="page" style="${BODY}">
      <div style="${HIDDEN}" aria-hidden="true">${oneLine(preheader)}</div>
      <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
        <tr>
          <td style="padding:24px 12px">
            <div class="card" style="${CARD}">
              <div class="inside" style="${INSIDE}">
                ${sender.sandbox ? html`<p style="${NOTE}">${SANDBOX_NOTE}</p>` : null}
                <h1 style="${HEADING}">${oneLine(heading)}</h1>
                ${paragraphs.map((paragraph) => html`<p style="${PARAGRAPH}">${paragraph}</p>`)}
                ${figures.length === 0 ? null : figureTable(figures)}
                ${
                  button === null
                    ? null
                    : html`<p style="margin:24px 0">
                        <a class="button" href="${button.url}" style="${BUTTON}">${button.label}</a>
                      </p>`
                }
                ${closing.map((paragraph) => html`<p class="quiet" style="${SMALL}">${paragraph}</p>`)}
                <p class="quiet line" style="${SMALL};margin:24px 0 0;padding-top:14px;border-top:1px solid #d0d7de">
                  ${oneLine(sender.name)}
                </p>
              </div>
            </div>
          </td>
        </tr>
      </table>
    </body>
  </html>`
  return `<!doctype html>\n${text}\n`
}

function figureTable(figures: Letter['figures']): Html {
  const rows = figures.map(
    ([label, text]) =>
      html`<tr>
        <th class="quiet line" scope="row" style="${LABEL};border-top:1px solid #d0d7de">${label}</th>
        <td class="line" style="${VALUE};border-top:1px solid #d0d7de">${oneLine(text)}</td>
      </tr>`,
  )
  return html`<table width="100%" cellpadding="0" cellspacing="0" style="margin:8px 0 20px;border-collapse:collapse">
    ${rows}
  </table>`
}
