export * from './invitations.ts'
export * from './members.ts'
export * from './memberships.ts'
export * from './tenant.ts'
