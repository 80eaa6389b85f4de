/** Days after its last use, and after its beginning, that a session is over. */
export const IDLE_DAYS = 7
export const SESSION_DAYS = 30

/** Of a session `s` and its person `p`, by real time. */
export const SESSION_IS_GOOD = `
  s.ended_at IS NULL AND p.removed_at IS NULL AND s.expires_at > daybook_now()
  AND s.last_used_at > daybook_now() - interval '${IDLE_DAYS * 24} hours'`
