/** The text that a row holds. An older release, the auth library or a hand may have written anything, or nothing, instead. */
export const textOf = (stored: unknown, otherwise: string): string =>
  typeof stored === 'string' && stored.trim() !== '' ? stored : otherwise

/** The instant that a row holds, as ISO 8601 in UTC; the beginning of 1970 where it holds none. */
export const instantOf = (stored: unknown): string =>
  (stored instanceof Date && Number.isFinite(stored.getTime()) ? stored : new Date(0)).toISOString()
