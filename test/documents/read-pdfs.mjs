// Reads PDFs with Mozilla's PDF.js, as a process of its own: PDF.js is an ES module, which jest does not load.
// Standard input: a JSON array of PDFs in base64. Standard output: what a reader finds in each.
import { getDocumentProxy } from 'unpdf'

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const read = []
for (const pdf of JSON.parse(Buffer.concat(chunks).toString())) {
  const document = await getDocumentProxy(new Uint8Array(Buffer.from(pdf, 'base64')), { verbosity: 0 })
  const { info } = await document.getMetadata()
  const pages = []
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number)
    const { items } = await page.getTextContent()
    pages.push({
      text: items.map(({ str, hasEOL }) => (hasEOL ? `${str}\n` : str)).join(''),
      items: items
        .filter(({ str }) => str.trim() !== '')
        .map(({ str, transform, width }) => ({
          str,
          left: transform[4],
          right: transform[4] + width,
          y: transform[5],
        })),
      links: (await page.getAnnotations()).map(({ subtype, url, rect }) => ({ subtype, url, rect })),
      structure: JSON.stringify(await page.getStructTree()),
    })
  }
  read.push({
    info,
    pages,
    scripts: await document.getJSActions(),
    attachments: await document.getAttachments(),
  })
}
process.stdout.write(JSON.stringify(read))
