import { buildASTSchema, graphql, parse, type GraphQLResolveInfo } from 'graphql'
import { isSelected } from '../../src/graphql/is-selected'
import { Loader } from '../../src/graphql/loader'

describe('a loader', () => {
  it('has what was loaded ahead at once, each thing by one statement, and loads the rest together', async () => {
    const asked: string[][] = []
    const loader = new Loader<string, string | null>((keys) => {
      asked.push([...keys])
      return Promise.resolve(keys.map((key) => (key === 'none' ? null : key.toUpperCase())))
    })
    await loader.loadAhead(['a', 'b', 'a', 'none'])
    await loader.loadAhead(['b'])
    expect([loader.get('a'), loader.get('none')]).toEqual(['A', null])
    expect(await Promise.all([loader.load('a'), loader.load('c'), loader.load('d'), loader.load('c')])).toEqual([
      'A',
      'C',
      'D',
      'C',
    ])
    expect(asked).toEqual([
      ['a', 'b', 'none'],
      ['c', 'd'],
    ])
  })

  it('fails where a thing is needed, and not where it was to be loaded ahead', async () => {
    const loader = new Loader<string, string>((keys) =>
      keys.includes('worse')
        ? Promise.reject(new Error('away'))
        : Promise.resolve(keys.map(() => new Error('not there'))),
    )
    await loader.loadAhead(['bad'])
    await loader.loadAhead(['worse'])
    await expect(loader.get('bad')).rejects.toThrow('not there')
    await expect(loader.get('worse')).rejects.toThrow('away')
  })

  it('tells keys that are objects apart as it is told', async () => {
    const loader = new Loader<{ id: string }, string, string>(
      (keys) => Promise.resolve(keys.map(({ id }) => id)),
      ({ id }) => id,
    )
    await loader.loadAhead([{ id: 'a' }, { id: 'a' }])
    expect(loader.get({ id: 'a' })).toBe('a')
  })
})

describe('what is selected below a field', () => {
  const schema = buildASTSchema(parse('type Query { list: Row } type Row { name: String row: Row }'))
  const selects = async (source: string, name: string): Promise<boolean | undefined> => {
    let answer: boolean | undefined
    const list = (_args: unknown, _context: unknown, info: GraphQLResolveInfo) => {
      answer = isSelected(info, name)
      return null
    }
    await graphql({ schema, source, rootValue: { list } })
    return answer
  }

  it.each([
    ['{ list { name } }', true],
    ['{ list { other: name } }', true],
    ['{ list { row { ... on Row { name } } } }', true],
    ['{ list { ...A } } fragment A on Row { row { ...B } } fragment B on Row { name }', true],
    ['{ list { row { name: __typename } } }', false],
    ['{ list { ...A } } fragment A on Row { row { __typename } }', false],
  ])('is known of %s', async (source, expected) => {
    expect(await selects(source, 'name')).toBe(expected)
  })
})
