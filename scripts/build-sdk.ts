import { copyFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type OutputOptions, type Plugin, rollup, type RollupOptions } from 'rollup'
import { dts } from 'rollup-plugin-dts'
import ts from 'typescript'

/**
 * Builds sdk/ into sdk/dist: one file as an ES module and one as CommonJS, and the declarations of each. They are not
 * minified, since whoever bundles them does that; documents that nobody names are left out then (`#__PURE__`).
 */
const root = join(__dirname, '..')
const sdk = join(root, 'sdk')
const dist = join(sdk, 'dist')
const input = join(sdk, 'index.ts')

/** What is installed along with the package. */
const external = /^graphql-ws(\/|$)/

const typescript: Plugin = {
  name: 'typescript',
  resolveId: (name, importer) =>
    name.startsWith('.') && importer !== undefined ? `${resolve(dirname(importer), name)}.ts` : null,
  transform: (code, id) => {
    const { outputText, sourceMapText } = ts.transpileModule(code, {
      fileName: id,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: false,
        sourceMap: true,
      },
    })
    return { code: outputText, map: sourceMapText ?? null }
  },
}

/** Declarations stand alone: the one type of another package that they name is written into them. */
const declarations = dts({
  respectExternal: true,
  compilerOptions: { types: [], lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'], noEmit: false },
})

async function build(options: RollupOptions, outputs: OutputOptions[]): Promise<void> {
  const bundle = await rollup({
    ...options,
    input,
    external,
    onwarn: (warning) => {
      throw new Error(warning.message)
    },
  })
  for (const output of outputs) await bundle.write(output)
  await bundle.close()
}

async function main(): Promise<void> {
  rmSync(dist, { recursive: true, force: true })
  await build({ plugins: [typescript] }, [
    { file: join(dist, 'index.mjs'), format: 'es' },
    { file: join(dist, 'index.cjs'), format: 'cjs' },
  ])
  await build({ plugins: [declarations] }, [{ file: join(dist, 'index.d.mts'), format: 'es' }])
  copyFileSync(join(dist, 'index.d.mts'), join(dist, 'index.d.cts'))
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
