// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What is signed, by us or for us. */
export const signatures: readonly Break[] = [
  ...breaksOf(
    'signatures',
    'packages/providers/src/stripe/provider.ts',
    [suites.stripe],
    ['await verifier.verifyHeaderAsync(body, signature, secret, toleranceSeconds)', '', 'anybody is Stripe'],
    ['secret, toleranceSeconds)', 'secret, 1e9)', 'old calls are played again'],
  ),
  ...breaksOf(
    'signatures',
    'packages/core/src/billing/service/receive.ts',
    [suites.stripe],
    ['if (event.live !== stripeProvider().live)', 'if (false)', 'live events count with a test key'],
    ['if (event.accountId !== null)', 'if (false)', 'events of other accounts count'],
  ),
  ...breaksOf(
    'signatures',
    'packages/providers/src/presign.ts',
    [suites.presign],
    [
      'const scope = `${today}/${keys.region}/s3/aws4_request`',
      'const scope = `${today}/x/s3/aws4_request`',
      'addresses are signed for another region',
    ],
    ['`X-Amz-Expires=${seconds}`', '`X-Amz-Expires=604800`', 'addresses never end'],
  ),
  ...breaksOf(
    'signatures',
    'packages/providers/src/s3.ts',
    [suites.gates, suites.files],
    [
      "['content-length-range', bytes, bytes]",
      "['content-length-range', 0, 5_000_000_000]",
      'a form takes more than was counted',
    ],
    [
      "Fields: { 'Content-Type': contentType },\n      Conditions: [",
      "Conditions: [['starts-with', '$Content-Type', ''], ",
      'a form takes any type',
      [suites.files],
    ],
  ),
]
