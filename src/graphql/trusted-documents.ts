import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { BadUserInputError, NotFoundError } from '../errors'

/** `sha256:` and the hash in hexadecimal, as the persisted documents of the GraphQL-over-HTTP draft have it. */
export function documentIdOf(source: string): string {
  return `${PREFIX}${createHash('sha256').update(source).digest('hex')}`
}

const PREFIX = 'sha256:'

/**
 * Documents that the provider has listed, by the hash of their text: those of the SDK and of the dashboard, which
 * `npm run documents` gathers. A request may name one of them instead of sending it.
 */
export class TrustedDocuments {
  private readonly sources: ReadonlyMap<string, string>
  private readonly known: ReadonlySet<string>

  constructor(sources: Readonly<Record<string, string>>) {
    this.sources = new Map(Object.entries(sources))
    this.known = new Set(this.sources.values())
  }

  get size(): number {
    return this.sources.size
  }

  has(source: string): boolean {
    return this.known.has(source)
  }

  /**
   * The text that a request names, by `documentId` or as `extensions.persistedQuery.sha256Hash`; null where it names none.
   * Throws NOT_FOUND for a hash that isn't listed, and BAD_USER_INPUT for a text that goes by another hash.
   */
  named(request: object): string | null {
    const { documentId, extensions, query } = request as Record<string, unknown>
    const hash = documentId ?? hashIn(extensions)
    if (hash === undefined || hash === null) return null
    const field = documentId == null ? 'extensions.persistedQuery.sha256Hash' : 'documentId'
    if (typeof hash !== 'string') throw new BadUserInputError(field, `${field} is not text.`)
    const id = hash.startsWith(PREFIX) ? hash : `${PREFIX}${hash}`
    if (typeof query === 'string' && query !== '') {
      if (documentIdOf(query) !== id) throw new BadUserInputError(field, `${field} is not the hash of the query.`)
      return query
    }
    const source = this.sources.get(id)
    if (source === undefined) throw new NotFoundError('document', id.slice(PREFIX.length))
    return source
  }
}

function hashIn(extensions: unknown): unknown {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } | null }
  return persistedQuery?.sha256Hash
}

/** Of files that map ids to texts. One that isn't there holds nothing; its text is held to its id. */
export function readTrustedDocuments(files: readonly string[]): TrustedDocuments {
  const sources: Record<string, string> = {}
  for (const file of files) {
    if (!existsSync(file)) continue
    for (const [id, source] of Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)) {
      if (documentIdOf(source) !== id) throw new Error(`${file}: the text of ${id} is another one`)
      sources[id] = source
    }
  }
  return new TrustedDocuments(sources)
}
