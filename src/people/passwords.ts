import { Algorithm, hash, verify } from '@node-rs/argon2'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { z } from 'zod'
import { BadUserInputError, RateLimitedError } from '../errors'

export const MIN_PASSWORD_LENGTH = 12
export const MAX_PASSWORD_LENGTH = 256

/** A password that is to be set; whether it can be guessed is looked at further in. */
export const newPassword = () => z.string().min(MIN_PASSWORD_LENGTH).max(MAX_PASSWORD_LENGTH)
/** A password that is to be compared. */
export const givenPassword = () => z.string().max(MAX_PASSWORD_LENGTH)
export const GivenPassword = z.object({ password: givenPassword() })

/** OWASP's least for argon2id: 19 MiB, two passes, one lane. */
const COST = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Hashes that are computed at once, each on a thread of the four that Node has for files and names too. */
const AT_ONCE = 2
/** That wait: with two at once, the last of them waits for some seconds. */
const WAITING = 100
const RETRY_AFTER_MS = 2_000

/** Guesses of a good guesser, as a power of ten, that a password has to stand. */
const MIN_GUESSES_LOG10 = 8
/** Characters that the guesser looks at: its time grows with them. */
const LOOKED_AT = 64

/** Hashes passwords and compares them: never more than a few at once, so that a flood of sign-ins leaves room for the rest. */
export class Passwords {
  private underWay = 0
  private readonly waiting: (() => void)[] = []
  private dummy: Promise<string> | null = null

  /** Throws RATE_LIMITED where too many are waiting. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(normal(password), COST))
  }

  /** With no hash to compare it with it takes its time all the same, and is wrong. Throws RATE_LIMITED. */
  async isRight(password: string, passwordHash: string | null): Promise<boolean> {
    if (passwordHash !== null) return this.inTurn(() => verify(passwordHash, normal(password)))
    this.dummy ??= hash('nobody’s', COST)
    const nobodys = await this.dummy
    await this.inTurn(() => verify(nobodys, normal(password)))
    return false
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.underWay >= AT_ONCE) {
      if (this.waiting.length >= WAITING) throw new RateLimitedError('sign-ins at once', WAITING, RETRY_AFTER_MS)
      // Whoever is done hands its place on.
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    } else {
      this.underWay += 1
    }
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next === undefined) this.underWay -= 1
      else next()
    }
  }
}

/**
 * Refuses a password that others guess: a common one, a pattern of the keyboard, what is made of the person's own name and
 * e-mail. Throws BAD_USER_INPUT.
 */
export function refuseGuessable(
  field: string,
  password: string,
  { email, name }: { email: string; name: string },
): void {
  const own = [email, ...email.split(/[@.]/), name, ...name.split(/\s+/), 'daybook'].filter((word) => word.length > 2)
  const text = normal(password).toLowerCase()
  const isOwn = text === email || text === name.toLowerCase()
  guesser ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })
  const { guessesLog10 } = guesser.check(text.slice(0, LOOKED_AT), own)
  if (isOwn || guessesLog10 < MIN_GUESSES_LOG10) {
    throw new BadUserInputError(field, 'This password is too easy to guess: choose one that is less common.')
  }
}

let guesser: ZxcvbnFactory | undefined

/** One text has one form, whatever keyboard has written it. */
function normal(password: string): string {
  return password.normalize('NFKC')
}
