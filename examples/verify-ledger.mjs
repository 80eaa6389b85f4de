// Proves that an exported ledger is the one that was sealed: nothing was changed, added or left out since.
//
//   curl -H "authorization: Bearer $TOKEN" $DAYBOOK_URL/exports/ledger.csv > ledger.csv
//   curl -H "authorization: Bearer $TOKEN" $DAYBOOK_URL/exports/seals.csv > seals.csv
//   node examples/verify-ledger.mjs ledger.csv seals.csv
//
// Nothing but Node is needed. Keep each seals.csv where nobody else can write: an old one proves what is older than it.
// The chain starts with SHA-256("daybook ledger 1 <account>"); each record's link is SHA-256(link before it + record), the
// record being its bytes in the file without the line feed.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

const [ledgerFile, sealsFile] = process.argv.slice(2)
if (sealsFile === undefined) {
  console.error('Usage: node verify-ledger.mjs <ledger.csv> <seals.csv>')
  process.exit(2)
}

const seals = new Map()
let account
for await (const record of recordsOf(sealsFile)) {
  const [accountId, sequence, transactions, hash] = record.split(',')
  account ??= accountId
  seals.set(sequence, { transactions: Number(transactions), hash })
}
if (account === undefined) fail('There are no seals: nothing can be proven yet.')

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
let link = sha256(`daybook ledger 1 ${account}`)
let transactions = 0
let proven = 0
for await (const record of recordsOf(ledgerFile)) {
  link = sha256(link, record)
  transactions += 1
  const [sequence = ''] = record.split(',', 1)
  const seal = seals.get(sequence)
  if (seal === undefined) continue
  if (seal.transactions !== transactions || seal.hash !== link.toString('hex')) {
    fail(`The ledger up to ${sequence} is not the one that was sealed.`)
  }
  seals.delete(sequence)
  proven = transactions
}
if (seals.size > 0) fail(`The ledger lacks what these seals cover: up to ${[...seals.keys()].join(', ')}.`)
console.log(`${proven} of ${transactions} movements are as they were sealed; the rest is newer than the last seal.`)

/** The records after the first, which names the columns. A line feed within quotes belongs to its record. */
async function* recordsOf(file) {
  let record = ''
  let isFirst = true
  let rest = ''
  for await (const text of createReadStream(file, 'utf8')) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      record += line
      if (record.split('"').length % 2 === 0) {
        record += '\n'
        continue
      }
      if (!isFirst) yield record
      isFirst = false
      record = ''
    }
  }
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
