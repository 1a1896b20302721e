// What each domain does later, one line each: its jobs, and a handler for each of them.
export * as billing from './billing.ts'
export * as events from './events.ts'
export * as files from './files.ts'
export * as identity from './identity.ts'
export * as notifications from './notifications.ts'
export * as tenants from './tenants.ts'
