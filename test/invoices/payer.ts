/** Whoever has got an invoice’s address, with nothing else: no token, and a browser without scripts. */

export const CARDS = {
  pays: '4242 4242 4242 4242',
  declined: '4000 0000 0000 0002',
  asks: '4000 0027 6000 3184',
} as const

export interface Page {
  readonly status: number
  readonly text: string
  readonly location: string | null
  readonly headers: Headers
}

export async function look(url: string): Promise<Page> {
  return pageOf(await fetch(url, { redirect: 'manual' }))
}

/** Presses the button of an invoice’s page. */
export async function press(url: string): Promise<Page> {
  return pageOf(await fetch(url, { method: 'POST', redirect: 'manual' }))
}

/** Sends the form of a page of the sandbox with a card, and confirms the payment where its bank asks; where it leads to. */
export async function payAt(url: string, card: string): Promise<Page> {
  const answer = await sendForm(url, { card })
  const asks = answer.location !== null && new URL(answer.location, url).href === url
  return asks ? sendForm(url, { confirm: 'yes' }) : answer
}

/** The button, and the provider’s page after it. */
export async function payByCard(paymentUrl: string, card: string): Promise<Page> {
  const { location } = await press(paymentUrl)
  return payAt(location ?? '', card)
}

async function sendForm(url: string, fields: Record<string, string>): Promise<Page> {
  const shown = await fetch(url)
  const cookie = shown.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ')
  const token = /name="token" value="([^"]*)"/.exec(await shown.text())?.[1] ?? ''
  const body = new URLSearchParams({ token, ...fields })
  return pageOf(await fetch(url, { method: 'POST', headers: { cookie }, body, redirect: 'manual' }))
}

async function pageOf(response: Response): Promise<Page> {
  const { status, headers } = response
  return { status, headers, location: headers.get('location'), text: await response.text() }
}

export async function until<T>(see: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await see()
    if (holds(seen)) return seen
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
