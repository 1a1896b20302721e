export { startCheckout } from './service/checkout.ts'
export { listInvoices, listPlans, overview } from './service/overview.ts'
export { openPortal } from './service/portal.ts'
