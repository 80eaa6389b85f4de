// Prints what publint and "are the types wrong" find in a package, as JSON. Both ship ES modules only, which jest can't load:
//
//   node test/sdk/lint-package.mjs <its tarball>
import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'

const bytes = new Uint8Array(readFileSync(process.argv[2]))
const { messages } = await publint({ pack: { tarball: bytes.buffer }, strict: true })
const { types, problems } = await checkPackage(createPackageFromTarballData(bytes))
// `node10` is how TypeScript looked before 4.7: it knows no `exports`.
const wrong = problems?.filter(({ resolutionKind }) => resolutionKind !== 'node10')
console.log(JSON.stringify({ messages, types: types && types.kind, wrong }))
