#!/usr/bin/env node
// The sources as they are where they can be compiled, which is in a checkout with its development dependencies; else
// what `npm run build` has made of them.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const require = createRequire(import.meta.url)

function compiler() {
  try {
    return require.resolve('@swc-node/register')
  } catch {
    return null
  }
}

const source = join(root, 'src', 'daybook.ts')
const built = join(root, 'dist', 'src', 'daybook.js')
const swc = existsSync(source) ? compiler() : null
if (swc !== null) {
  // Else it would look for one in the folder where the command is typed.
  process.env.SWC_NODE_PROJECT ??= join(root, 'tsconfig.json')
  require(swc)
  require(source)
} else if (existsSync(built)) {
  require(built)
} else {
  console.error('Daybook is not built: "npm run build" makes dist/, or "npm ci" brings what runs the sources.')
  process.exitCode = 1
}
