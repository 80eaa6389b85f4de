import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Sql, Statement } from '../database'
import { NotFoundError } from '../errors'
import type { Invoice } from '../invoices/invoice.entity'
import { readInvoicePage } from '../invoices/read-invoice-page'
import { DocumentKind } from './document.entity'
import { INVOICE_FILE, ISSUED_FILE, kindFor } from './document-file'
import type { DocumentDrawer } from './draw-documents'
import type { DocumentFile } from './read-document'

/**
 * For a file that a browser shows by a viewer of its own. No `sandbox`: Chrome then refuses to show a PDF at all, and its
 * viewer styles its page inline. A document of ours has no script that could run.
 */
const POLICY =
  "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const CREDIT_NOTE_FILE = /^(credit_[0-9a-z]{26})\.pdf$/

export interface DocumentDoorOptions {
  readonly documents: Pick<DocumentDrawer, 'of'>
  readonly sql: Sql
}

/**
 * `GET /pay/<token>/invoice.pdf`, `issued.pdf` and `<id of a credit note>.pdf`: the papers of an invoice, for whoever has the
 * address of its page. Nobody needs to sign in, so that a link in a mail or a browser opens it; and no token of an account
 * opens anything here.
 *
 * Throws NOT_FOUND for all that is no document of this invoice, UNAVAILABLE where too many are being drawn.
 */
export function registerDocuments(app: FastifyInstance, { documents, sql }: DocumentDoorOptions): void {
  app.get('/pay/:token/:file', async (request, reply) => {
    const { token, file } = request.params as { token: string; file: string }
    const invoice = await readInvoicePage(sql, token)
    const wanted = invoice === null ? null : await subjectOf(sql, invoice, file)
    const document =
      invoice === null || wanted === null ? null : await documents.of(invoice.accountId, wanted.kind, wanted.subjectId)
    if (document === null) throw new NotFoundError('document')
    return send(request, reply, document)
  })
}

async function subjectOf(
  sql: Sql,
  invoice: Pick<Invoice, 'id' | 'accountId' | 'status' | 'totalMinor'>,
  file: string,
): Promise<{ kind: DocumentKind; subjectId: string } | null> {
  if (file === INVOICE_FILE) return { kind: kindFor(invoice), subjectId: invoice.id }
  if (file === ISSUED_FILE) return { kind: DocumentKind.INVOICE, subjectId: invoice.id }
  const subjectId = CREDIT_NOTE_FILE.exec(file)?.[1]
  if (subjectId === undefined) return null
  const rows = await sql.query(NOTE_OF_INVOICE, [invoice.accountId, invoice.id, subjectId])
  return rows.length === 0 ? null : { kind: DocumentKind.CREDIT_NOTE, subjectId }
}

function send(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { fileName, bytes, sha256 }: DocumentFile,
): FastifyReply {
  const etag = `"${sha256}"`
  void reply.headers({
    etag,
    // The address stays and what fits it changes as the invoice is paid: a browser asks whether it has the right one still.
    'cache-control': 'private, no-cache',
    'content-security-policy': POLICY,
  })
  if (knows(headers['if-none-match'], etag)) return reply.code(304).send()
  return reply.type('application/pdf').header('content-disposition', `inline; filename="${fileName}"`).send(bytes)
}

function knows(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = (ifNoneMatch ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''))
  return known.includes(etag) || known.includes('*')
}

const NOTE_OF_INVOICE: Statement = {
  name: 'credit-note-of-invoice',
  text: 'SELECT id FROM credit_note WHERE account_id = $1 AND invoice_id = $2 AND id = $3',
}
