import { useEffect } from 'react'

const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled)'

/**
 * Where what has the focus goes away, as the button of a row that was removed, the browser leaves the focus on nothing, and
 * who goes by the keyboard begins at the top. It goes to what stands nearest: the next row, or the title of the page.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    const main = document.getElementById('main')
    if (main === null) return
    let path: Element[] = []
    const note = ({ target }: FocusEvent) => {
      path = []
      for (let at = target as Element | null; at !== null && at !== main; at = at.parentElement) path.push(at)
    }
    const leave = ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null) path = []
      // Whoever clicks beside everything wants the focus on nothing; what is being removed is still there at this moment, and a
      // button whose deed is under way is disabled before it goes with its row.
      else {
        queueMicrotask(() => {
          if (path[0]?.isConnected === true && !path[0].matches(':disabled')) path = []
        })
      }
    }
    const watcher = new MutationObserver(() => {
      if (path.length === 0 || path[0]?.isConnected === true || document.activeElement !== document.body) return
      const left = path.find((element) => element.isConnected)
      path = []
      focusNear(left ?? main)
    })
    main.addEventListener('focusin', note)
    main.addEventListener('focusout', leave)
    watcher.observe(main, { childList: true, subtree: true })
    return () => {
      watcher.disconnect()
      main.removeEventListener('focusin', note)
      main.removeEventListener('focusout', leave)
    }
  }, [])
}

function focusNear(left: Element): void {
  const near = left.querySelector<HTMLElement>(FOCUSABLE) ?? pageTitle()
  near?.focus({ preventScroll: true })
}

/** It takes the focus too as one comes to the page. */
export function pageTitle(): HTMLElement | null {
  return document.querySelector<HTMLElement>('#main h1')
}

/** After a dialog whose opener may be gone by what was done in it. */
export function focusTitleIfNothingIs(): void {
  window.setTimeout(() => {
    if (document.activeElement === document.body) pageTitle()?.focus()
  }, 50)
}
