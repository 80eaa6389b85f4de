import { createHash } from 'node:crypto'
import type { Database, Statement } from '../database'
import { UnavailableError } from '../errors'
import type { Log } from '../log'
import { PassedOver } from '../passed-over'
import { Rounds } from '../rounds'
import type { DocumentKind } from './document.entity'
import { fileNameOf } from './document-file'
import { DrawingThread } from './drawing-thread'
import { documentOf, type DocumentFile } from './read-document'
import { readIssued } from './read-issued'

/** Between two rounds. */
const ROUND_MS = 1_000
/** Documents of one round at the most. */
const DOCUMENTS_A_ROUND = 50
/** How long a document that could not be drawn is left alone. */
const PASS_OVER_MS = 60_000
const LOCK = 'draw documents'

/** What names a document. */
export interface DocumentName {
  readonly accountId: string
  readonly kind: DocumentKind
  readonly subjectId: string
}

/**
 * Draws documents: those that were issued, by itself, and any other when it is first asked for. It is done outside of any
 * transaction. What is stored first stays: of two gateways that draw the same one, both answer what the first has stored.
 */
export class DocumentDrawer {
  private readonly thread = new DrawingThread()
  private readonly rounds: Rounds
  /** Who asks for what is being drawn waits for that. */
  private readonly underWay = new Map<string, Promise<DocumentFile | null>>()
  private readonly passedOver = new PassedOver(PASS_OVER_MS)

  constructor(
    private readonly database: Database,
    /** Where the gateway is reached; empty before it listens. */
    private readonly publicUrl: () => string,
    private readonly log: Log,
  ) {
    this.rounds = new Rounds(() => this.drawWanted(), { pauseMs: ROUND_MS, failure: 'the drawing of PDFs failed', log })
  }

  /** From now on what is issued is drawn by itself. */
  start(): void {
    this.rounds.start()
  }

  /** Resolves when what is under way is done, or refused. */
  async close(): Promise<void> {
    const rounds = this.rounds.close()
    await this.thread.close()
    await rounds
    await Promise.allSettled(this.underWay.values())
    await this.thread.close()
  }

  /**
   * The PDF of an invoice or a credit note, drawn if it isn't stored yet. Null where there is none: nothing of the account's
   * has this id, it never opened, it opened without particulars, or it isn't in the state that the kind names.
   *
   * Throws UNAVAILABLE where too many are being drawn, or the gateway has no address yet.
   */
  async of(accountId: string, kind: DocumentKind, subjectId: string): Promise<DocumentFile | null> {
    const stored = await documentOf(this.database, accountId, kind, subjectId)
    if (stored !== null) return stored
    const name = [accountId, kind, subjectId].join(' ')
    let drawing = this.underWay.get(name)
    if (drawing === undefined) {
      drawing = this.draw(accountId, kind, subjectId).finally(() => this.underWay.delete(name))
      this.underWay.set(name, drawing)
    }
    return drawing
  }

  /** One round: all that is wanted now, by one gateway at a time. */
  async drawWanted(): Promise<void> {
    if (this.publicUrl() === '' || (await this.wanted()).length === 0) return
    await this.database.underLock(LOCK, async () => {
      for (const name of await this.wanted()) if (!this.rounds.closed) await this.drawOne(name)
    })
  }

  private async drawOne({ accountId, kind, subjectId }: DocumentName): Promise<void> {
    try {
      const drawn = await this.of(accountId, kind, subjectId)
      // Of an invoice without particulars there is none; of one that is stored already nothing is left to want.
      await this.database.sql.query(NO_LONGER_WANTED, [accountId, kind, subjectId])
      if (drawn === null) this.log.info({ accountId, subjectId, kind }, 'a document was wanted of what has none')
    } catch (error) {
      if (this.rounds.closed) return
      this.log.warn(
        { accountId, subjectId, kind, err: error },
        'a PDF could not be drawn; it is tried again in a while',
      )
      this.passedOver.add(subjectId)
    }
  }

  private async draw(accountId: string, kind: DocumentKind, subjectId: string): Promise<DocumentFile | null> {
    const publicUrl = this.publicUrl()
    if (publicUrl === '') throw new UnavailableError()
    const document = await readIssued(this.database, accountId, kind, subjectId, publicUrl)
    if (document === null) return null
    const bytes = await this.thread.draw(document)
    const sha256 = createHash('sha256').update(bytes).digest()
    const fileName = fileNameOf(document.number, kind)
    await this.database.sql.query(STORE, [accountId, kind, subjectId, fileName, sha256, bytes])
    return documentOf(this.database, accountId, kind, subjectId)
  }

  private wanted(): Promise<DocumentName[]> {
    return this.database.sql.query<DocumentName>(WANTED, [this.passedOver.ids(), DOCUMENTS_A_ROUND])
  }
}

const STORE: Statement = {
  name: 'store-document',
  text: `
    INSERT INTO document (account_id, kind, subject_id, file_name, sha256, bytes) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING`,
}

const WANTED: Statement = {
  name: 'wanted-documents',
  text: `
    SELECT account_id AS "accountId", kind, subject_id AS "subjectId" FROM document_wanted
    WHERE subject_id <> ALL ($1) ORDER BY wanted_at LIMIT $2`,
}

const NO_LONGER_WANTED: Statement = {
  name: 'document-no-longer-wanted',
  text: 'DELETE FROM document_wanted WHERE account_id = $1 AND kind = $2 AND subject_id = $3',
}
