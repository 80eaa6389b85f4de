const RELOADED = 'daybook.reloaded-at'
/** Sooner than this a second load would fail as the first one did: something else is wrong. */
const PAUSE_MS = 30_000

/**
 * Pages are loaded as they are gone to. A window that was opened before the dashboard was built anew asks for files that
 * are there no more: it is loaded again, at the address that was gone to, and has those of the new build.
 */
export function reloadForNewerBuild(): void {
  window.addEventListener('vite:preloadError', () => {
    const before = Number(sessionStorage.getItem(RELOADED) ?? 0)
    if (Date.now() - before < PAUSE_MS) return
    sessionStorage.setItem(RELOADED, String(Date.now()))
    location.reload()
  })
}
