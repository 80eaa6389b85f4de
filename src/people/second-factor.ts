import { createHash, randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { z } from 'zod'
import { readClock } from '../clock'
import type { Statement, Tx } from '../database'
import { BadUserInputError, ConflictError } from '../errors'
import type { SealedSecrets } from '../webhooks/sealed-secrets'
import type { Person } from './person.entity'

const STEP_SECONDS = 30
/** Of the authenticator's secret, as RFC 4226 recommends. */
const SECRET_BYTES = 20
export const RECOVERY_CODES = 10
/** Of one recovery code: 80 bits, in 16 characters of base 32. */
const RECOVERY_BYTES = 10

/** Characters of what may be typed as a code. */
const MAX_CODE_LENGTH = 64

export const FactorCode = z.object({ code: z.string().max(MAX_CODE_LENGTH) })

export interface StartedFactor {
  personId: string
  /** In base 32, to be typed. */
  secret: string
  /** The same for an authenticator, to be shown as a QR code. */
  otpauthUrl: string
}

/**
 * Makes the secret of an authenticator; it counts once a code of it has confirmed that it arrived there. Until then another
 * one can be made.
 *
 * Throws CONFLICT where the person has a second factor, and (setting) where secrets can't be kept here.
 */
export async function startSecondFactor(tx: Tx, person: Person, secrets: SealedSecrets): Promise<StartedFactor> {
  if (person.factorSecret !== null)
    throw new ConflictError('There is a second factor already: it is to be removed first.')
  const secret = new Secret({ buffer: Uint8Array.from(randomBytes(SECRET_BYTES)).buffer })
  await tx.query(KEEP_PENDING, [person.id, await secrets.seal(person.id, secret.base32)])
  return { personId: person.id, secret: secret.base32, otpauthUrl: totpOf(secret.base32, person.email).toString() }
}

/**
 * Makes the secret that was shown last the person's second factor. Answers the recovery codes, which are shown this once.
 *
 * Throws CONFLICT where none was shown; BAD_USER_INPUT for a code that is not of it.
 */
export async function confirmSecondFactor(
  tx: Tx,
  person: Person,
  code: string,
  secrets: SealedSecrets,
): Promise<{ personId: string; recoveryCodes: string[] }> {
  const { id, email, pendingFactorSecret } = person
  if (pendingFactorSecret === null)
    throw new ConflictError('There is no second factor to be confirmed: start one first.')
  const step = await stepOf(tx, await secrets.open(id, pendingFactorSecret), email, code)
  if (step === null) throw new BadUserInputError('code', 'This is not the code that the authenticator shows now.')
  await tx.query(KEEP_FACTOR, [id, step])
  const recoveryCodes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
  await tx.query(KEEP_CODES, [id, recoveryCodes.map(recoveryDigest)])
  return { personId: id, recoveryCodes }
}

/** Whether it is a code of the person's second factor that was not used before. It is used by that. */
export async function useCode(tx: Tx, person: Person, code: string, secrets: SealedSecrets): Promise<boolean> {
  const { id, email, factorSecret } = person
  if (factorSecret === null) return false
  if (!/^\d{6}$/.test(code)) return (await tx.query(USE_RECOVERY_CODE, [id, recoveryDigest(code)])).length === 1
  const step = await stepOf(tx, await secrets.open(id, factorSecret), email, code)
  return step !== null && (await tx.query(USE_STEP, [id, step])).length === 1
}

/** Takes the second factor away, with its recovery codes. */
export async function removeSecondFactor(tx: Tx, personId: string): Promise<{ personId: string }> {
  await tx.query(FORGET_CODES, [personId])
  await tx.query(FORGET_FACTOR, [personId])
  return { personId }
}

/** The step of the clock that a code is of: now's, the one before it or the one after it; null for none. */
async function stepOf(tx: Tx, secret: string, email: string, code: string): Promise<number | null> {
  const timestamp = (await readClock(tx)).getTime()
  const delta = totpOf(secret, email).validate({ token: code, timestamp, window: 1 })
  return delta === null ? null : Math.floor(timestamp / (STEP_SECONDS * 1000)) + delta
}

function totpOf(secret: string, email: string): TOTP {
  return new TOTP({
    issuer: 'Daybook',
    label: email,
    secret: Secret.fromBase32(secret),
    period: STEP_SECONDS,
    digits: 6,
  })
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** Such as `k3m9-…`, four by four, without letters that look like others. */
function newRecoveryCode(): string {
  let bits = BigInt(`0x${randomBytes(RECOVERY_BYTES).toString('hex')}`)
  let text = ''
  for (let index = 0; index < (RECOVERY_BYTES * 8) / 5; index++) {
    text += ALPHABET.charAt(Number(bits & 31n))
    bits >>= 5n
  }
  return text.replace(/(.{4})(?=.)/g, '$1-')
}

function recoveryDigest(code: string): Buffer {
  return createHash('sha256')
    .update(code.toLowerCase().replace(/[^0-9a-z]/g, ''))
    .digest()
}

const KEEP_PENDING: Statement = {
  name: 'keep-pending-factor',
  text: 'UPDATE person SET pending_factor_secret = $2 WHERE id = $1',
}

const KEEP_FACTOR: Statement = {
  name: 'keep-factor',
  text: `
    UPDATE person SET factor_secret = pending_factor_secret, factor_step = $2::bigint, pending_factor_secret = NULL
    WHERE id = $1`,
}

const KEEP_CODES: Statement = {
  name: 'keep-recovery-codes',
  text: `
    WITH gone AS (DELETE FROM recovery_code WHERE person_id = $1)
    INSERT INTO recovery_code (person_id, digest) SELECT $1, digest FROM unnest($2::bytea[]) AS digest`,
}

const USE_STEP: Statement = {
  name: 'use-factor-step',
  text: `
    UPDATE person SET factor_step = $2::bigint WHERE id = $1 AND (factor_step IS NULL OR factor_step < $2::bigint)
    RETURNING id`,
}

const USE_RECOVERY_CODE: Statement = {
  name: 'use-recovery-code',
  text: `
    UPDATE recovery_code SET used_at = daybook_now() WHERE person_id = $1 AND digest = $2 AND used_at IS NULL
    RETURNING person_id`,
}

const FORGET_CODES: Statement = {
  name: 'forget-recovery-codes',
  text: 'DELETE FROM recovery_code WHERE person_id = $1',
}

const FORGET_FACTOR: Statement = {
  name: 'forget-factor',
  text: 'UPDATE person SET factor_secret = NULL, factor_step = NULL, pending_factor_secret = NULL WHERE id = $1',
}
