import { ErrorCode } from '../../src/errors'

// Its sentences are written in the language of the browser, of which Node has none.
Object.assign(globalThis, { navigator: { languages: ['en'] } })
const { EXPLAINED_CODES } = jest.requireActual<{ EXPLAINED_CODES: readonly string[] }>('../../web/src/parts/refusals')

describe('what the dashboard says of a refusal', () => {
  it('has a sentence for every code that there is', () => {
    expect([...EXPLAINED_CODES].sort()).toEqual(Object.values(ErrorCode).sort())
  })
})
