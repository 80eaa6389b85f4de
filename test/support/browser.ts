/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment -- an answer has the shape of its door or of its query */
export interface BrowserAnswer {
  status: number
  headers: Headers
  text: string
  body: any
}

/** A browser's one cookie jar, at a gateway: it keeps what it is given, and sends it along. */
export class Browser {
  private readonly jar = new Map<string, string>()

  constructor(
    readonly url: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** As it is sent. */
  get cookie(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  set cookie(text: string) {
    this.jar.clear()
    for (const pair of text.split('; ').filter(Boolean)) {
      const [name = '', value = ''] = pair.split('=')
      this.jar.set(name, value)
    }
  }

  async send(
    method: string,
    path: string,
    body?: object | string,
    headers: Record<string, string> = {},
  ): Promise<BrowserAnswer> {
    const response = await fetch(path.startsWith('http') ? path : `${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.jar.size > 0 && { cookie: this.cookie }),
        ...this.headers,
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    for (const line of response.headers.getSetCookie()) this.keep(line)
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text.startsWith('{') ? JSON.parse(text) : null,
    }
  }

  post(path: string, body: object | string, headers?: Record<string, string>): Promise<BrowserAnswer> {
    return this.send('POST', path, body, headers)
  }

  get(path: string, headers?: Record<string, string>): Promise<BrowserAnswer> {
    return this.send('GET', path, undefined, headers)
  }

  /** What GraphQL answers. */
  async ask(query: string, variables: object = {}, headers: Record<string, string> = {}) {
    const { body } = await this.post('/graphql', { query, variables }, headers)
    return body as { data: any; errors?: { message: string; extensions: { code: string } & Record<string, unknown> }[] }
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ')
    const [name = '', value = ''] = pair.split('=')
    if (value === '' || attributes.includes('Max-Age=0')) this.jar.delete(name)
    else this.jar.set(name, value)
  }
}
