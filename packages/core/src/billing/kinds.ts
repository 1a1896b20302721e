import { checkoutMachine } from '@insula/contracts'
import { type CheckoutDoc, CheckoutModel } from '@insula/db'
import type { Kind } from '../kernel/move.ts'

export const aCheckout: Kind<CheckoutDoc, typeof checkoutMachine> = {
  machine: checkoutMachine,
  model: CheckoutModel,
  target: ({ _id, planId }) => ({ kind: 'checkout', id: _id, name: planId }),
  payload: () => ({}),
}
