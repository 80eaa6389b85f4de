import { ErrorCode } from '../../src/errors'

// Its sentences are written in the language of the browser, of which Node has none.
Object.assign(globalThis, { navigator: { languages: ['en'] } })
const { EXPLAINED_CODES, explainRefusal } = jest.requireActual<{
  EXPLAINED_CODES: readonly string[]
  explainRefusal: (error: { code: string; message: string; details: object }) => object
}>('../../web/src/parts/refusals')

describe('what the dashboard says of a refusal', () => {
  it('has a sentence for every code that there is', () => {
    expect([...EXPLAINED_CODES].sort()).toEqual(Object.values(ErrorCode).sort())
  })

  it('tells a conflict in its own words and offers no second try, which would come to the same', () => {
    const message = 'The invoice is paid already.'
    expect(explainRefusal({ code: 'CONFLICT', message, details: {} })).toEqual({
      title: 'That doesn’t fit how things stand',
      text: message,
    })
  })
})
