import { type Hint, seenWith } from '@insula/contracts'
import { subscribeLive } from '@insula/core/wiring/live'
import { tracked } from '@trpc/server'
import { allow, type Context, router } from '../trpc.ts'

export const eventsRouter = router({
  /**
   * What changes in the tenant, as it changes, over server-sent events: types and ids, never contents. Each hint is shown
   * only to those who may see such things as of at most a second ago, so that a removed member's open page falls silent. It
   * begins once nothing can pass unheard any more, and ends when something may have.
   */
  live: allow('tenant:read').subscription(async ({ ctx, signal }) =>
    visible(await subscribeLive(ctx.actor.tenantId, signal ?? new AbortController().signal), ctx),
  ),
})

async function* visible(
  hints: AsyncGenerator<Hint>,
  ctx: Pick<Context, 'recentActor'> & { actor: { id: string | null; tenantId: string } },
) {
  for await (const hint of hints) {
    const actor = await ctx.recentActor()
    // A page that said nothing of itself was made for whom it was opened for.
    if (actor.id !== ctx.actor.id || actor.tenantId !== ctx.actor.tenantId) return
    const needed = seenWith.get(hint.type)
    if (needed && actor.permissions.has(needed)) yield tracked<Hint>(hint.id, hint)
  }
}
