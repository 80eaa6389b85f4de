import type { VisibleRows } from '../auth/visible-rows'
import { ProviderProfile } from './provider-profile.entity'

/** The one that holds; null where there is none yet, and for partners. */
export function findProviderProfile(visible: VisibleRows): Promise<ProviderProfile | null> {
  return visible.ofNoAccount(ProviderProfile, 'profile').orderBy('profile.version', 'DESC').limit(1).getOne()
}
