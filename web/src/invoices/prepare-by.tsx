import { useAccount } from '../account/account-context'
import { Countdown, useNow, When } from '../parts/when'

/** The half hour in which a request is prepared. A sandbox's clock stands still, so that nothing counts down in one. */
export function PrepareBy({ at }: { at: string }) {
  const { sandbox } = useAccount()
  return sandbox ? (
    <>
      ready by <When at={at} />
    </>
  ) : (
    <ReadyIn at={at} />
  )
}

/** "ready in 29:12", and once that is over "5:12 late". */
function ReadyIn({ at }: { at: string }) {
  const isLate = useNow() > Date.parse(at)
  return (
    <>
      {isLate ? '' : 'ready in '}
      <Countdown until={at} />
    </>
  )
}
