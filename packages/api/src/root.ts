import { accessRouter } from './access/router.ts'
import { auditRouter } from './audit/router.ts'
import { billingRouter } from './billing/router.ts'
import { eventsRouter } from './events/router.ts'
import { filesRouter } from './files/router.ts'
import { identityRouter } from './identity/router.ts'
import { notificationsRouter } from './notifications/router.ts'
import { platformRouter } from './platform/router.ts'
import { tenantsRouter } from './tenants/router.ts'
import { createCallerFactory, router } from './trpc.ts'

export const appRouter = router({
  identity: identityRouter,
  tenants: tenantsRouter,
  access: accessRouter,
  audit: auditRouter,
  billing: billingRouter,
  files: filesRouter,
  notifications: notificationsRouter,
  events: eventsRouter,
  platform: platformRouter,
})
export type AppRouter = typeof appRouter

/** Calls procedures in this process, through the same gates as over HTTP. */
export const createCaller = createCallerFactory(appRouter)
