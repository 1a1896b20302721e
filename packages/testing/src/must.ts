/** What a test takes for granted to be there; it fails here, and not later on, when it is not. */
export function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('Nothing is there where a test needs something.')
  return value
}
