/** Statements, in the order of a migration's source. */
interface Statement {
  text: string
  /** Of one table that is older than the migration; null for anything else. */
  table: string | null
}

/**
 * What in the source of a migration would hold up gateways of the version before, or break their statements; none where it
 * may run beside them. It reads texts: what a migration puts together at run time is held by the load it is run under.
 */
export function breaches(source: string): string[] {
  const sql = withoutComments(source)
  const isTransaction = !/\btransaction\s*=\s*false\b/.test(source)
  const found = statementsOf(sql).flatMap(({ text, table }) => [
    ...(table === null ? [] : ofTable(text, table)),
    ...(isTransaction ? inTransaction(text, table) : alone(text)),
    ...(/^(DROP (TABLE|VIEW|TYPE|SCHEMA|SEQUENCE)|TRUNCATE|CLUSTER|VACUUM|LOCK)\b/i.test(text)
      ? ['older versions read it']
      : []),
  ])
  return [...new Set(found)]
}

/** Where a lock is held until the end of the transaction. */
function inTransaction(text: string, table: string | null): string[] {
  const found: string[] = []
  if (/\bCONCURRENTLY\b/i.test(text)) found.push('CONCURRENTLY needs transaction = false')
  else if (/^CREATE (UNIQUE )?INDEX\b/i.test(text) && table !== null) found.push('an index that is built under a lock')
  if (/^VALIDATE|\bVALIDATE CONSTRAINT\b/i.test(text)) found.push('VALIDATE CONSTRAINT needs transaction = false')
  if (/^(UPDATE|DELETE)\b/i.test(text) && table !== null) found.push('rows are locked until all are filled in')
  return found
}

/** Where each statement is a transaction, and waits for its lock as long as it takes. */
function alone(text: string): string[] {
  if (/^CREATE (UNIQUE )?INDEX\b/i.test(text)) {
    return /\bCONCURRENTLY IF NOT EXISTS\b/i.test(text)
      ? []
      : ['without a transaction an index is made CONCURRENTLY IF NOT EXISTS']
  }
  if (/^DROP INDEX\b/i.test(text)) {
    return /\bCONCURRENTLY IF EXISTS\b/i.test(text)
      ? []
      : ['without a transaction an index is dropped CONCURRENTLY IF EXISTS']
  }
  if (/^ALTER TABLE \S+ VALIDATE CONSTRAINT \S+$/i.test(text)) return []
  return /^(ALTER|CREATE|DROP|COMMENT|GRANT|LOCK)\b/i.test(text) ? ['what locks needs a transaction'] : []
}

function ofTable(text: string, table: string): string[] {
  if (/\bRENAME\b/i.test(text)) return [`older versions know ${table} by its names`]
  return actionsOf(text, table).flatMap(ofAction)
}

function ofAction(action: string): string[] {
  const found: string[] = []
  if (/^ADD COLUMN\b/i.test(action)) {
    if (/\bNOT NULL\b/i.test(action) && !/\bDEFAULT\b/i.test(action))
      found.push('older versions write rows without the new column')
    if (/\bDEFAULT (?!now\(\))[a-z_.]+\(/i.test(action) || /\bGENERATED\b/i.test(action))
      found.push('the table is written anew')
    if (/\b(CHECK|REFERENCES|UNIQUE|PRIMARY KEY)\b/i.test(action))
      found.push('a constraint comes by itself, NOT VALID or USING INDEX')
  } else if (/^ADD (CONSTRAINT|CHECK|FOREIGN|UNIQUE|PRIMARY|EXCLUDE)\b/i.test(action)) {
    const isKey = /\b(UNIQUE|PRIMARY KEY)\b/i.test(action) && !/\b(CHECK|FOREIGN KEY)\b/i.test(action)
    if (isKey && !/\bUSING INDEX\b/i.test(action)) found.push('a key is made USING INDEX')
    if (!isKey && !/\bNOT VALID\b/i.test(action)) found.push('a constraint is made NOT VALID')
  } else if (/^DROP COLUMN\b/i.test(action)) found.push('older versions read the column')
  else if (/^ALTER (COLUMN )?\S+ (SET DATA )?TYPE\b/i.test(action)) found.push('the table is written anew')
  else if (/^ALTER (COLUMN )?\S+ DROP DEFAULT\b/i.test(action))
    found.push('older versions write rows without the column')
  else if (/^ALTER (COLUMN )?\S+ SET NOT NULL\b/i.test(action)) found.push('every row is looked at under the lock')
  else if (/^(DISABLE|SET (LOGGED|UNLOGGED|TABLESPACE))\b/i.test(action))
    found.push('a guard is gone, or the table is written anew')
  return found
}

function statementsOf(sql: string): Statement[] {
  const texts = sql
    .split(/[;`]|'(?=\s*[,)\]])|(?<=\(\s*)'/)
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) =>
      /^(ALTER|CLUSTER|COMMENT|CREATE|DELETE|DROP|GRANT|INSERT|LOCK|TRUNCATE|UPDATE|VACUUM|VALIDATE|WITH)\b/i.test(
        text,
      ),
    )
  const made = new Set(texts.map((text) => /^CREATE TABLE (?:IF NOT EXISTS )?(\S+)/i.exec(text)?.[1]))
  return texts.map((text) => {
    const table =
      /^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\S+)/i.exec(text)?.[1] ??
      /^CREATE (?:UNIQUE )?INDEX .*? ON (?:ONLY )?(\S+)/i.exec(text)?.[1] ??
      /^UPDATE (?:ONLY )?(\S+)/i.exec(text)?.[1] ??
      /^DELETE FROM (?:ONLY )?(\S+)/i.exec(text)?.[1]
    return { text, table: table === undefined || made.has(table) ? null : table }
  })
}

/** The actions of an ALTER TABLE: what commas part that stand in no brackets. */
function actionsOf(text: string, table: string): string[] {
  const actions: string[] = []
  let action = ''
  let depth = 0
  for (const letter of text.slice(text.indexOf(table) + table.length)) {
    if (letter === '(') depth += 1
    if (letter === ')') depth -= 1
    if (letter === ',' && depth === 0) {
      actions.push(action)
      action = ''
    } else {
      action += letter
    }
  }
  return [...actions, action].map((one) => one.trim())
}

/** Without what only explains, and without the bodies of functions, which run later; what DO does, it does now. */
function withoutComments(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)(--|\/\/).*$/gm, '$1')
    .replace(/\bAS (\$\w*\$)[\s\S]*?\1/g, '')
}
