/** By what a browser calls itself; the first that fits, since each also calls itself by those that came before it. */
const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const

/** The same for systems: Android is a Linux too, and a phone of Apple's like Mac OS X. */
const SYSTEMS = [
  ['Windows', 'Windows'],
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Mac OS X', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const

/** "Firefox on Linux", as far as it can be told. */
export function browserIn(userAgent: string | null): string {
  if (userAgent === null) return 'Unknown'
  const browser = BROWSERS.find(([word]) => userAgent.includes(`${word}/`))?.[1]
  const system = SYSTEMS.find(([word]) => userAgent.includes(word))?.[1]
  if (browser === undefined) return userAgent.slice(0, 60)
  return system === undefined ? browser : `${browser} on ${system}`
}
