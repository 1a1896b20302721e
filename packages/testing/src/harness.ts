import { shutDown, startUp } from '@insula/core/wiring/start-up'
import { afterAll, beforeAll } from 'vitest'

/** Connects this test file to its database and queues, and lets go of them at the end. */
export function onTheLocalCloud(): void {
  beforeAll(() => startUp())
  afterAll(() => shutDown())
}
