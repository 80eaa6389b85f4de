// Builds the dashboard where its sources are newer than what was built of them: `npm start` does so before it starts.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'

const SOURCES = [
  'web/src',
  'web/index.html',
  'web/vite.config.mts',
  'sdk',
  'src/events/event-types.ts',
  'package-lock.json',
]
const BUILT = 'web/dist/index.html'

function newest(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(
    0,
    ...readdirSync(path)
      .filter((name) => name !== 'dist' && name !== 'node_modules')
      .map((name) => newest(join(path, name))),
  )
}

const builtAt = existsSync(BUILT) ? statSync(BUILT).mtimeMs : 0
// Where only what runs is installed, there are no sources to be newer, or no tool to build them with.
const canBuild = existsSync('web/src') && existsSync('node_modules/vite')
if (canBuild && Math.max(...SOURCES.filter(existsSync).map(newest)) > builtAt) {
  console.log('Building the dashboard, which takes some seconds the first time ...')
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn'],
    {
      stdio: 'inherit',
    },
  )
  process.exit(status ?? 1)
}
