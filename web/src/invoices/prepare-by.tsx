import { useAccount } from '../account/account-context'
import { Countdown, When } from '../parts/when'

/** The half hour in which a request is prepared. A sandbox's clock stands still, so that nothing counts down in one. */
export function PrepareBy({ at }: { at: string }) {
  const { sandbox } = useAccount()
  if (sandbox) {
    return (
      <>
        ready by <When at={at} />
      </>
    )
  }
  return (
    <>
      ready in <Countdown until={at} />
    </>
  )
}
