export * from './billing.machines.ts'
export * from './plan-ids.ts'
export * from './plans.ts'
export * from './subscription-states.ts'
