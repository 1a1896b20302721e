import type { DomainThings } from '../occasion.ts'

export const things: DomainThings = { calls: { live: {} } }
