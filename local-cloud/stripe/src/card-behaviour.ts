/** How a test card behaves; numbers as in https://docs.stripe.com/testing. */
export interface CardBehaviour {
  brand: string
  /** Two letters of ISO 3166; the United States if left out. */
  country?: string
  funding?: 'debit' | 'prepaid'
  /** What the checks of security code and address come to, where those were sent; else they pass. */
  checks?: Partial<Record<'address_line1_check' | 'address_postal_code_check' | 'cvc_check', string>>
  /** Refused whenever it is charged, and when it is first saved unless `savesAnyway`. */
  decline?: DeclineCode
  savesAnyway?: boolean
  /** Asks the person to authenticate: when first used or saved, each time, or each time that they are there to do it. */
  authentication?: 'first' | 'always' | 'on-session'
  /** The bank disputes each payment a moment later, for this reason. */
  disputed?: 'fraudulent' | 'product_not_received'
  /** What the bank opens: an inquiry, which takes nothing back yet, or several disputes. One dispute unless told otherwise. */
  disputes?: 'inquiry' | 'two'
  /** A refund waits a while before it succeeds, or succeeds and fails a while later. */
  refund?: 'pending' | 'fails'
}

export const declines = {
  generic_decline: ['card_declined', 'Your card was declined.'],
  insufficient_funds: ['card_declined', 'Your card has insufficient funds.'],
  card_velocity_exceeded: [
    'card_declined',
    'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
  ],
  fraudulent: ['card_declined', 'Your card was declined.'],
  lost_card: ['card_declined', 'Your card was declined.'],
  stolen_card: ['card_declined', 'Your card was declined.'],
  expired_card: ['expired_card', 'Your card has expired.'],
  incorrect_cvc: ['incorrect_cvc', "Your card's security code is incorrect."],
  processing_error: [
    'processing_error',
    'An error occurred while processing your card. Try again in a little bit.',
  ],
} as const
export type DeclineCode = keyof typeof declines
