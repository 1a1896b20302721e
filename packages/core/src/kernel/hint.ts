import { randomUUID } from 'node:crypto'
import type { Hint, HintName, hints } from '@insula/contracts'
import { afterCommit } from '@insula/db'
import { publishLive } from '@insula/providers/live'
import type { z } from 'zod'

/**
 * Has the tenant's open pages read again, once the transaction around it has committed. Nothing is stored, and nobody is told
 * again: where the process dies or Redis is away it is lost, and pages read anew when they come back to it.
 */
export const hint = <Contract extends (typeof hints)[HintName]>(
  tenantId: string,
  contract: Contract,
  payload: z.infer<Contract['payload']>,
): void => tellPages(tenantId, { id: randomUUID(), type: contract.type, payload })

/** The same of a hint that is made already. */
export function tellPages(tenantId: string, hint: Hint): void {
  // Whoever made the change is not kept waiting, and a failure is no failure of theirs.
  afterCommit(() => publishLive(tenantId, hint).catch(() => {}))
}
