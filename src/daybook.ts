import 'reflect-metadata'
import { runDaybook } from './commands/program'

// `daybook`, and `node dist/src/daybook.js`.
void runDaybook(process.argv.slice(2))
