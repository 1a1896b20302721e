const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in the decimal units that plans and disks are sold in, with three significant digits: `formatBytes(25_000_000)` is `25 MB`. */
export const formatBytes = (bytes: number, locale = 'en') => {
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const amount = new Intl.NumberFormat(locale, { maximumSignificantDigits: step === 0 ? 4 : 3 }).format(
    bytes / 1000 ** step,
  )
  return `${amount} ${units[step]}`
}

const spans: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** How long from `now` to `at`, both in milliseconds, in words: `3 hours ago`, `in 2 days`, `now`. */
export const formatRelative = (at: number, now: number, locale = 'en') => {
  const seconds = (at - now) / 1000
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const span = spans.find(([, length]) => Math.abs(seconds) >= length)
  return span ? words.format(Math.trunc(seconds / span[1]), span[0]) : words.format(0, 'second')
}

const regions: Record<string, string> = { en: 'en', de: 'en-DE' }

/**
 * The locale to format with for a tenant's: the console speaks English whatever the region, so that dates and numbers
 * are written in the region's order and signs, and in English words.
 */
export const inEnglish = (locale: string | undefined): string => regions[locale ?? 'en'] ?? 'en'
