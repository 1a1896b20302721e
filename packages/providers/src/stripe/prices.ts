import type Stripe from 'stripe'
import type { PriceData } from './contract.ts'
import { found, once } from './errors.ts'

/** Makes the product be there, active, and named as given: somebody may have archived or deleted it in the dashboard. */
export async function pushProduct(stripe: Stripe, price: PriceData): Promise<void> {
  const { productId: id, name, description } = price
  const known = await found(stripe.products.retrieve(id))
  // No operation id: it would bring back the first creation's answer after the product was deleted. The product's own id
  // is what keeps two from being made.
  if (!known) await stripe.products.create({ id, name, description }).catch(unlessItExists)
  else if (!known.active || known.name !== name || known.description !== description) {
    await stripe.products.update(id, { name, description, active: true })
  }
}

const unlessItExists = (error: { code?: unknown }) => {
  if (error.code !== 'resource_already_exists') throw error
}

/** Says of a price that it is ours, and which one, also when the lookup key has moved on. */
const mark = 'insula'

const isSame = (known: Stripe.Price, { amount, currency, productId, interval }: PriceData) =>
  known.unit_amount === amount &&
  known.currency === currency &&
  known.product === productId &&
  known.recurring?.interval === interval

/** A price never changes at Stripe: another amount is a new price, to which the lookup key moves. */
export async function pushPrice(stripe: Stripe, price: PriceData): Promise<string> {
  const { productId, lookupKey, amount, currency, interval } = price
  const metadata = { [mark]: lookupKey }
  const { data } = await stripe.prices.list({ lookup_keys: [lookupKey], limit: 1 })
  const [known] = data
  if (known && isSame(known, price)) {
    const stands = known.active && known.metadata[mark] === lookupKey
    return stands ? known.id : (await stripe.prices.update(known.id, { active: true, metadata })).id
  }
  // Named after what it replaces, so that going back to an earlier amount is a write of its own. The same name may bring
  // back a price that was archived or deleted since; then the next one is named after that.
  let replaced = known?.id ?? 'none'
  for (let turn = 0; turn < 3; turn += 1) {
    const made = await stripe.prices.create(
      {
        product: productId,
        unit_amount: amount,
        currency,
        recurring: { interval },
        metadata,
        lookup_key: lookupKey,
        transfer_lookup_key: true,
      },
      once(`create-price:${lookupKey}:${interval}:${amount}:${currency}:after:${replaced}`),
    )
    const now = await found(stripe.prices.retrieve(made.id))
    if (now?.active && now.lookup_key === lookupKey) return now.id
    replaced = made.id
  }
  throw new Error(`Stripe takes no price for ${lookupKey}`)
}

/** What somebody made by hand in the dashboard bears no mark of ours, and stays. */
export async function retirePrices(
  stripe: Stripe,
  { productId, lookupKey, keep }: { productId: string; lookupKey: string; keep: string | null },
): Promise<void> {
  const sold = stripe.prices.list({ product: productId, active: true, limit: 100 })
  for (const { id, metadata } of await sold.autoPagingToArray({ limit: 1_000 })) {
    if (id !== keep && metadata[mark] === lookupKey) await stripe.prices.update(id, { active: false })
  }
}
