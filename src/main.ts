import 'reflect-metadata'
import { runDaybook } from './commands/program'

// `node dist/src/main.js`, as `npm start`: the gateway, without a word more to type.
void runDaybook(['serve', ...process.argv.slice(2)])
