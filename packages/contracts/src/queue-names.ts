import { gatherList, type WordOf } from './gather.ts'

/** Where what happens later waits: one queue for each domain that has any of it, and one for events. */
export type QueueName = 'events' | WordOf<'queue'>
export const queueNames: readonly QueueName[] = ['events', ...gatherList('queue')]
