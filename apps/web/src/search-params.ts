/** What Next.js hands a page of its query: a name given twice is a list. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** The value of a name that was given once, else null. */
export const asText = (value: string | string[] | undefined) =>
  typeof value === 'string' && value !== '' ? value : null

/** A page's query as the browser has it. */
export const asQuery = async (given: SearchParams) => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(await given)) {
    const text = asText(value)
    if (text !== null) query.set(name, text)
  }
  return query
}
