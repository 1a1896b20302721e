/** What Next.js hands a page of its query: a name given twice is a list. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** The value of a name that was given once, else null. */
export const asText = (value: string | string[] | undefined) =>
  typeof value === 'string' && value !== '' ? value : null
