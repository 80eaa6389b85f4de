import type { Statement, Tx } from '../database'
import type { Log } from '../log'
import { ProviderProfile } from './provider-profile.entity'

/** The series of the provider's invoices, until its profile says otherwise. */
export const SERIES = 'DB'
/** Of sandbox accounts: their invoices are no documents, and must leave no gap in the real ones. */
export const SANDBOX_SERIES = 'TEST'

/** Who sends invoices where nobody has said so yet: for a first look, and for sandbox accounts. Nobody could take it for real. */
export const SAMPLE_PROFILE: Omit<ProviderProfile, 'version' | 'actor' | 'createdAt'> = {
  legalName: 'Sample Provider (not a real company)',
  address: { lines: ['1 Sample Street'], postcode: '00000', city: 'Sampletown', region: null, country: 'DE' },
  taxId: null,
  email: 'billing@example.com',
  bankAccount: {
    holder: 'Sample Provider',
    iban: null,
    bic: null,
    instructions: 'This is a sample: there is no bank account. Staff set the real one with setProviderProfile.',
  },
  footer: 'SAMPLE. Not a document for tax purposes.',
  series: SERIES,
  sandboxSeries: SANDBOX_SERIES,
  sample: true,
}

/** Has invoices open under a made-up provider until staff name the real one. Does nothing where there is a profile. */
export async function seedSampleProfile(tx: Tx): Promise<void> {
  await tx.query(LOCK_PROFILE)
  if ((await newestProfile(tx)) === null) await addProfile(tx, 'job:sample', SAMPLE_PROFILE)
}

/** In production: what staff have to do before invoices open, or are documents. */
export async function warnOfNoProfile(tx: Tx, log: Pick<Log, 'warn'>): Promise<void> {
  const profile = await newestProfile(tx)
  if (profile === null) log.warn('no provider profile is set: invoices of live accounts wait until staff set one')
  else if (profile.sample)
    log.warn('the provider’s profile is a sample: invoices are no documents until staff set the real one')
}

/** Takes its turn among those who change the profile. */
export async function lockProfile(tx: Tx): Promise<void> {
  await tx.query(LOCK_PROFILE)
}

/** The one that holds; null where there is none yet. */
export function newestProfile(tx: Tx): Promise<ProviderProfile | null> {
  return tx.manager.findOne(ProviderProfile, { where: {}, order: { version: 'DESC' } })
}

/** Every series that ever numbered invoices, those of the beginning included. */
export async function usedSeries(tx: Tx): Promise<{ live: string[]; sandbox: string[] }> {
  const [row] = await tx.query<{ live: string[]; sandbox: string[] }>(USED_SERIES)
  return { live: [SERIES, ...(row?.live ?? [])], sandbox: [SANDBOX_SERIES, ...(row?.sandbox ?? [])] }
}

/** Under the lock. */
export async function addProfile(
  tx: Tx,
  actor: string,
  profile: Omit<ProviderProfile, 'version' | 'actor' | 'createdAt'>,
): Promise<void> {
  const { legalName, address, taxId, email, bankAccount, footer, series, sandboxSeries, sample } = profile
  await tx.query(ADD_PROFILE, [
    ...[legalName, JSON.stringify(address), taxId && JSON.stringify(taxId), email],
    ...[bankAccount && JSON.stringify(bankAccount), footer, series, sandboxSeries, sample, actor],
  ])
}

const LOCK_PROFILE: Statement = {
  name: 'lock-provider-profile',
  text: `SELECT pg_advisory_xact_lock(hashtext('provider_profile'))`,
}

const USED_SERIES: Statement = {
  name: 'used-invoice-series',
  text: `
    SELECT coalesce(array_agg(DISTINCT series), '{}') AS live, coalesce(array_agg(DISTINCT sandbox_series), '{}') AS sandbox
    FROM provider_profile`,
}

const ADD_PROFILE: Statement = {
  name: 'add-provider-profile',
  text: `
    INSERT INTO provider_profile
      (version, legal_name, address, tax_id, email, bank_account, footer, series, sandbox_series, sample, actor, created_at)
    SELECT coalesce(max(version), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, daybook_now() FROM provider_profile`,
}
