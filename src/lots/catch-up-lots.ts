import type { Database, Statement, Tx } from '../database'
import { LedgerTransactionKind } from '../ledger/ledger-transaction.entity'
import {
  FoldedLots,
  foldLots,
  type FoldedCover,
  type FoldedLot,
  type FoldedPiece,
  type LotMovement,
  type LotPrice,
} from './fold-lots'

/** Movements that are folded in one transaction, and all that is held in memory of them. */
export const PAGE = 5_000
/** Lots, or covers, that are read at once while it is seen how many a page needs. */
const READ_AT_ONCE = 500

/**
 * Folds what was posted of an account since its lots were last looked at: page by page, each in a transaction of its own. One
 * at a time folds an account; whoever comes meanwhile waits, and goes on from there.
 */
export async function catchUpLots(database: Database, accountId: string, page = PAGE): Promise<void> {
  for (;;) {
    const [behind] = await database.sql.query(BEHIND, [accountId])
    if (behind === undefined) return
    await database.inTransaction((tx) => foldPage(tx, accountId, page))
  }
}

/** Forgets the lots of an account: what comes next folds its whole ledger anew. */
export async function forgetLots(tx: Tx, accountId: string): Promise<void> {
  await lockFold(tx, accountId)
  for (const forget of FORGET) await tx.query(forget, [accountId])
}

async function foldPage(tx: Tx, accountId: string, page: number): Promise<void> {
  const { sequence: after, nextUncovered, known } = await lockFold(tx, accountId)
  const movements = (await tx.query<MovementRow>(MOVEMENTS, [accountId, after, page])).map(movementOf)
  const state = new FoldedLots(nextUncovered)
  await loadReach(tx, accountId, state, movements)
  for (const movement of movements) foldLots(state, movement)
  await save(tx, accountId, state)
  const last = movements.at(-1)?.sequence ?? after
  // Where these are all, the events after them bring nothing either.
  const until = movements.length < page ? Math.max(last, known) : last
  await tx.query(FOLDED_UNTIL, [accountId, until, state.nextUncovered])
}

/** The lock is of a statement of its own: what comes after it sees what whoever held it has done. */
async function lockFold(
  tx: Tx,
  accountId: string,
): Promise<{ sequence: number; nextUncovered: number; known: number }> {
  await tx.query(BEGIN_FOLD, [accountId])
  await tx.query(LOCK_FOLD, [accountId])
  const [fold] = await tx.query<{ sequence: number; nextUncovered: number; known: number }>(FOLD, [accountId])
  if (fold === undefined) throw new Error('a fold that was begun is not there')
  return fold
}

/** Reads all that these movements can reach, and no more: an account may have any number of channels and lots. */
async function loadReach(
  tx: Tx,
  accountId: string,
  state: FoldedLots,
  movements: readonly LotMovement[],
): Promise<void> {
  const { drawn, arriving, gone, invoiceIds } = reachOf(movements)
  const pieces = await tx.query<FoldedPiece>(ENDS_OF_HOLDERS, [accountId, [...gone.keys()], [...gone.values()]])
  for (const piece of pieces) state.loadPiece(piece)
  const uncovered = pieces.filter((piece) => piece.uncoveredFrom !== null)
  const covers = new Map<number, FoldedCover>()
  for (const cover of await tx.query<FoldedCover>(COVERS_OF, [
    accountId,
    uncovered.map((piece) => piece.uncoveredFrom),
    uncovered.map((piece) => (piece.uncoveredFrom ?? 0) + piece.days),
  ])) {
    covers.set(cover.uncoveredFrom, cover)
  }
  for (const cover of await tx.query<FoldedCover>(LAST_COVER, [accountId])) covers.set(cover.uncoveredFrom, cover)
  for (let [needed, after] = [arriving, 0]; needed > 0;) {
    const rows = await tx.query<FoldedCover>(OPEN_COVERS, [accountId, after, READ_AT_ONCE])
    for (const cover of rows) {
      covers.set(cover.uncoveredFrom, cover)
      needed -= cover.days
      after = cover.uncoveredFrom
    }
    if (rows.length < READ_AT_ONCE) break
  }
  for (const cover of [...covers.values()].sort((a, b) => a.uncoveredFrom - b.uncoveredFrom)) state.addCover(cover)
  const named = new Set<number>()
  for (const { lot } of [...pieces, ...covers.values()]) if (lot !== null) named.add(lot)
  for (const lot of await tx.query<LotRow>(LOTS, [accountId, [...named], [...invoiceIds]])) state.addLot(lotOf(lot))
  for (let [needed, after] = [drawn, 0]; needed > 0;) {
    const rows = await tx.query<LotRow>(OPEN_LOTS, [accountId, after, READ_AT_ONCE])
    for (const lot of rows) {
      state.addLot(lotOf(lot))
      needed -= lot.daysLeft
      after = lot.sequence
    }
    if (rows.length < READ_AT_ONCE) break
  }
}

interface Reach {
  /** Days that go from lots, at the most. */
  drawn: number
  /** Days that come to them. */
  arriving: number
  /** Of each holder that is met: days that go from it. */
  gone: Map<string, number>
  invoiceIds: Set<string>
}

function reachOf(movements: readonly LotMovement[]): Reach {
  const reach: Reach = { drawn: 0, arriving: 0, gone: new Map(), invoiceIds: new Set() }
  const meet = (holder: string, gone: number) => reach.gone.set(holder, (reach.gone.get(holder) ?? 0) + gone)
  for (const { kind, days, channelId, toChannelId, invoiceId } of movements) {
    switch (kind) {
      case LedgerTransactionKind.PURCHASE:
      case LedgerTransactionKind.GRANT:
        reach.arriving += days
        break
      case LedgerTransactionKind.ALLOCATION:
        reach.drawn += days
        meet(channelId ?? '', 0)
        break
      case LedgerTransactionKind.RELEASE:
        reach.arriving += days
        meet(channelId ?? '', days)
        break
      case LedgerTransactionKind.TRANSFER:
        meet(channelId ?? '', days)
        meet(toChannelId ?? '', 0)
        break
      case LedgerTransactionKind.CHARGEBACK_REVERSAL:
        reach.arriving += days
        meet(LedgerTransactionKind.CHARGEBACK, days)
        break
      case LedgerTransactionKind.BURN:
        break
      default:
        reach.drawn += days
        meet(kind, 0)
        if (invoiceId !== null) reach.invoiceIds.add(invoiceId)
    }
  }
  return reach
}

async function save(tx: Tx, accountId: string, state: FoldedLots): Promise<void> {
  const lots = [...state.changedLots]
  if (lots.length > 0) {
    await tx.query(SAVE_LOTS, [
      accountId,
      lots.map((lot) => lot.sequence),
      lots.map((lot) => lot.kind),
      lots.map((lot) => lot.invoiceId),
      lots.map((lot) => lot.receivedAt),
      lots.map((lot) => lot.days),
      lots.map((lot) => lot.daysLeft),
      lots.map((lot) => lot.price?.currency ?? null),
      lots.map((lot) => lot.price?.netMinor ?? null),
      lots.map((lot) => lot.price?.totalMinor ?? null),
    ])
  }
  const [keptPieces, gonePieces] = keptAndGone(state.changedPieces)
  if (gonePieces.length > 0) {
    await tx.query(DROP_PIECES, [
      accountId,
      gonePieces.map((piece) => piece.holder),
      gonePieces.map((piece) => piece.fromDay),
    ])
  }
  if (keptPieces.length > 0) {
    await tx.query(SAVE_PIECES, [
      accountId,
      keptPieces.map((piece) => piece.holder),
      keptPieces.map((piece) => piece.fromDay),
      keptPieces.map((piece) => piece.days),
      keptPieces.map((piece) => piece.lot),
      keptPieces.map((piece) => piece.uncoveredFrom),
    ])
  }
  const [keptCovers, goneCovers] = keptAndGone(state.changedCovers)
  if (goneCovers.length > 0) {
    await tx.query(DROP_COVERS, [accountId, goneCovers.map((cover) => cover.uncoveredFrom)])
  }
  if (keptCovers.length > 0) {
    await tx.query(SAVE_COVERS, [
      accountId,
      keptCovers.map((cover) => cover.uncoveredFrom),
      keptCovers.map((cover) => cover.days),
      keptCovers.map((cover) => cover.lot),
    ])
  }
}

function keptAndGone<T extends { readonly days: number }>(changed: ReadonlySet<T>): [kept: T[], gone: T[]] {
  const kept: T[] = []
  const gone: T[] = []
  for (const one of changed) (one.days > 0 ? kept : gone).push(one)
  return [kept, gone]
}

interface PriceRow {
  currency: string | null
  netMinor: number | null
  totalMinor: number | null
}

type MovementRow = Omit<LotMovement, 'price'> & PriceRow
type LotRow = Omit<FoldedLot, 'price'> & PriceRow

function movementOf({ currency, netMinor, totalMinor, ...movement }: MovementRow): LotMovement {
  return { ...movement, price: priceOf({ currency, netMinor, totalMinor }) }
}

function lotOf({ currency, netMinor, totalMinor, ...lot }: LotRow): FoldedLot {
  return { ...lot, price: priceOf({ currency, netMinor, totalMinor }) }
}

function priceOf({ currency, netMinor, totalMinor }: PriceRow): LotPrice | null {
  return currency === null || netMinor === null || totalMinor === null ? null : { currency, netMinor, totalMinor }
}

const BEHIND: Statement = {
  name: 'lots-behind',
  text: `
    SELECT FROM account a LEFT JOIN lot_fold f ON f.account_id = a.id
    WHERE a.id = $1 AND a.sequence > coalesce(f.sequence, 0)`,
}

const BEGIN_FOLD: Statement = {
  name: 'begin-lot-fold',
  text: 'INSERT INTO lot_fold (account_id) VALUES ($1) ON CONFLICT DO NOTHING',
}

const LOCK_FOLD: Statement = {
  name: 'lock-lot-fold',
  text: 'SELECT FROM lot_fold WHERE account_id = $1 FOR NO KEY UPDATE',
}

const FOLD: Statement = {
  name: 'lot-fold',
  text: `
    SELECT f.sequence, f.next_uncovered AS "nextUncovered", a.sequence AS known
    FROM lot_fold f JOIN account a ON a.id = f.account_id WHERE f.account_id = $1`,
}

const FOLDED_UNTIL: Statement = {
  name: 'lots-folded-until',
  text: 'UPDATE lot_fold SET sequence = $2, next_uncovered = $3 WHERE account_id = $1',
}

const MOVEMENTS: Statement = {
  name: 'lot-movements',
  text: `
    SELECT l.sequence, l.kind, l.days, l.channel_id AS "channelId", l.to_channel_id AS "toChannelId",
           l.invoice_id AS "invoiceId", l.occurred_at AS "occurredAt",
           i.currency, i.subtotal_minor AS "netMinor", i.total_minor AS "totalMinor"
    FROM ledger_transaction l
    LEFT JOIN invoice i ON i.account_id = l.account_id AND i.id = l.invoice_id AND l.kind = 'PURCHASE'
    WHERE l.account_id = $1 AND l.sequence > $2 ORDER BY l.sequence LIMIT $3`,
}

// Of each holder the pieces from which its last days go, and the one before them: what comes next may go on with it.
const ENDS_OF_HOLDERS: Statement = {
  name: 'lot-holders-ends',
  text: `
    SELECT p.holder, p.from_day AS "fromDay", p.days, p.lot_sequence AS lot, p.uncovered_from AS "uncoveredFrom"
    FROM unnest($2::text[], $3::bigint[]) AS h(holder, gone)
    CROSS JOIN LATERAL (
      SELECT from_day + days AS beyond FROM lot_piece
      WHERE account_id = $1 AND holder = h.holder ORDER BY from_day DESC LIMIT 1
    ) AS last
    CROSS JOIN LATERAL (
      SELECT * FROM lot_piece
      WHERE account_id = $1 AND holder = h.holder AND from_day >= (
        SELECT max(from_day) FROM lot_piece
        WHERE account_id = $1 AND holder = h.holder AND from_day <= greatest(last.beyond - h.gone - 1, 1)
      )
    ) AS p
    ORDER BY p.holder, p.from_day`,
}

const COVER = 'uncovered_from AS "uncoveredFrom", days, lot_sequence AS lot'

const COVERS_OF: Statement = {
  name: 'lot-covers-of',
  text: `
    SELECT DISTINCT ${COVER.replace('days', 'c.days').replace('uncovered_from', 'c.uncovered_from')}
    FROM unnest($2::bigint[], $3::bigint[]) AS u(start, beyond)
    JOIN lot_cover c ON c.account_id = $1 AND c.uncovered_from < u.beyond AND c.uncovered_from >= coalesce(
      (SELECT max(o.uncovered_from) FROM lot_cover o WHERE o.account_id = $1 AND o.uncovered_from <= u.start), 0
    )`,
}

const LAST_COVER: Statement = {
  name: 'lot-cover-last',
  text: `SELECT ${COVER} FROM lot_cover WHERE account_id = $1 ORDER BY uncovered_from DESC LIMIT 1`,
}

const OPEN_COVERS: Statement = {
  name: 'lot-covers-open',
  text: `
    SELECT ${COVER} FROM lot_cover
    WHERE account_id = $1 AND lot_sequence IS NULL AND uncovered_from > $2 ORDER BY uncovered_from LIMIT $3`,
}

const LOT = `
  sequence, kind, invoice_id AS "invoiceId", received_at AS "receivedAt", days, days_left AS "daysLeft",
  currency, net_minor AS "netMinor", total_minor AS "totalMinor"`

const LOTS: Statement = {
  name: 'lots-named',
  text: `SELECT ${LOT} FROM lot WHERE account_id = $1 AND (sequence = ANY ($2) OR invoice_id = ANY ($3))`,
}

const OPEN_LOTS: Statement = {
  name: 'lots-open',
  text: `
    SELECT ${LOT} FROM lot
    WHERE account_id = $1 AND days_left > 0 AND sequence > $2 ORDER BY sequence LIMIT $3`,
}

const SAVE_LOTS: Statement = {
  name: 'save-lots',
  text: `
    INSERT INTO lot
    SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[], $7::bigint[],
                             $8::text[], $9::bigint[], $10::bigint[])
    ON CONFLICT (account_id, sequence) DO UPDATE SET days_left = excluded.days_left`,
}

const DROP_PIECES: Statement = {
  name: 'drop-lot-pieces',
  text: `
    DELETE FROM lot_piece p USING unnest($2::text[], $3::bigint[]) AS gone(holder, from_day)
    WHERE p.account_id = $1 AND p.holder = gone.holder AND p.from_day = gone.from_day`,
}

const SAVE_PIECES: Statement = {
  name: 'save-lot-pieces',
  text: `
    INSERT INTO lot_piece (account_id, holder, from_day, days, lot_sequence, uncovered_from)
    SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
    ON CONFLICT (account_id, holder, from_day) DO UPDATE
    SET days = excluded.days, lot_sequence = excluded.lot_sequence, uncovered_from = excluded.uncovered_from`,
}

const DROP_COVERS: Statement = {
  name: 'drop-lot-covers',
  text: 'DELETE FROM lot_cover WHERE account_id = $1 AND uncovered_from = ANY ($2)',
}

const SAVE_COVERS: Statement = {
  name: 'save-lot-covers',
  text: `
    INSERT INTO lot_cover (account_id, uncovered_from, days, lot_sequence)
    SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[])
    ON CONFLICT (account_id, uncovered_from) DO UPDATE
    SET days = excluded.days, lot_sequence = excluded.lot_sequence`,
}

const FORGET: readonly Statement[] = [
  { name: 'forget-lots', text: 'DELETE FROM lot WHERE account_id = $1' },
  { name: 'forget-lot-pieces', text: 'DELETE FROM lot_piece WHERE account_id = $1' },
  { name: 'forget-lot-covers', text: 'DELETE FROM lot_cover WHERE account_id = $1' },
  { name: 'forget-lot-fold', text: 'UPDATE lot_fold SET sequence = 0, next_uncovered = 1 WHERE account_id = $1' },
]
