// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** Where the local cloud is as strict as what it stands in for. */
export const cloud: readonly Break[] = [
  ...breaksOf(
    'cloud',
    'local-cloud/stripe/src/payments/methods.ts',
    [suites.cloudStripe],
    [
      "  if (isSpent(cloud, method)) {\n    throw refuse(\n      'The provided",
      "  if (false) {\n    throw refuse(\n      'The provided",
      'a detached card pays',
    ],
    ['  if (customer !== null) {\n', '  if (false) {\n', 'another customer’s card is refused in other words'],
    [
      '  if (method.customer === null || method.customer === customer) return\n',
      '  if (method) return\n',
      'another customer’s card pays',
    ],
    ['.customer === customer) return\n  throw', ') return\n  throw', 'a card that is nobody’s is a default'],
  ),
  ...breaksOf(
    'cloud',
    'local-cloud/stripe/src/resources/setup-intents.ts',
    [suites.cloudStripe],
    [
      "else requireSavable(cloud, cloud.need('payment_method', method))",
      "else cloud.need('payment_method', method)",
      'a declined setup succeeds',
    ],
  ),
  ...breaksOf(
    'cloud',
    'local-cloud/stripe/src/payments/currencies.ts',
    [suites.cloudStripe],
    [
      'if (minimum !== undefined && amount < minimum) {',
      'if (false) {',
      'an amount under the minimum is charged',
    ],
    [
      '  if (Math.abs(amount) <= maximum) return\n',
      '  if (maximum) return\n',
      'an amount over the maximum is charged',
    ],
    [
      '  if (known.has(currency)) return currency\n',
      '  if (currency) return currency\n',
      'the currency xxx is charged',
    ],
  ),
  ...breaksOf(
    'cloud',
    'local-cloud/stripe/src/resources/customers.ts',
    [suites.cloudStripe],
    [
      "email === undefined || email === '' ||",
      'email === undefined ||',
      'a customer’s address cannot be taken away',
    ],
  ),
  ...breaksOf(
    'cloud',
    'local-cloud/stripe/src/test-cards.ts',
    [suites.cloudStripe],
    ["'chargeDeclinedIncorrectCvc'", "''", 'a documented card is missing'],
    [
      "'visa_chargeDeclinedLostCard chargeDeclinedLostCard'",
      "'visa_chargeDeclinedLostCard'",
      'a documented card’s second name is missing',
    ],
    [
      "{ decline: 'stolen_card' }",
      "{ decline: 'lost_card' }",
      'a documented card is declined for another reason',
    ],
  ),
  ...breaksOf(
    'cloud',
    'local-cloud/mongo/src/language/collation.ts',
    [suites.cloudCompare],
    [
      'const key = `${locale} ${strength} ${numericOrdering}`',
      'const key = `${strength} ${numericOrdering}`',
      'en and en_US mix',
    ],
  ),
  ...breaksOf(
    'cloud',
    'local-cloud/mongo/src/language/update/update.ts',
    [suites.cloudUpdateRefusals],
    [
      "if (name.startsWith('$') && before.get(name) !== value) throw",
      'if (false) throw',
      'a name at the top begins with a $',
    ],
  ),
  ...breaksOf(
    'cloud',
    'local-cloud/mongo/src/language/update/path.ts',
    [suites.cloudUpdate],
    [
      "part === '$' || (part.startsWith('$[') && part.endsWith(']'))",
      "part.startsWith('$')",
      'a name within a path that begins with a $ is refused',
    ],
  ),
  ...breaksOf(
    'cloud',
    'local-cloud/s3/src/regions.ts',
    [suites.cloudSignature],
    ['if (given === expected ||', 'if (given ||', 'a signature for any region is taken'],
  ),
  ...breaksOf(
    'cloud',
    'local-cloud/s3/src/regions.ts',
    [suites.cloudForm],
    [
      'if (given === expected ||',
      'if (given || expected ||',
      'a form that is signed for any region is taken',
    ],
  ),
  ...breaksOf(
    'cloud',
    'local-cloud/s3/src/signature-claim.ts',
    [suites.cloudSignature],
    [
      "return claimInHeader(request)\n  throw new S3Error('AccessDenied')",
      "return claimInHeader(request)\n  throw new S3Error('NoSuchBucket')",
      'a stranger’s bucket is not found instead of refused',
    ],
  ),
  ...breaksOf(
    'cloud',
    'local-cloud/s3/src/post-policy.ts',
    [suites.cloudForm],
    [
      "if ((fields.get('bucket') ?? bucket) !== bucket) {",
      'if (false) {',
      'a form names another bucket than it is sent to',
    ],
  ),
]
