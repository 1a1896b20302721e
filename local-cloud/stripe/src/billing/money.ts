/** An exact `decimal` of minor units times `quantity`, rounded half away from zero to whole minor units. */
export function timesDecimal(decimal: string, quantity: number): number {
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.')
  const scale = 10n ** BigInt(fraction.length)
  const product = BigInt(whole + fraction) * BigInt(quantity)
  const rounded = Number((product * 2n + scale) / (scale * 2n))
  return decimal.startsWith('-') ? -rounded : rounded
}

/** `amount` times `part / whole`, rounded half away from zero. */
export function share(amount: number, part: number, whole: number): number {
  if (whole === 0) return 0
  const product = BigInt(Math.abs(amount)) * BigInt(Math.round(part))
  const divisor = BigInt(Math.round(whole))
  const rounded = Number((product * 2n + divisor) / (divisor * 2n))
  return amount < 0 ? 0 - rounded : rounded
}

/** Spreads `total` over `weights` so that the parts are whole and add up to it; the largest remainders round up. */
export function spread(total: number, weights: number[]): number[] {
  const sum = weights.reduce((all, one) => all + one, 0)
  if (sum === 0) return weights.map(() => 0)
  const exact = weights.map((weight) => (total * weight) / sum)
  const parts = exact.map(Math.floor)
  const missing = total - parts.reduce((all, one) => all + one, 0)
  const order = exact
    .map((value, index) => ({ index, rest: value - parts[index]! }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index)
  for (const { index } of order.slice(0, missing)) parts[index]!++
  return parts
}

/** Currencies whose minor unit is not a hundredth; see https://docs.stripe.com/currencies. */
const zeroDecimal = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
const threeDecimal = new Set('bhd jod kwd omr tnd'.split(' '))

/** `1999` and `usd` as `$19.99`. */
export function formatMoney(amount: number, currency: string): string {
  const digits = zeroDecimal.has(currency) ? 0 : threeDecimal.has(currency) ? 3 : 2
  const style = {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  } as const
  return new Intl.NumberFormat('en-US', style).format(amount / 10 ** digits)
}
