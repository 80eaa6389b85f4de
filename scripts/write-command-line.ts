import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandHelps } from '../src/commands/program'

/** Writes docs/command-line.md from the help of the commands; `--check` fails where the two differ. */
const page = `# The command line

Generated from the help of the commands by \`npm run command-line\`: change it there, in \`src/commands/\`.

In a checkout it is \`npx daybook <command>\` (or \`npm run daybook -- <command>\`), and compiles the sources as they are. After
\`npm run build\` and without development dependencies the same runs what was built; \`node dist/src/daybook.js\` always does.
\`npm start\` is \`daybook serve\`.

**Answers go to standard output** and nothing else does: \`daybook token create\` prints the token alone. Explanations, progress and
refusals go to standard error. Progress is shown on a terminal, and elsewhere with \`--progress\`.

**Exit codes**: 0 done; 1 refused, or a check that failed; 2 wrong usage; 130 stopped by Ctrl-C (143 by SIGTERM), between two steps:
what was done until then stays. \`serve\` ends with 0 when it is told to stop and has drained. A refusal is a sentence;
\`LOG_LEVEL=debug\` adds the stack.

**Beside a gateway.** With \`DATABASE_URL\` a command is one more client of that Postgres. Without it, it uses the embedded Postgres of
the home: the one on which a gateway is running, which goes on when the command ends, or its own for as long as it takes. Only \`serve\`,
\`migrate\` and \`seed\` make a database where there is none.

**Whoever can reach the database may do everything here**: commands ask for no token. What they change is written down as done by
\`staff:environment\`.

${commandHelps()
  .map(({ name, help }) => `## ${name}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`)
  .join('\n')}`
const file = join(__dirname, '..', 'docs', 'command-line.md')
if (!process.argv.includes('--check')) writeFileSync(file, page)
else if (readFileSync(file, 'utf8') !== page) {
  console.error('docs/command-line.md is not what the commands say: run `npm run command-line`')
  process.exitCode = 1
}
