import DataLoader from 'dataloader'

/**
 * Loads each thing once, and all that are asked for in one turn by one statement. A list whose rows are all going to ask for theirs
 * loads them ahead: they are then there at once, and graphql-js has no promise to make and to wait for in each row.
 */
export class Loader<Key, Value, CacheKey = Key> {
  /** Made when it is first asked: an operation needs two of the thirty. */
  private loader: DataLoader<Key, Value, CacheKey> | null = null
  private ahead: Map<Key | CacheKey, Value> | null = null

  constructor(
    private readonly batch: (keys: readonly Key[]) => Promise<readonly (Value | Error)[]>,
    private readonly cacheKeyFn?: (key: Key) => CacheKey,
  ) {}

  load(key: Key): Promise<Value> {
    return Promise.resolve(this.get(key))
  }

  /** At once where it was loaded ahead. */
  get(key: Key): Value | Promise<Value> {
    const { ahead, batch, cacheKeyFn } = this
    const at = cacheKeyFn === undefined ? key : cacheKeyFn(key)
    if (ahead?.has(at) === true) return ahead.get(at) as Value
    this.loader ??= new DataLoader(batch, cacheKeyFn === undefined ? {} : { cacheKeyFn })
    return this.loader.load(key)
  }

  /** Of what is known from elsewhere: it is not looked up. */
  know(key: Key, value: Value): void {
    this.ahead ??= new Map<Key | CacheKey, Value>()
    this.ahead.set(this.cacheKeyFn === undefined ? key : this.cacheKeyFn(key), value)
  }

  /** Never rejects: what could not be loaded is asked for again by whoever needs it, and fails where it is needed. */
  async loadAhead(keys: readonly Key[]): Promise<void> {
    const ahead = (this.ahead ??= new Map<Key | CacheKey, Value>())
    const { cacheKeyFn } = this
    const wanted = new Map<Key | CacheKey, Key>()
    for (const key of keys) wanted.set(cacheKeyFn === undefined ? key : cacheKeyFn(key), key)
    for (const at of ahead.keys()) wanted.delete(at)
    if (wanted.size === 0) return
    try {
      const values = await this.batch([...wanted.values()])
      let index = 0
      for (const at of wanted.keys()) {
        const value = values[index++]
        if (value !== undefined && !(value instanceof Error)) ahead.set(at, value)
      }
    } catch {
      // as above
    }
  }
}
