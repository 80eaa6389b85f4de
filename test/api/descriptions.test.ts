import { DESCRIBED_PATHS, placesOf } from '../../src/graphql/describe-schema'
import { createSchema } from '../../src/graphql/schema'

describe('the schema’s descriptions', () => {
  const places = [...placesOf(createSchema())]

  it('are complete: every type, field, argument and value says what it is', () => {
    const silent = places.filter(({ element }) => (element.description ?? '') === '')
    expect(silent.map(({ path }) => path)).toEqual([])
  })

  it('describe nothing that isn’t there any more', () => {
    const paths = new Set(places.map(({ path }) => path))
    expect(DESCRIBED_PATHS.filter((path) => !paths.has(path))).toEqual([])
  })

  it('are sentences, or at least end like one', () => {
    const odd = places.filter(({ element }) => !/[.!:?]$/su.test((element.description ?? '').trim()))
    expect(odd.map(({ path, element }) => `${path}: ${element.description ?? ''}`)).toEqual([])
  })
})
