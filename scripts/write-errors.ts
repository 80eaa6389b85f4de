import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** Writes docs/errors.md from the doc comments of src/errors.ts; `--check` fails where the two differ. */
const root = join(__dirname, '..')
const source = ts.createSourceFile(
  'errors.ts',
  readFileSync(join(root, 'src', 'errors.ts'), 'utf8'),
  ts.ScriptTarget.Latest,
  true,
)
const rows: string[] = []
for (const statement of source.statements) {
  if (!ts.isClassDeclaration(statement) || statement.name?.text === 'DomainError') continue
  const text = statement.getText()
  const code = /readonly code = ErrorCode\.(\w+)/.exec(text)?.[1]
  if (code === undefined) continue
  const comment = ts
    .getJSDocCommentsAndTags(statement)
    .map((doc) => (typeof doc.comment === 'string' ? doc.comment : ''))
    .join(' ')
    .replace(/\s+/g, ' ')
  const message = /super\(\s*[`'"]([^]*?)[`'"](,|\s*\))/.exec(text)?.[1] ?? ''
  rows.push(`| \`${code}\` | ${comment || message} |`)
}
const page = `# Errors

Generated from \`src/errors.ts\` by \`npm run errors\`: change it there.

Every failure is an entry of \`errors\` whose \`extensions.code\` is one of these, the same over HTTP and sockets. Beside the
code stand the figures that a program needs, such as \`available\` and \`requested\`. A refusal has changed nothing.

| code | when |
| --- | --- |
${rows.join('\n')}
| \`GRAPHQL_PARSE_FAILED\` | The document is no GraphQL. |
| \`GRAPHQL_VALIDATION_FAILED\` | The document doesn't fit the schema. |
| \`BAD_REQUEST\` | The request is no GraphQL request. |
| \`INTERNAL\` | A fault of ours. \`requestId\` finds it in the log; nothing was changed. |
`
const file = join(root, 'docs', 'errors.md')
if (!process.argv.includes('--check')) writeFileSync(file, page)
else if (readFileSync(file, 'utf8') !== page) {
  console.error('docs/errors.md is not what src/errors.ts says: run `npm run errors`')
  process.exitCode = 1
}
