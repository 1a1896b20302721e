import { formatMoney } from '../billing/money.ts'
import { refuse } from '../http/errors.ts'

/** Currencies that Stripe charges in, https://docs.stripe.com/currencies, in the order in which it names them. */
const supported =
  'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw'.split(
    ' ',
  )
const known = new Set(supported)

/** The least that can be charged, in minor units, where Stripe names one: elsewhere it depends on the day's rate. */
const least: Record<string, number> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
}

/** How many digits an amount may have; eight unless named here. */
const digits: Record<string, number> = { cop: 10, huf: 10, idr: 12, inr: 9, jpy: 10, lbp: 12 }
const mostOf = (currency: string) => 10 ** (digits[currency] ?? 8) - 1

/** The currency in small letters, or Stripe's refusal of one that it does not charge in. */
export function currencyOf(sent: string, param = 'currency'): string {
  const currency = sent.toLowerCase()
  if (known.has(currency)) return currency
  throw refuse(
    `Invalid currency: ${currency}. Stripe currently supports these currencies: ${supported.join(', ')}`,
    { param },
  )
}

/** Refuses an amount that no card can be charged with. */
export function requireChargeable(amount: number, currency: string, param = 'amount'): void {
  if (!Number.isInteger(amount) || amount < 1) {
    throw refuse('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param,
    })
  }
  const minimum = least[currency]
  if (minimum !== undefined && amount < minimum) {
    throw refuse(`Amount must be at least ${formatMoney(minimum, currency)}`, {
      code: 'amount_too_small',
      param,
    })
  }
  requireFits(amount, currency, param)
}

/** Refuses an amount with more digits than Stripe takes. */
export function requireFits(amount: number, currency: string, param = 'amount'): void {
  const maximum = mostOf(currency)
  if (Math.abs(amount) <= maximum) return
  throw refuse(`Amount must be no more than ${formatMoney(maximum, currency)}`, {
    code: 'amount_too_large',
    param,
  })
}

/** Whether a card can be charged with so little. */
export const isTooSmall = (amount: number, currency: string) => amount < (least[currency] ?? 1)
