import { z } from 'zod'
import { BadUserInputError } from '../errors'
import { literalAddress, mayReach, type Reach } from './reach'

/** Characters of an address at the most. */
export const MAX_URL_LENGTH = 2_048
/** Ports below this belong to other protocols than HTTP, but for 443. */
const FIRST_FREE_PORT = 1_024
/** Names that only one's own machine or network knows. */
const LOCAL_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|home\.arpa|localdomain)\.?$/

export const webhookUrl = () => z.string().min(1).max(MAX_URL_LENGTH)

/**
 * An address to which webhooks may go, in the form in which it is kept. What its name stands for is looked at with every
 * connection, and not here: it may change.
 *
 * Throws BAD_USER_INPUT (url).
 */
export function checkedUrl(text: string, reach: Reach): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const isHttp = url?.protocol === 'http:' && reach === 'NEARBY'
  if (url === null || !(url.protocol === 'https:' || isHttp)) {
    throw refused(`is no address such as https://example.com/hooks${reach === 'NEARBY' ? ', or with http' : ''}`)
  }
  if (url.username !== '' || url.password !== '')
    throw refused('has a user name or a password: nothing is sent as those')
  if (url.hash !== '') throw refused('has a fragment, which is never sent')
  const address = literalAddress(url.hostname)
  const isLocalName = address === null && (LOCAL_NAME.test(url.hostname) || !url.hostname.includes('.'))
  if (address === null ? isLocalName && reach === 'PUBLIC' : !mayReach(address, reach)) {
    throw refused('is not on the public internet')
  }
  if (reach === 'PUBLIC' && url.port !== '' && Number(url.port) < FIRST_FREE_PORT) {
    throw refused(`has a port that is not for webhooks: 443, or ${FIRST_FREE_PORT} and above`)
  }
  if (url.href.length > MAX_URL_LENGTH)
    throw refused(`has more than ${MAX_URL_LENGTH} characters when it is spelled out`)
  return url.href
}

function refused(why: string): BadUserInputError {
  return new BadUserInputError('url', `url ${why}.`)
}
