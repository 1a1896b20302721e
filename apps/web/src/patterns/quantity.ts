const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** Bytes in binary units with three significant digits: `formatBytes(26214400)` is `25 MiB`. */
export const formatBytes = (bytes: number, locale = 'en') => {
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const amount = new Intl.NumberFormat(locale, { maximumSignificantDigits: step === 0 ? 4 : 3 }).format(
    bytes / 1024 ** step,
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
