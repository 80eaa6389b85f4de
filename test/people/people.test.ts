import { FrontDesk, PASSWORD } from '../support/front-desk'
import { startTestGateway, TEST_CONFIG, type TestGateway } from '../support/gateway'

let gateway: TestGateway
let desk: FrontDesk
beforeAll(async () => {
  gateway = await startTestGateway({ sweeps: true, jobs: [] })
  desk = new FrontDesk(gateway, TEST_CONFIG.home)
})
afterAll(() => gateway.stop())

const codesOf = (errors: { extensions: { code: string } }[] | undefined) =>
  errors?.map(({ extensions }) => extensions.code)
const VIEWER = '{ viewer { role scopes account { id } person { id name email role hasSecondFactor } } }'
const INVITE = 'mutation ($input: InvitePersonInput!) { invitePerson(input: $input) { id email role } }'
const CHANGE_ROLE = 'mutation ($id: ID!, $role: PersonRole!) { changePersonRole(id: $id, role: $role) { id role } }'
const REMOVE = 'mutation ($id: ID!) { removePerson(id: $id) { id } }'

async function newAccount(): Promise<string> {
  return (await gateway.newPartner()).account.id
}

describe('an invitation', () => {
  it('makes a person with a role, of an account or of staff, and signs it in', async () => {
    const accountId = await newAccount()
    const partner = ['READ', 'CHANNELS', 'BILLING', 'TOKENS']
    for (const [role, owner, scopes] of [
      ['OWNER', accountId, partner],
      ['BILLING', accountId, ['BILLING', 'READ']],
      ['VIEWER', accountId, ['READ']],
      ['OPERATOR', null, ['CHANNELS', 'BILLING', 'READ']],
      ['ADMIN', null, [...partner, 'ADMIN']],
    ] as const) {
      const { browser, email } = await desk.person(role, owner)
      const { data } = await browser.ask(VIEWER)
      expect(data.viewer).toMatchObject({
        role: owner === null ? 'STAFF' : 'PARTNER',
        account: owner === null ? null : { id: owner },
        person: { name: 'Ina', email, role, hasSecondFactor: false },
      })
      expect([...data.viewer.scopes].sort()).toEqual([...scopes].sort())
    }
  })

  it('shows who is invited to who has the link', async () => {
    const accountId = await newAccount()
    const { token, email } = await desk.invite('BILLING', accountId)
    const { status, body } = await desk.browser().post('/invitation/look', { token })
    expect(status).toBe(200)
    expect(body).toEqual({
      ...{ email, name: 'Ina Invited', role: 'BILLING', account: { name: 'A partner' } },
      expiresAt: expect.any(String) as string,
    })
  })

  it('is good once, and not after it was taken back, replaced, or seven days old', async () => {
    const accountId = await newAccount()
    const accept = (token: string) =>
      desk.browser().post('/invitation/accept', { token, name: 'Ina', password: PASSWORD })
    const gone = async (token: string) => {
      for (const answer of [await accept(token), await desk.browser().post('/invitation/look', { token })])
        expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([404, 'NOT_FOUND'])
    }
    const used = await desk.invite('VIEWER', accountId)
    const both = await Promise.all([accept(used.token), accept(used.token)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 404])
    await gone(used.token)

    const revoked = await desk.invite('VIEWER', accountId)
    await gateway.staff.request(
      'mutation ($id: ID!) { revokeInvitation(id: $id) { id } }' as never,
      {
        id: revoked.invitationId,
      } as never,
    )
    await gone(revoked.token)

    const replaced = await desk.invite('VIEWER', accountId)
    const staff = desk.browser({ authorization: `Bearer ${gateway.staffToken}` })
    await staff.ask(INVITE, { input: { accountId, email: replaced.email, name: 'Again', role: 'BILLING' } })
    await gone(replaced.token)
    const again = await desk.mailed(replaced.email, 'invitation', [replaced.token])

    await gateway.sql('UPDATE invitation SET expires_at = now() WHERE email = $1 AND revoked_at IS NULL', [
      replaced.email,
    ])
    await gone(again)
    for (const token of ['', 'x', 'A'.repeat(43), '\0'.repeat(43)]) await gone(token)
  })

  it('is not given by who may do less, nor for a role of the other kind', async () => {
    const accountId = await newAccount()
    const { browser: viewer } = await desk.person('VIEWER', accountId)
    const { browser: owner } = await desk.person('OWNER', accountId)
    const { browser: operator } = await desk.person('OPERATOR', null)
    const input = { accountId, email: 'x@people.example', name: 'X', role: 'VIEWER' }
    for (const browser of [viewer, operator])
      expect(codesOf((await browser.ask(INVITE, { input })).errors)).toEqual(['FORBIDDEN'])
    expect((await owner.ask(INVITE, { input: { ...input, role: 'ADMIN' } })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', field: 'role' } },
    ])
    const token = await gateway.newPartner({ scopes: ['READ', 'TOKENS'] })
    const narrow = desk.browser({ authorization: `Bearer ${token.token}` })
    const asOwner = { email: 'y@people.example', name: 'Y', role: 'OWNER' }
    expect(codesOf((await narrow.ask(INVITE, { input: asOwner })).errors)).toEqual(['FORBIDDEN'])
  })

  it('tells nobody but its own mailbox that an e-mail signs in elsewhere', async () => {
    const { email } = await desk.person('VIEWER', await newAccount())
    const { token } = await gateway.newPartner()
    const known = [await desk.mailed(email, 'invitation')]
    const here = desk.browser({ authorization: `Bearer ${token}` })
    const answers = []
    for (const one of [email, 'unknown@people.example'])
      answers.push((await here.ask(INVITE, { input: { email: one, name: 'N', role: 'VIEWER' } })).errors)
    expect(answers).toEqual([undefined, undefined])
    const theirs = await desk.mailed(email, 'invitation', known)
    const refused = await desk.browser().post('/invitation/accept', { token: theirs, name: 'N', password: PASSWORD })
    expect(refused.body.errors[0].extensions.code).toBe('CONFLICT')
  })
})

describe('a password', () => {
  it('has twelve characters or more, and is neither common nor the person’s own name', async () => {
    const { token, email } = await desk.invite('VIEWER', await newAccount())
    for (const password of [
      'elevenchars',
      'passwordpassword',
      'qwertyuiop12',
      '123456789012',
      email,
      'x'.repeat(257),
    ]) {
      const { status, body } = await desk.browser().post('/invitation/accept', { token, name: 'Ina', password })
      expect([password, status, body.errors[0].extensions]).toMatchObject([
        password,
        400,
        { code: 'BAD_USER_INPUT', field: 'password' },
      ])
    }
    expect((await desk.browser().post('/invitation/accept', { token, name: 'Ina', password: PASSWORD })).status).toBe(
      200,
    )
  })

  it('is changed by who knows it, and signs all others out', async () => {
    const { browser, email } = await desk.person('OWNER', await newAccount())
    const other = desk.browser()
    expect((await other.post('/session', { email, password: PASSWORD })).body).toEqual({ next: 'SIGNED_IN' })
    const CHANGE = 'mutation ($current: String!, $new: String!) { changePassword(current: $current, new: $new) { id } }'
    const wrong = await browser.ask(CHANGE, { current: 'not it, I fear', new: 'plover over gravel 7' })
    expect(wrong.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'current' } }])
    expect((await other.ask(VIEWER)).errors).toBeUndefined()
    const right = await browser.ask(CHANGE, { current: PASSWORD, new: 'plover over gravel 7' })
    expect(right.errors).toBeUndefined()
    expect(codesOf((await other.ask(VIEWER)).errors)).toEqual(['UNAUTHENTICATED'])
    expect((await browser.ask(VIEWER)).errors).toBeUndefined()
    expect((await desk.browser().post('/session', { email, password: PASSWORD })).status).toBe(401)
    expect((await desk.browser().post('/session', { email, password: 'plover over gravel 7' })).status).toBe(200)
  })

  it('that was forgotten is set anew by a link, good once and for an hour, and all sessions end', async () => {
    const { browser, email } = await desk.person('OWNER', await newAccount())
    expect((await desk.browser().post('/password/forgot', { email })).status).toBe(202)
    const token = await desk.mailed(email, 'reset-password')
    const reset = (password = 'plover over gravel 8') => desk.browser().post('/password/reset', { token, password })
    expect((await reset('short')).status).toBe(400)
    expect((await reset()).body).toEqual({ next: 'SIGNED_IN' })
    expect((await reset()).status).toBe(404)
    expect(codesOf((await browser.ask(VIEWER)).errors)).toEqual(['UNAUTHENTICATED'])
    expect((await desk.browser().post('/session', { email, password: 'plover over gravel 8' })).status).toBe(200)

    await desk.browser().post('/password/forgot', { email })
    const late = await desk.mailed(email, 'reset-password', [token])
    await gateway.sql('UPDATE mailed_link SET expires_at = now()')
    expect((await desk.browser().post('/password/reset', { token: late, password: PASSWORD })).status).toBe(404)
  })
})

describe('a second factor', () => {
  it('is asked for after the password, and its code is good once', async () => {
    const { browser, email } = await desk.person('OWNER', await newAccount())
    const factor = await desk.secondFactor(browser)
    expect((await browser.ask(VIEWER)).data.viewer.person.hasSecondFactor).toBe(true)
    const next = desk.browser()
    const { body } = await next.post('/session', { email, password: PASSWORD })
    expect(body).toEqual({ next: 'SECOND_FACTOR', challenge: expect.any(String) as string })
    expect(next.cookie).toBe('')
    const answer = (code: string, challenge: string = body.challenge) =>
      next.post('/session/second-factor', { challenge, code })
    expect((await answer('000000')).status).toBe(401)
    const code = factor.code()
    expect((await answer(code)).body).toEqual({ next: 'SIGNED_IN' })
    expect((await next.ask(VIEWER)).data.viewer.person.email).toBe(email)
    // The challenge and the code were both good once.
    expect((await answer(factor.code(1))).status).toBe(401)
    const second = await desk.browser().post('/session', { email, password: PASSWORD })
    expect((await answer(code, second.body.challenge)).status).toBe(401)
    expect((await answer(factor.code(-1), second.body.challenge)).status).toBe(401)
    expect((await answer(factor.code(1), second.body.challenge)).status).toBe(200)
  })

  it('takes a recovery code in its place, once, also where two come at the same time', async () => {
    const { browser, email } = await desk.person('OWNER', await newAccount())
    const { recoveryCodes } = await desk.secondFactor(browser)
    expect(recoveryCodes).toHaveLength(10)
    const challenge = async () =>
      String((await desk.browser().post('/session', { email, password: PASSWORD })).body.challenge)
    const challenges = [await challenge(), await challenge()]
    const code = (recoveryCodes[0] ?? '').toUpperCase().replaceAll('-', ' ')
    const answers = await Promise.all(
      challenges.map((one) => desk.browser().post('/session/second-factor', { challenge: one, code })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401])
  })

  it('is asked for after a reset of the password too', async () => {
    const { browser, email } = await desk.person('OWNER', await newAccount())
    const { code } = await desk.secondFactor(browser)
    await desk.browser().post('/password/forgot', { email })
    const token = await desk.mailed(email, 'reset-password')
    const { body } = await desk.browser().post('/password/reset', { token, password: 'plover over gravel 9' })
    expect(body).toEqual({ next: 'SECOND_FACTOR', challenge: expect.any(String) as string })
    const last = await desk.browser().post('/session/second-factor', { challenge: body.challenge, code: code() })
    expect(last.body).toEqual({ next: 'SIGNED_IN' })
  })

  it('is taken away by who knows the password', async () => {
    const { browser, email } = await desk.person('OWNER', await newAccount())
    await desk.secondFactor(browser)
    const REMOVE_FACTOR =
      'mutation ($password: String!) { removeSecondFactor(password: $password) { hasSecondFactor } }'
    expect(codesOf((await browser.ask(REMOVE_FACTOR, { password: 'not it' })).errors)).toEqual(['BAD_USER_INPUT'])
    expect((await browser.ask(REMOVE_FACTOR, { password: PASSWORD })).data.removeSecondFactor).toEqual({
      hasSecondFactor: false,
    })
    expect((await desk.browser().post('/session', { email, password: PASSWORD })).body).toEqual({ next: 'SIGNED_IN' })
  })
})

describe('people of an account', () => {
  it('always have an owner, also where two remove each other at once', async () => {
    const accountId = await newAccount()
    const [one, two] = [await desk.person('OWNER', accountId), await desk.person('OWNER', accountId)]
    const removed = await Promise.all([
      one.browser.ask(REMOVE, { id: two.id }),
      two.browser.ask(REMOVE, { id: one.id }),
    ])
    expect(removed.filter(({ errors }) => errors === undefined)).toHaveLength(1)
    const [left] = await gateway.sql<{ id: string }>(
      'SELECT id FROM person WHERE account_id = $1 AND removed_at IS NULL',
      [accountId],
    )
    const id = left?.id ?? ''
    const staff = desk.browser({ authorization: `Bearer ${gateway.staffToken}` })
    expect(codesOf((await staff.ask(REMOVE, { id })).errors)).toEqual(['CONFLICT'])
    expect(codesOf((await staff.ask(CHANGE_ROLE, { id, role: 'VIEWER' })).errors)).toEqual(['CONFLICT'])
  })

  it('lose what they may with their role, and everything with their removal, at the next request', async () => {
    const accountId = await newAccount()
    const owner = await desk.person('OWNER', accountId)
    const other = await desk.person('OWNER', accountId)
    expect((await owner.browser.ask(CHANGE_ROLE, { id: other.id, role: 'VIEWER' })).errors).toBeUndefined()
    expect((await other.browser.ask(VIEWER)).data.viewer.scopes).toEqual(['READ'])
    expect((await owner.browser.ask(REMOVE, { id: other.id })).errors).toBeUndefined()
    expect(codesOf((await other.browser.ask(VIEWER)).errors)).toEqual(['UNAUTHENTICATED'])
    expect((await desk.browser().post('/session', { email: other.email, password: PASSWORD })).status).toBe(401)
    // The e-mail can be invited again.
    await desk.invite('BILLING', accountId, { email: other.email })
  })

  it('are not there for another account', async () => {
    const owner = await desk.person('OWNER', await newAccount())
    const stranger = await desk.person('OWNER', await newAccount())
    for (const [query, variables] of [
      [REMOVE, { id: stranger.id }],
      [CHANGE_ROLE, { id: stranger.id, role: 'VIEWER' }],
    ] as const)
      expect(codesOf((await owner.browser.ask(query, variables)).errors)).toEqual(['NOT_FOUND'])
    expect((await owner.browser.ask('{ people { id } }')).data.people).toEqual([{ id: owner.id }])
  })
})
