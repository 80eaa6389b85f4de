import { InvalidArgumentError, Option } from 'commander'

/** `--home`, of every command that comes to a database. */
export const homeOption = () =>
  new Option('--home <folder>', 'in place of DAYBOOK_HOME: where the embedded Postgres is, if DATABASE_URL is not set')

/** `--progress`, of every command that takes its time. */
export const progressOption = () =>
  new Option('--progress', 'tell on standard error how far it is; on a terminal it does so anyway')

export const accountOption = (description: string) => new Option('--account <id>', description)

/** A whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN
    if (number >= least && number <= most) return number
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`)
  }
}

/** An instant as RFC 3339 has it; of a date alone, its UTC midnight. */
export function instant(text: string): Date {
  const at = new Date(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text) ? text : NaN)
  if (!Number.isNaN(at.getTime())) return at
  throw new InvalidArgumentError('It is an instant such as 2027-01-31T00:00:00Z, or a date such as 2027-01-31.')
}
