import { InMemoryCache } from '@apollo/client'
import { type DocumentNode, print } from 'graphql'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { documentIdOf } from '../src/graphql/trusted-documents'

/**
 * Writes the documents that clients of ours send, by the hashes of their texts, for gateways that trust no others;
 * `--check` fails where they differ. They come from what codegen has generated, so that each text is the one that is sent.
 */
const root = join(__dirname, '..')

/** The dashboard's are sent by Apollo Client, whose cache asks for the type of everything; its live feed is the SDK's. */
const cache = new InMemoryCache()

function generatedIn(folder: string, form: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => form.test(file) && !file.includes('node_modules'))
    .map((file) => join(root, folder, file))
    .sort()
}

async function documentsOf(file: string): Promise<unknown[]> {
  const module = (await import(file)) as Record<string, unknown>
  return Object.entries(module)
    .filter(([name]) => name.endsWith('Document'))
    .map(([, document]) => document)
}

async function main(): Promise<void> {
  const documents: Record<string, string> = {}
  const add = (text: string) => (documents[documentIdOf(text)] = text)
  for (const file of generatedIn('sdk', /(^|[\\/])generated[\\/]operations\.ts$/)) {
    for (const document of await documentsOf(file)) add(String(document))
  }
  for (const file of generatedIn('web/src', /\.generated\.ts$/)) {
    for (const document of (await documentsOf(file)) as DocumentNode[]) {
      add(print(document))
      add(print(cache.transformDocument(document)))
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
