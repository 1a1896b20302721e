/**
 * The headers (of the event stream: connection params) in which a page says for whom and where it was made. A value is
 * an id, or `none` for a page that was made for nobody or in no tenant. A header that is left out is not checked.
 */
export const madeForHeaders = {
  person: 'insula-person',
  session: 'insula-session',
  tenant: 'insula-tenant',
} as const

/** What such a header holds when there was nobody, or no tenant. */
export const madeForNone = 'none'
