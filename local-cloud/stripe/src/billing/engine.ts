import type { Cloud } from '../cloud.ts'
import { refundDue } from '../payments/refunds.ts'
import { expireSession } from '../resources/checkout.ts'
import type { Kinds } from '../store.ts'
import { cancelDue } from './cancel-due.ts'
import { collect } from './pay.ts'
import { preview } from './preview.ts'
import { finalizeDue, renew } from './renew.ts'
import { expireIncomplete } from './subscribe.ts'

/** Something that time brings about. */
interface Due {
  at: number
  work(moment: number): void
}

const daySeconds = 86_400
const incompleteFor = 23 * 3600
const trialWarning = 3 * daySeconds
const upcomingNotice = 7 * daySeconds

/**
 * Does what is due up to `until` for the customers of one clock (null: those on the server's own time), in order
 * of time, each at its own moment and in a transaction of its own.
 */
export function runUntil(cloud: Cloud, clock: string | null, until: number): void {
  for (;;) {
    const next = nextDue(cloud, clock)
    if (!next || next.at > until) return
    cloud.at(next.at, () => cloud.store.transaction(() => next.work(next.at)))
  }
}

/** Keeps the server's own customers up to date: does what is due, and looks again only after a change or at the next moment. */
export class Ticker {
  readonly #cloud: Cloud
  #seen = -1
  #next = 0

  constructor(cloud: Cloud) {
    this.#cloud = cloud
  }

  tick(): void {
    const { store } = this.#cloud
    const now = this.#cloud.serverNow()
    if (store.revision === this.#seen && now < this.#next) return
    try {
      runUntil(this.#cloud, null, now)
    } catch (error) {
      // One broken subscription must not take the server down; it is told once per change, not each second.
      console.error('The local Stripe could not do what is due:', error)
    }
    this.#seen = store.revision
    this.#next = nextDue(this.#cloud, null)?.at ?? Number.POSITIVE_INFINITY
  }
}

/** The next thing due for a clock, whenever that is. */
function nextDue(cloud: Cloud, clock: string | null): Due | undefined {
  const all = [
    ...cloud.store
      .all('invoice')
      .flatMap((invoice) => (invoice.test_clock === clock ? invoiceDue(cloud, invoice) : [])),
    ...cloud.store
      .all('subscription')
      .flatMap((one) => (one.test_clock === clock ? subscriptionDue(cloud, one) : [])),
    ...cloud.store.all('refund').flatMap((refund) => {
      const { test_clock = null } = cloud.store.get('customer', refund.customer ?? '') ?? {}
      return test_clock === clock ? (refundDue(cloud, refund) ?? []) : []
    }),
    ...(clock === null
      ? cloud.store.all('checkout.session').flatMap((session) => sessionDue(cloud, session))
      : []),
  ]
  return all.reduce<Due | undefined>((first, one) => (first && first.at <= one.at ? first : one), undefined)
}

function invoiceDue(cloud: Cloud, invoice: Kinds['invoice']): Due[] {
  if (invoice.status === 'draft' && invoice.automatically_finalizes_at !== null) {
    return [{ at: invoice.automatically_finalizes_at, work: () => finalizeDue(cloud, invoice) }]
  }
  if (invoice.status === 'open' && invoice.next_payment_attempt !== null) {
    return [{ at: invoice.next_payment_attempt, work: () => collect(cloud, invoice) }]
  }
  return []
}

function subscriptionDue(cloud: Cloud, subscription: Kinds['subscription']): Due[] {
  const { status, cancel_at, trial_end } = subscription
  if (status === 'incomplete') {
    return [{ at: subscription.created + incompleteFor, work: () => expireIncomplete(cloud, subscription) }]
  }
  if (!['active', 'trialing', 'past_due'].includes(status)) return []
  const due: Due[] = []
  if (cancel_at !== null) due.push({ at: cancel_at, work: () => cancelDue(cloud, subscription) })
  const warned = `trial-warned:${subscription.id}:${trial_end}`
  if (status === 'trialing' && trial_end !== null && !cloud.store.note(warned)) {
    const at = Math.max(subscription.created, trial_end - trialWarning)
    const work = () => {
      cloud.store.setNote(warned, true)
      cloud.emit('customer.subscription.trial_will_end', subscription)
    }
    due.push({ at, work })
  }
  const ends = Math.min(...subscription.items.data.map((item) => item.current_period_end))
  if (cancel_at === null || cancel_at > ends) due.push(...upcomingDue(cloud, subscription, ends))
  due.push({ at: ends, work: (moment) => renew(cloud, subscription, moment) })
  return due
}

/** `invoice.upcoming` goes out once for each renewal, a week ahead; its invoice has no id yet. */
function upcomingDue(cloud: Cloud, subscription: Kinds['subscription'], ends: number): Due[] {
  const told = `upcoming-told:${subscription.id}:${ends}`
  if (cloud.store.note(told)) return []
  const at = Math.max(
    Math.min(...subscription.items.data.map((item) => item.current_period_start)),
    ends - upcomingNotice,
  )
  const work = () => {
    cloud.store.setNote(told, true)
    const { id: _id, ...invoice } = preview(cloud, { subscription: subscription.id })
    cloud.emit('invoice.upcoming', invoice)
  }
  return [{ at, work }]
}

function sessionDue(cloud: Cloud, session: Kinds['checkout.session']): Due[] {
  if (session.status !== 'open') return []
  return [{ at: session.expires_at, work: () => void expireSession(cloud, session) }]
}
