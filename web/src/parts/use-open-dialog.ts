import { useSearchParams } from 'react-router'
import { pageTitle } from '../shell/kept-focus'

interface OpenDialog {
  /** The name of the dialog that is open. */
  opened: string | null
  /** The id of what it is about, where there are several of a kind. */
  of: string | null
  open: (name: string, of?: string) => void
  /** Closes it, and gives the focus back to the button that opened it. */
  close: () => void
  /** For the button that opens it. */
  opener: (name: string, of?: string) => { id: string; onClick: () => void }
}

/** Which dialog is open stands in the address: it can be linked to, and "back" closes it. */
export function useOpenDialog(): OpenDialog {
  const [params, setParams] = useSearchParams()
  const opened = params.get('do')
  const of = params.get('of')

  const open = (name: string, id?: string) => {
    const next = new URLSearchParams(params)
    next.set('do', name)
    if (id === undefined) next.delete('of')
    else next.set('of', id)
    setParams(next)
  }
  const close = () => {
    const next = new URLSearchParams(params)
    next.delete('do')
    next.delete('of')
    setParams(next, { replace: true })
    if (opened === null) return
    const button = openerId(opened, of ?? undefined)
    // Once the dialog is gone, which holds the focus for as long as it is there.
    window.setTimeout(() => {
      const left = window.document.getElementById(button)
      if (left !== null) left.focus()
      // What was done took the button away.
      else if (window.document.activeElement === window.document.body) pageTitle()?.focus()
    }, 50)
  }
  const opener = (name: string, id?: string) => ({ id: openerId(name, id), onClick: () => open(name, id) })
  return { opened, of, open, close, opener }
}

function openerId(name: string, of?: string): string {
  return `open-${name}${of === undefined ? '' : `-${of}`}`
}
