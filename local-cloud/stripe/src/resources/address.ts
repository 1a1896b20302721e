import type { Kinds } from '../store.ts'

type Address = NonNullable<Kinds['customer']['address']>

/** All six fields, null where not given. */
export function addressOf(sent: Partial<Address> | undefined): Address | null {
  if (!sent) return null
  const { city = null, country = null, line1 = null, line2 = null, postal_code = null, state = null } = sent
  return { city, country, line1, line2, postal_code, state }
}
