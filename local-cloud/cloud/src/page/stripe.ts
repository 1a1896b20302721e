import type { StripeControl, Undelivered } from '@insula/local-stripe/control'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { action, badge, json, layout, moment, shownOf, table } from './layout.ts'
import type { CloudView } from './view.ts'

type Lists = Pick<StripeControl, 'customers' | 'subscriptions' | 'invoices' | 'events'>
type Rows<Name extends keyof Lists> = Awaited<ReturnType<Lists[Name]>>

const shown = 50
const kinds = ['customers', 'subscriptions', 'invoices', 'events'] as const
const spans = ['1 day', '1 week', '1 month', '1 year']

/** Stripe's objects, its clock, and what it could not deliver. */
export function stripePages(view: CloudView): Hono {
  const pages = new Hono()
  const call = async <T>(method: string, ...args: unknown[]) =>
    (await view.servers.get('stripe')?.call(method, args)) as T
  /** The newest first. */
  const newest = <Name extends keyof Lists>(name: Name) => call<Rows<Name>>(name)

  pages.get('/stripe', async (context) => {
    if (!view.servers.has('stripe')) {
      const lead = `Stripe is not the local cloud's, but the one at ${view.env.STRIPE_API_BASE}.`
      return context.html(layout({ title: 'Stripe', lead, place: '/stripe', body: [] }))
    }
    const [now, customers, subscriptions, invoices, events, undelivered] = await Promise.all([
      call<number>('clock.now'),
      newest('customers'),
      newest('subscriptions'),
      newest('invoices'),
      newest('events'),
      call<Undelivered[]>('undelivered'),
    ])
    return context.html(
      layout({
        title: 'Stripe',
        lead: `It answers at ${view.env.STRIPE_API_BASE}. Its clock stands at ${date(now)}; moving it does all that falls due.`,
        place: '/stripe',
        live: 'stripe',
        action: html`<div class="head">${spans.map((span) => action('stripe/clock.advance', `+ ${span}`, [span]))}</div>`,
        body: [
          section('Subscriptions', subscriptions, shown, subscriptionTable),
          section('Invoices', invoices, shown, invoiceTable),
          section('Customers', customers, shown, customerTable),
          undelivered.length > 0
            ? section('Not delivered yet', undelivered.toReversed(), 10, undeliveredTable)
            : html``,
          section('Events', events, shown, eventTable),
        ],
      }),
    )
  })

  pages.get('/stripe/:kind/:id', async (context) => {
    const { kind, id } = context.req.param()
    const known = kinds.find((name) => name === kind)
    const all: { id: string }[] = known === undefined ? [] : await newest(known)
    const object = all.find((one) => one.id === id)
    if (object === undefined) return context.notFound()
    const resend = kind === 'events' ? action('stripe/resend', 'Deliver again', [id], 'say') : ''
    const lead = 'As Stripe keeps it.'
    return context.html(layout({ title: id, lead, place: '/stripe', action: resend, body: json(object) }))
  })
  return pages
}

function section<Row>(title: string, rows: Row[], most: number, show: (rows: Row[]) => unknown) {
  return html`<h2>${title}</h2>${show(rows.slice(0, most))}${shownOf(most, rows.length)}`
}

const date = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')
const when = (seconds: number) => moment(new Date(seconds * 1000).toISOString())
const link = (kind: (typeof kinds)[number], id: string) =>
  html`<a href="/stripe/${kind}/${id}"><code>${id}</code></a>`

/** Money in the way Stripe writes it: minor units, of which most currencies have a hundred. */
const money = (minor: number, currency: string) =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).format(
    minor /
      10 **
        (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
          .maximumFractionDigits ?? 2),
  )

const mood = (status: string | null) =>
  ['active', 'paid', 'trialing', 'complete'].includes(status ?? '')
    ? 'good'
    : ['past_due', 'unpaid', 'uncollectible', 'canceled', 'incomplete_expired', 'failed'].includes(
          status ?? '',
        )
      ? 'bad'
      : 'quiet'

const idOf = (reference: unknown): string =>
  typeof reference === 'object' && reference !== null && 'id' in reference
    ? String(reference.id)
    : String(reference ?? '')

function subscriptionTable(rows: Rows<'subscriptions'>) {
  return table(
    rows,
    [
      { name: 'Subscription', cell: ({ id }) => link('subscriptions', id) },
      { name: 'Status', cell: ({ status }) => badge(status, mood(status)) },
      { name: 'Customer', cell: ({ customer }) => link('customers', idOf(customer)) },
      { name: 'Since', cell: ({ created }) => when(created), minor: true },
    ],
    'Nobody has subscribed.',
  )
}

function invoiceTable(rows: Rows<'invoices'>) {
  return table(
    rows,
    [
      { name: 'Invoice', cell: ({ id }) => link('invoices', id ?? '') },
      {
        name: 'Number',
        cell: ({ number, hosted_invoice_url: url }) =>
          url ? html`<a href="${url}" target="_blank">${number}</a>` : number,
      },
      { name: 'Status', cell: ({ status }) => badge(status ?? 'draft', mood(status)) },
      { name: 'Total', cell: ({ total, currency }) => money(total, currency), number: true },
      { name: 'Created', cell: ({ created }) => when(created), minor: true },
    ],
    'Nothing was invoiced.',
  )
}

function customerTable(rows: Rows<'customers'>) {
  return table(
    rows,
    [
      { name: 'Customer', cell: ({ id }) => link('customers', id) },
      { name: 'Name', cell: ({ name }) => name ?? '' },
      { name: 'E-mail', cell: ({ email }) => email ?? '' },
      { name: 'Since', cell: ({ created }) => when(created), minor: true },
    ],
    'There is no customer.',
  )
}

function eventTable(rows: Rows<'events'>) {
  return table(
    rows,
    [
      { name: 'Event', cell: ({ id }) => link('events', id) },
      { name: 'Type', cell: ({ type }) => type },
      {
        name: 'Delivered',
        cell: ({ pending_webhooks: pending }) =>
          pending === 0 ? badge('yes', 'good') : badge(`${pending} pending`),
      },
      { name: 'Time', cell: ({ created }) => when(created), minor: true },
      { name: 'Deliver', cell: ({ id }) => action('stripe/resend', 'Again', [id]), minor: true },
    ],
    'Nothing has happened.',
  )
}

function undeliveredTable(rows: Undelivered[]) {
  return table(
    rows,
    [
      { name: 'Event', cell: ({ event }) => link('events', event) },
      { name: 'Type', cell: ({ type }) => type },
      { name: 'Attempts', cell: ({ attempts }) => attempts, number: true },
      { name: 'Last answer', cell: ({ last }) => last ?? 'none yet' },
      { name: 'State', cell: ({ state }) => badge(state, mood(state)) },
    ],
    '',
  )
}
