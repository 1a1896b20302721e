import { Away } from '@insula/contracts/deadline'

/**
 * Somebody who takes money. Every write is given an operation id that the caller has stored first: the same id again is
 * the same write, so that a lost answer never charges twice.
 */
export interface Payments {
  /** Whether real money moves. */
  readonly live: boolean
  /** Makes the product and its monthly price be as given. Answers the id of the price. */
  pushPrice(price: PriceData): Promise<string>
  /** Answers the customer's id. */
  createCustomer(operationId: string, customer: CustomerData): Promise<string>
  /** A page on which the customer subscribes. */
  createCheckout(operationId: string, checkout: CheckoutData): Promise<CheckoutSession>
  readCheckout(sessionId: string): Promise<CheckoutSession>
  /** Answers the address of a page on which the customer changes card and plan. */
  createPortal(operationId: string, portal: { customerId: string; returnUrl: string }): Promise<string>
  /** All of a customer's subscriptions, ended ones too, newest first. */
  listSubscriptions(customerId: string): Promise<PaidSubscription[]>
  /** Null when there is none of this id. */
  readInvoice(invoiceId: string): Promise<PaidInvoice | null>
  /** Checks signature and age of what claims to be a webhook. Throws `NotSigned`. */
  readWebhook(body: Uint8Array, signature: string): Promise<PaymentsEvent>
  /** What happened at or after `from`, oldest page last, of these types. */
  listEvents(from: Date, types: readonly string[]): AsyncIterable<PaymentsEvent>
}

export interface PriceData {
  productId: string
  name: string
  description: string
  /** What the price is found by, whatever its id and amount. */
  lookupKey: string
  /** Minor units a month. */
  amount: number
  /** ISO 4217, lower case. */
  currency: string
}

export interface CustomerData {
  tenantId: string
  name: string
  email: string | null
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

export interface PaidSubscription {
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

export interface PaidInvoice {
  id: string
  customerId: string | null
  number: string | null
  state: string
  /** Minor units. */
  total: number
  currency: string
  createdAt: Date
  paidAt: Date | null
  pdfUrl: string | null
  hostedUrl: string | null
}

/** That something happened, to what; what it is like now is read anew. */
export interface PaymentsEvent {
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

/** The body was not signed with our secret, or too long ago. */
export class NotSigned extends Error {
  override readonly name = 'NotSigned'
}

/** There was no answer, or one that will be another later. Trying again with the same operation id is safe. */
export class PaymentsUnavailable extends Away {
  override readonly name = 'PaymentsUnavailable'
}
