export * from './invitation.machine.ts'
export * from './tenants.ts'
