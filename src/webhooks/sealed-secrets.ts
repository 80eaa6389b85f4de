import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config'
import { ConflictError } from '../errors'

/** Bytes of a key: AES-256. */
const KEY_BYTES = 32
/** Of a signing secret; Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32
/** How many bytes of its digest name a key. */
const KEY_NAME_BYTES = 4
const IV_BYTES = 12
const TAG_BYTES = 16
const VERSION = 1
const KEY_FILE = 'secret-key'

/** A signing secret as it is shown: Standard Webhooks' form. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
}

/**
 * Keeps signing secrets: they have to be had in the clear to sign with, so that they can't be hashed as tokens are. In the
 * database they are sealed with AES-256-GCM under a key that is not in it, and to the row that they belong to. A sealed
 * secret is a byte of version, 4 that name its key, 12 of the nonce, 16 of the tag, and the rest.
 *
 * The first key seals, and all of them open: a key is replaced by putting a new one before it.
 */
export class SealedSecrets {
  private keys: Promise<Buffer[]> | null = null

  constructor(private readonly config: Pick<Config, 'secretKeys' | 'home' | 'production'>) {}

  /** Throws CONFLICT (setting) where there is no key to seal with. */
  async seal(endpointId: string, secret: string): Promise<Buffer> {
    const [key] = await this.known()
    if (key === undefined) {
      throw new ConflictError('This installation has no key to keep secrets with: whoever runs it is to set one.', {
        setting: 'DAYBOOK_SECRET_KEY',
      })
    }
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(endpointId))
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
    return Buffer.concat([Buffer.from([VERSION]), nameOf(key), iv, cipher.getAuthTag(), sealed])
  }

  /** Throws where the key is not here, or the bytes are not what was sealed for this endpoint. */
  async open(endpointId: string, sealed: Buffer): Promise<string> {
    const { keyName, iv, tag, text } = partsOf(sealed)
    const key = (await this.known()).find((one) => nameOf(one).equals(keyName))
    if (key === undefined) throw new Error(`the key ${keyName.toString('hex')} that sealed a secret is not here`)
    const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(endpointId)).setAuthTag(tag)
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
  }

  /** The name of the key that a sealed secret needs. */
  async opens(sealed: Buffer): Promise<boolean> {
    const { keyName } = partsOf(sealed)
    return (await this.known()).some((key) => nameOf(key).equals(keyName))
  }

  private known(): Promise<Buffer[]> {
    this.keys ??= this.findKeys()
    this.keys.catch(() => {
      this.keys = null
    })
    return this.keys
  }

  private async findKeys(): Promise<Buffer[]> {
    const { secretKeys, home, production } = this.config
    if (secretKeys.length > 0) return secretKeys
    return production ? [] : [await keptKey(home)]
  }
}

/** The key of a first look: made once, in a file that its owner alone can read. */
async function keptKey(home: string): Promise<Buffer> {
  const file = join(home, KEY_FILE)
  await mkdir(home, { recursive: true })
  // Of two gateways that start at once, one makes it.
  const made = randomBytes(KEY_BYTES).toString('base64')
  await writeFile(file, `${made}\n`, { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
  const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64')
  if (key.length !== KEY_BYTES) throw new Error(`${file} holds no key of ${KEY_BYTES} bytes`)
  return key
}

function nameOf(key: Buffer): Buffer {
  return createHash('sha256').update(key).digest().subarray(0, KEY_NAME_BYTES)
}

function partsOf(sealed: Buffer): { keyName: Buffer; iv: Buffer; tag: Buffer; text: Buffer } {
  const ivAt = 1 + KEY_NAME_BYTES
  const tagAt = ivAt + IV_BYTES
  const textAt = tagAt + TAG_BYTES
  if (sealed[0] !== VERSION || sealed.length <= textAt) throw new Error('a secret that was not sealed here')
  return {
    keyName: sealed.subarray(1, ivAt),
    iv: sealed.subarray(ivAt, tagAt),
    tag: sealed.subarray(tagAt, textAt),
    text: sealed.subarray(textAt),
  }
}
