import type { CardBehaviour } from './card-behaviour.ts'

/** Stripe's test cards, https://docs.stripe.com/testing: number, brand, the names after `pm_card_` or `tok_`, and what is odd about it. */
type Row = readonly [number: string, brand: string, names: string, more?: Omit<CardBehaviour, 'brand'>]

const byBrand: Row[] = [
  ['4242424242424242', 'visa', 'visa us'],
  ['4012888888881881', 'visa', ''],
  ['4000056655665556', 'visa', 'visa_debit', { funding: 'debit' }],
  ['5555555555554444', 'mastercard', 'mastercard'],
  ['2223003122003222', 'mastercard', ''],
  ['5200828282828210', 'mastercard', 'mastercard_debit', { funding: 'debit' }],
  ['5105105105105100', 'mastercard', 'mastercard_prepaid', { funding: 'prepaid' }],
  ['378282246310005', 'amex', 'amex'],
  ['371449635398431', 'amex', ''],
  ['6011111111111117', 'discover', 'discover'],
  ['6011000990139424', 'discover', ''],
  ['6011981111111113', 'discover', '', { funding: 'debit' }],
  ['3056930009020004', 'diners', 'diners'],
  ['36227206271667', 'diners', ''],
  ['6555900000604105', 'discover', ''],
  ['3566002020360505', 'jcb', 'jcb'],
  ['6200000000000005', 'unionpay', 'unionpay'],
  ['6200000000000047', 'unionpay', '', { funding: 'debit' }],
  ['6205500000000000004', 'unionpay', ''],
  ['4000002500001001', 'visa', 'visa_cartesBancaires', { country: 'FR' }],
  ['5555552500001001', 'mastercard', 'mastercard_cartesBancaires', { country: 'FR' }],
  ['4000050360000001', 'visa', 'visa_debit_eftposAuCoBranded', { country: 'AU', funding: 'debit' }],
  [
    '5555050360000080',
    'mastercard',
    'mastercard_debit_eftposAuCoBranded',
    { country: 'AU', funding: 'debit' },
  ],
]

const byCountry: Row[] = (
  [
    ['4000000320000021', 'AR'],
    ['4000000760000002', 'BR'],
    ['4000001240000000', 'CA'],
    ['4000001520000001', 'CL'],
    ['4000001700000003', 'CO'],
    ['4000001880000005', 'CR'],
    ['4000002180000000', 'EC'],
    ['4000004840008001', 'MX'],
    ['4000005910000000', 'PA'],
    ['4000006000000066', 'PY'],
    ['4000006040000068', 'PE'],
    ['4000008580000003', 'UY'],
    ['4000007840000001', 'AE'],
    ['4000000400000008', 'AT'],
    ['4000000560000004', 'BE'],
    ['4000001000000000', 'BG'],
    ['4000001120000005', 'BY'],
    ['4000001910000009', 'HR'],
    ['4000001960000008', 'CY'],
    ['4000002030000002', 'CZ'],
    ['4000002080000001', 'DK'],
    ['4000002330000009', 'EE'],
    ['4000002460000001', 'FI'],
    ['4000002500000003', 'FR'],
    ['4000002760000016', 'DE'],
    ['4000002920000005', 'GI'],
    ['4000003000000030', 'GR'],
    ['4000003480000005', 'HU'],
    ['4000003720000005', 'IE'],
    ['4000003800000008', 'IT'],
    ['4000004280000005', 'LV'],
    ['4000004380000004', 'LI'],
    ['4000004400000000', 'LT'],
    ['4000004420000006', 'LU'],
    ['4000004700000007', 'MT'],
    ['4000005280000002', 'NL'],
    ['4000005780000007', 'NO'],
    ['4000006160000005', 'PL'],
    ['4000006200000007', 'PT'],
    ['4000006420000001', 'RO'],
    ['4000006820000007', 'SA'],
    ['4000007050000006', 'SI'],
    ['4000007030000001', 'SK'],
    ['4000007240000007', 'ES'],
    ['4000007520000008', 'SE'],
    ['4000007560000009', 'CH'],
    ['4000008260000000', 'GB'],
    ['4000000360000006', 'AU'],
    ['4000001560000002', 'CN'],
    ['4000003440000004', 'HK'],
    ['4000003560000008', 'IN'],
    ['4000003920000003', 'JP'],
    ['4000004580000002', 'MY'],
    ['4000005540000008', 'NZ'],
    ['4000007020000003', 'SG'],
    ['4000001580000008', 'TW'],
  ] as const
).map(([number, country]): Row => [number, 'visa', country.toLowerCase(), { country }])

const moreByCountry: Row[] = [
  ['5200007840000022', 'mastercard', 'ae_mastercard', { country: 'AE' }],
  ['4000058260000005', 'visa', 'gb_debit', { country: 'GB', funding: 'debit' }],
  ['5555558265554449', 'mastercard', 'gb_mastercard', { country: 'GB' }],
  ['4000007640000003', 'visa', 'th_credit', { country: 'TH' }],
  ['4000057640000008', 'visa', 'th_debit', { country: 'TH', funding: 'debit' }],
  ['3530111333300000', 'jcb', '', { country: 'JP' }],
]

const declined: Row[] = [
  ['4000000000000002', 'visa', 'visa_chargeDeclined chargeDeclined', { decline: 'generic_decline' }],
  [
    '4000000000009995',
    'visa',
    'visa_chargeDeclinedInsufficientFunds chargeDeclinedInsufficientFunds',
    { decline: 'insufficient_funds' },
  ],
  [
    '4000000000009987',
    'visa',
    'visa_chargeDeclinedLostCard chargeDeclinedLostCard',
    { decline: 'lost_card' },
  ],
  [
    '4000000000009979',
    'visa',
    'visa_chargeDeclinedStolenCard chargeDeclinedStolenCard',
    { decline: 'stolen_card' },
  ],
  ['4000000000000069', 'visa', 'chargeDeclinedExpiredCard', { decline: 'expired_card' }],
  ['4000000000000127', 'visa', 'chargeDeclinedIncorrectCvc', { decline: 'incorrect_cvc' }],
  ['4000000000000119', 'visa', 'chargeDeclinedProcessingError', { decline: 'processing_error' }],
  [
    '4000000000006975',
    'visa',
    'visa_chargeDeclinedVelocityLimitExceeded chargeDeclinedVelocityLimitExceeded',
    { decline: 'card_velocity_exceeded' },
  ],
  ['4000000000000341', 'visa', 'chargeCustomerFail', { decline: 'generic_decline', savesAnyway: true }],
  [
    '4100000000000019',
    'visa',
    'radarBlock chargeDeclinedFraudulent',
    { decline: 'fraudulent', savesAnyway: true },
  ],
]

const checked: Row[] = [
  ['4000000000004954', 'visa', 'riskLevelHighest', { decline: 'fraudulent', savesAnyway: true }],
  ['4000000000009235', 'visa', 'riskLevelElevated'],
  ['4000000000000101', 'visa', 'cvcCheckFail', { checks: { cvc_check: 'fail' } }],
  ['4000000000000036', 'visa', 'avsZipFail', { checks: { address_postal_code_check: 'fail' } }],
  ['4000000000000028', 'visa', 'avsLine1Fail', { checks: { address_line1_check: 'fail' } }],
  [
    '4000000000000010',
    'visa',
    'avsFail',
    { checks: { address_line1_check: 'fail', address_postal_code_check: 'fail' } },
  ],
  [
    '4000000000000044',
    'visa',
    'avsUnchecked',
    { checks: { address_line1_check: 'unavailable', address_postal_code_check: 'unavailable' } },
  ],
]

const disputed: Row[] = [
  ['4000000000000259', 'visa', 'createDispute', { disputed: 'fraudulent' }],
  ['4000000000002685', 'visa', 'createDisputeProductNotReceived', { disputed: 'product_not_received' }],
  ['4000000000001976', 'visa', 'createDisputeInquiry', { disputed: 'fraudulent', disputes: 'inquiry' }],
  ['4000000404000079', 'visa', 'createMultipleDisputes', { disputed: 'fraudulent', disputes: 'two' }],
  ['4000000404000038', 'visa', 'createCe3EligibleDispute', { disputed: 'fraudulent' }],
  ['4000008400000779', 'visa', 'createComplianceDispute', { disputed: 'fraudulent' }],
  ['4000000000005423', 'visa', 'createIssuerFraudRecord'],
]

const refunded: Row[] = [
  ['4000000000007726', 'visa', 'pendingRefund', { refund: 'pending' }],
  ['4000000000005126', 'visa', 'refundFail', { refund: 'fails' }],
]

const funds: Row[] = [
  ['4000000000000077', 'visa', 'bypassPending'],
  ['4000003720000278', 'visa', 'bypassPendingInternational', { country: 'IE' }],
]

const authenticating: Row[] = [
  ['4000002500003155', 'visa', 'authenticationRequiredOnSetup', { authentication: 'first' }],
  ['4000002760003184', 'visa', 'authenticationRequired', { authentication: 'always' }],
  ['4000003800000446', 'visa', 'authenticationRequiredSetupForOffSession', { authentication: 'on-session' }],
  [
    '4000008260003178',
    'visa',
    'authenticationRequiredChargeDeclinedInsufficientFunds',
    { authentication: 'always', decline: 'insufficient_funds', savesAnyway: true },
  ],
  ['4000000000003220', 'visa', 'threeDSecure2Required', { authentication: 'always' }],
  ['4000000000003063', 'visa', 'threeDSecureRequired', { authentication: 'always' }],
  [
    '4000008400001629',
    'visa',
    'threeDSecureRequiredChargeDeclined',
    { authentication: 'always', decline: 'generic_decline', savesAnyway: true },
  ],
  [
    '4000008400001280',
    'visa',
    'threeDSecureRequiredProcessingError',
    { authentication: 'always', decline: 'processing_error', savesAnyway: true },
  ],
  ['4000000000003055', 'visa', 'threeDSecureOptional'],
  ['4000000000003097', 'visa', 'threeDSecureOptionalProcessingError'],
]

const rows = [
  ...byBrand,
  ...byCountry,
  ...moreByCountry,
  ...declined,
  ...checked,
  ...disputed,
  ...refunded,
  ...funds,
  ...authenticating,
]

/** By number. */
export const testCards: ReadonlyMap<string, CardBehaviour> = new Map(
  rows.map(([number, brand, , more]) => [number, { brand, ...more }]),
)

/** Numbers by what follows `pm_card_` or `tok_`. */
export const cardNames: ReadonlyMap<string, string> = new Map([
  ...rows.flatMap(([number, , names]) =>
    names
      .split(' ')
      .filter(Boolean)
      .map((name) => [name, number] as const),
  ),
  ['amex_threeDSecureNotSupported', '378282246310005'],
])
