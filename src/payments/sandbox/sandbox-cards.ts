/** What a number of a card brings about on a page. The numbers are those of Stripe's own test cards. */
export type CardOutcome = 'PAYS' | 'DECLINED' | 'ASKS' | 'FAILS_LATER' | 'DISPUTED'

/** What the card of a subscription does when it is charged again, without its holder. */
export type StoredCard = 'PAYS' | 'FAILS'

/** What a saved card does when it is charged while nobody is there. */
export type SavedCardOutcome = 'PAYS' | 'DECLINED' | 'ASKS' | 'DISPUTED'

export const TEST_CARDS: readonly { number: string; outcome: CardOutcome; meaning: string }[] = [
  { number: '4242 4242 4242 4242', outcome: 'PAYS', meaning: 'pays' },
  { number: '4000 0000 0000 0002', outcome: 'DECLINED', meaning: 'is declined' },
  { number: '4000 0025 0000 3155', outcome: 'ASKS', meaning: 'asks you to confirm, then pays' },
  { number: '4000 0027 6000 3184', outcome: 'ASKS', meaning: 'asks you to confirm each payment, then pays' },
  { number: '4000 0000 0000 0341', outcome: 'FAILS_LATER', meaning: 'pays now and fails at each later charge' },
  {
    number: '4000 0000 0000 0259',
    outcome: 'DISPUTED',
    meaning: 'pays, and disputes at once what it paid of an invoice',
  },
]

const OUTCOMES = new Map(TEST_CARDS.map(({ number, outcome }) => [number.replaceAll(' ', ''), outcome]))

/** Of the two that ask, one asks for each payment, and the other was content with having asked as it was saved. */
export function outcomeOnceSaved({ outcome, ending }: { outcome: CardOutcome; ending: string }): SavedCardOutcome {
  if (outcome === 'FAILS_LATER') return 'DECLINED'
  return outcome === 'ASKS' && ending !== '3184' ? 'PAYS' : outcome
}

/** Null for every other number: a card that is real has no business here, and is neither kept nor shown again. */
export function readCard(typed: string): { outcome: CardOutcome; ending: string } | null {
  const digits = typed.replaceAll(/[\s-]/g, '')
  const outcome = OUTCOMES.get(digits)
  return outcome === undefined ? null : { outcome, ending: digits.slice(-4) }
}
