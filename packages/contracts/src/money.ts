/**
 * How many digits of a Stripe amount stand behind the point, for every currency that Stripe charges in,
 * https://docs.stripe.com/currencies. ISO 4217 and `Intl` count some of them otherwise, so neither is asked.
 */
const twoDigits =
  'aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah usd uyu uzs wst xcd xcg yer zar zmw'
const noDigits = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'
const threeDigits = 'bhd jod kwd omr tnd'
/** Have no smaller unit any more, but Stripe still writes their amounts with two digits, which are zeros. */
const twoEmptyDigits = 'isk ugx'

const each = (codes: string, digits: number) => codes.split(' ').map((code) => [code, digits] as const)

/** By ISO 4217 code in small letters, as Stripe writes it. */
export const currencyDigits: ReadonlyMap<string, number> = new Map([
  ...each(twoDigits, 2),
  ...each(noDigits, 0),
  ...each(threeDigits, 3),
  ...each(twoEmptyDigits, 2),
])

const shownWhole = new Set(twoEmptyDigits.split(' '))

export interface MoneyFormat {
  locale?: string | undefined
  /** Leaves the digits behind the point away where they are zeros, as on a price tag. */
  trim?: boolean
}

/**
 * A Stripe amount as people read it: `formatMoney(2900, 'eur')` is `€29.00`, `formatMoney(2900, 'jpy')` is `¥2,900`. Never
 * throws: an unknown currency stands beside the bare number of minor units.
 */
export function formatMoney(
  minor: number,
  currency: string,
  { locale = 'en', trim = false }: MoneyFormat = {},
) {
  const digits = currencyDigits.get(currency.toLowerCase())
  if (digits === undefined) return `${minor} ${currency.toUpperCase()}`
  const whole = minor % 10 ** digits === 0
  const shown = whole && (trim || shownWhole.has(currency.toLowerCase())) ? 0 : digits
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: shown,
    maximumFractionDigits: shown,
  }).format(minor / 10 ** digits)
}
