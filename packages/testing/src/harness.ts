import { prepare, shutDown } from '@insula/core/wiring/prepare'
import { afterAll, beforeAll } from 'vitest'

/** Connects this test file to its database and queues, and lets go of them at the end. */
export function onTheLocalCloud(): void {
  beforeAll(() => prepare())
  afterAll(() => shutDown())
}
