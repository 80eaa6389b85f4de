import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { documentIdOf } from '../src/graphql/trusted-documents'

/**
 * Writes the documents that clients of ours send, by the hashes of their texts, for gateways that trust no others;
 * `--check` fails where they differ. They come from what codegen has generated, so that each text is the one that is sent.
 */
const root = join(__dirname, '..')
const generated = ['sdk', 'web'].flatMap((folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /(^|[\\/])generated[\\/]operations\.ts$/.test(file) && !file.includes('node_modules'))
        .map((file) => join(root, folder, file))
    : [],
)

async function main(): Promise<void> {
  const documents: Record<string, string> = {}
  for (const file of generated.sort()) {
    const module = (await import(file)) as Record<string, unknown>
    for (const [name, document] of Object.entries(module)) {
      if (!name.endsWith('Document')) continue
      const source = String(document)
      documents[documentIdOf(source)] = source
    }
  }
  const sorted = Object.fromEntries(Object.entries(documents).sort(([a], [b]) => (a < b ? -1 : 1)))
  const text = `${JSON.stringify(sorted, null, 2)}\n`
  const file = join(root, 'sdk', 'generated', 'documents.json')
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error('sdk/generated/documents.json is not what the operations say: run `npm run codegen`')
    process.exitCode = 1
  }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
