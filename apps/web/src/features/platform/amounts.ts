import { formatBytes } from '../../patterns/quantity.ts'

/** So much of a limit, in words: `25 MB`, `5`. */
export const amountOf = (key: string, amount: number) =>
  key.endsWith('bytes') ? formatBytes(amount) : new Intl.NumberFormat('en').format(amount)

/** Units in which limits of bytes are typed. */
export const units = ['MB', 'GB', 'TB'] as const
export type ByteUnit = (typeof units)[number]
export const byteUnits: Record<ByteUnit, number> = { MB: 1e6, GB: 1e9, TB: 1e12 }

/** The largest unit in which so many bytes are a short number. */
export const unitOf = (bytes: number): ByteUnit =>
  bytes >= 1e12 && bytes % 1e10 === 0 ? 'TB' : bytes >= 1e9 && bytes % 1e7 === 0 ? 'GB' : 'MB'
