import { defineConfig } from 'vite'

/** Where `npm start` listens, for the dashboard that is served anew as its sources change. */
const GATEWAY = process.env.GATEWAY ?? 'http://127.0.0.1:4000'
const DOORS = ['/graphql', '/session', '/invitation/', '/password/', '/exports', '/pay', '/sandbox', '/payments']

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Sources are open; a stack in a browser's console should lead to them.
    sourcemap: true,
    // The policy of the page allows no data: addresses of scripts.
    assetsInlineLimit: 0,
    // Kept small by hand: what is loaded first is measured by a test.
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // "use client" is for servers that render React; there is none here.
      onLog: (level, log, handle) => log.code === 'MODULE_LEVEL_DIRECTIVE' || handle(level, log),
      output: {
        codeSplitting: {
          groups: [{ name: 'react', test: /node_modules\/(react|react-dom|react-router|scheduler)\// }],
        },
      },
    },
  },
  html: { cspNonce: '__CSP_NONCE__' },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(DOORS.map((door) => [door, { target: GATEWAY, ws: door === '/graphql' }])),
  },
})
