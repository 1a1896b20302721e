// The vocabulary of every domain, one line each; what a domain may bring stands in `word.ts`.
export * as access from './access/words.ts'
export * as audit from './audit/words.ts'
export * as billing from './billing/words.ts'
export * as files from './files/words.ts'
export * as identity from './identity/words.ts'
export * as notifications from './notifications/words.ts'
export * as platform from './platform/words.ts'
export * as tenants from './tenants/words.ts'
