import { z } from 'zod'
import { EVENT_TYPES } from '../events/event-types'

/** Types that an endpoint lists at the most. */
export const MAX_EVENT_TYPES = 50

const KNOWN = new Set([...EVENT_TYPES, ...EVENT_TYPES.map((type) => `${type.slice(0, type.indexOf('.'))}.*`)])

/** Types of events, or all of a noun as `invoice.*`; null for whatever happens. */
export const eventTypes = () =>
  z
    .array(z.string().refine((type) => KNOWN.has(type), 'is no type of event, such as invoice.paid or invoice.*'))
    .min(1)
    .max(MAX_EVENT_TYPES)
    .transform((types) => [...new Set(types)].sort())
    .nullish()
