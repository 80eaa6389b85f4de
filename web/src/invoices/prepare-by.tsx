import { useAccount } from '../account/account-context'
import { Countdown, useNow, When } from '../parts/when'

/** The half hour in which a request is prepared. A sandbox's clock stands still, so that nothing counts down in one. */
export function PrepareBy({ at }: { at: string }) {
  const { sandbox } = useAccount()
  const isLate = useNow() > Date.parse(at)
  if (sandbox) {
    return (
      <>
        ready by <When at={at} />
      </>
    )
  }
  return isLate ? (
    <Countdown until={at} />
  ) : (
    <>
      ready in <Countdown until={at} />
    </>
  )
}
