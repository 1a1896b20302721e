import { Away } from '@insula/contracts/deadline'

/**
 * Somebody who takes money. Every write is given an operation id that the caller has stored first: the same id again is
 * the same write, so that a lost answer never charges twice.
 */
export interface StripeProvider {
  /** Whether real money moves. */
  readonly live: boolean
  /** Makes the product and its price be as given. Returns the id of the price. */
  pushPrice(price: PriceData): Promise<string>
  /** Takes from sale what `pushPrice` once made under this key, but for the price to keep. Who pays one goes on paying it. */
  retirePrices(place: { productId: string; lookupKey: string; keep: string | null }): Promise<void>
  /** Returns the customer's id. */
  createCustomer(operationId: string, customer: CustomerData): Promise<string>
  /** Whether the customer is still there: one that was deleted, or never was, can neither pay nor be changed. */
  hasCustomer(customerId: string): Promise<boolean>
  /** Makes name, address and language of a customer be as given. Returns false when the customer is gone. */
  changeCustomer(customerId: string, customer: PayerData): Promise<boolean>
  /** A page on which the customer subscribes. */
  createCheckout(operationId: string, checkout: CheckoutData): Promise<CheckoutSession>
  /** Null when there is none of this id. */
  readCheckout(sessionId: string): Promise<CheckoutSession | null>
  /** Closes an open page, so that nobody can pay on it any more. Throws `StripeRefused` when it is over already. */
  expireCheckout(sessionId: string): Promise<void>
  /** Answers the address of a page on which the customer changes card and plan. */
  createPortal(operationId: string, portal: { customerId: string; returnUrl: string }): Promise<string>
  /** All of a customer's subscriptions, ended ones too, newest first; null when the customer is gone. */
  listSubscriptions(customerId: string): Promise<StripeSubscription[] | null>
  /** Ends a subscription now. One that is over already, or gone, is left as it is. */
  cancelSubscription(subscriptionId: string): Promise<void>
  /**
   * Asks for a paused subscription to be taken up again: a period begins now and is charged at once, and the subscription
   * stays paused until it is paid. Returns the id of the invoice, if there is one. Throws `StripeRefused` when it is
   * not paused.
   */
  resumeSubscription(operationId: string, subscriptionId: string): Promise<string | null>
  /** Null when there is none of this id. */
  readInvoice(invoiceId: string): Promise<StripeInvoice | null>
  /** Checks signature and age of what claims to be a webhook. Throws `NotSigned`, and nothing else. */
  readWebhook(body: Uint8Array, signature: string): Promise<StripeEvent | OddEvent>
  /** What happened at or after `from`, oldest page last, of these types. */
  listEvents(from: Date, types: readonly string[]): AsyncIterable<StripeEvent | OddEvent>
}

export interface PriceData {
  productId: string
  name: string
  description: string
  /** What the price is found by, whatever its id and amount. */
  lookupKey: string
  /** Minor units. */
  amount: number
  interval: 'month' | 'year'
  /** ISO 4217, lower case. */
  currency: string
}

export interface PayerData {
  name: string
  email: string | null
  /** IETF language tag, such as `de`; null leaves the choice to Stripe. */
  locale: string | null
}

export interface CustomerData extends PayerData {
  tenantId: string
}

export interface CheckoutData {
  tenantId: string
  customerId: string
  priceId: string
  successUrl: string
  cancelUrl: string
}

export interface CheckoutSession {
  id: string
  state: 'open' | 'complete' | 'expired'
  /** Null once it is not open. */
  url: string | null
  customerId: string | null
}

export interface StripeSubscription {
  id: string
  customerId: string
  /** Of the first item; null when there is none. */
  productId: string | null
  state: string
  currentPeriodStart: Date | null
  currentPeriodEnd: Date | null
  cancelAtPeriodEnd: boolean
  createdAt: Date
}

export interface StripeInvoice {
  id: string
  customerId: string | null
  number: string | null
  state: string
  /** Minor units. */
  total: number
  currency: string
  createdAt: Date
  paidAt: Date | null
  /** How often collecting it was tried. */
  attemptCount: number
  subscriptionId: string | null
  pdfUrl: string | null
  hostedUrl: string | null
}

/** That something happened, to what; what it is like now is read anew. */
export interface StripeEvent {
  id: string
  type: string
  createdAt: Date
  live: boolean
  /** Set when it is another account's, connected to ours. */
  accountId: string | null
  apiVersion: string | null
  objectId: string | null
  customerId: string | null
}

/** What was signed but has not the shape of an event names itself, and is kept with the reason. */
export interface OddEvent {
  /** Stripe's id if it has one, else a hash of the body. */
  id: string
  odd: string
}

/** The body was not signed with our secret, or too long ago. */
export class NotSigned extends Error {
  override readonly name = 'NotSigned'
}

/** There was no answer, or one that will be another later. Trying again with the same operation id is safe. */
export class StripeUnavailable extends Away {
  override readonly name = 'StripeUnavailable'
}

/** Stripe understood and said no, with its code: asking the same again brings the same. */
export class StripeRefused extends Error {
  override readonly name = 'StripeRefused'
  /** Such as `resource_missing`, https://docs.stripe.com/error-codes; null where Stripe gives none. */
  readonly code: string | null
  /** The parameter at fault. */
  readonly param: string | null

  constructor(message: string, why: { code: string | null; param: string | null; cause: unknown }) {
    super(message, { cause: why.cause })
    this.code = why.code
    this.param = why.param
  }
}
