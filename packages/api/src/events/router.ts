import { type Hint, seenWith } from '@insula/contracts'
import { subscribeLive } from '@insula/core/wiring/live'
import { tracked } from '@trpc/server'
import { allow, router } from '../trpc.ts'

export const eventsRouter = router({
  /**
   * What changes in the tenant, as it changes, over server-sent events: types and ids, never contents. Each event is
   * shown only to those who may see such things, checked anew, so that a removed member's open page falls silent.
   */
  live: allow('tenant:read').subscription(async function* ({ ctx, signal }) {
    for await (const event of subscribeLive(ctx.actor.tenantId, signal ?? new AbortController().signal)) {
      const actor = await ctx.freshActor()
      const needed = seenWith.get(event.type)
      // A page that said nothing of itself was made for whom it was opened for.
      if (actor.id !== ctx.actor.id || actor.tenantId !== ctx.actor.tenantId) return
      if (needed && actor.permissions.has(needed)) yield tracked<Hint>(event.id, event)
    }
  }),
})
