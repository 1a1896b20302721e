import { isTimeZone } from '@insula/contracts'

/** Names that zones have been given since; browsers go on listing them by the older ones. */
const newer = [
  'Africa/Asmara',
  'America/Nuuk',
  'Asia/Ho_Chi_Minh',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Yangon',
  'Atlantic/Faroe',
  'Europe/Kyiv',
  'Pacific/Chuuk',
  'Pacific/Kanton',
  'Pacific/Pohnpei',
]

/** The zones to choose from, by name; the one that is stored is always among them. */
export const timeZonesWith = (stored: string): string[] =>
  [...new Set([...Intl.supportedValuesOf('timeZone'), ...newer.filter(isTimeZone), 'UTC', stored])].sort()
