import { descriptors } from '@insula/core/kernel/process/descriptors'
import { mayLookInside } from '@insula/core/kernel/process/inside'
import { processState } from '@insula/core/kernel/process/state'
import { checkEssentials } from '@insula/core/platform/health'
import { startUp } from '@insula/core/wiring/start-up'
import { type Context, Hono } from 'hono'
import { apiEnv } from '../env.ts'
import { forwardedUnread } from './address.ts'
import type { AppBindings } from './bindings.ts'

/**
 * For load balancers. `live`: this process runs and can still open something. `ready`: it may be sent calls, that is, it
 * has reached MongoDB once, is not stopping and has descriptors left. A store that is away takes no instance out, since
 * no other instance would have it; whoever may look inside is told of it in the body.
 */
export function healthApp() {
  const app = new Hono<{ Bindings: AppBindings }>()
  app.get('/live', (c) =>
    descriptors().spent ? c.json({ status: 'unavailable' }, 503) : c.json({ status: 'ok' }),
  )
  app.get('/ready', async (c) => {
    const { connected, stopping } = processState()
    // A start while MongoDB was away is made up for here, since nothing else may call before we are ready.
    if (!connected) void startUp().catch(() => {})
    const reasons = [
      ...(connected ? [] : ['MongoDB was not reached yet']),
      ...(stopping ? ['stopping'] : []),
      ...(descriptors().scarce ? ['few descriptors are left'] : []),
    ]
    const ready = reasons.length === 0
    const body = { status: ready ? 'ok' : 'unavailable', ...(await insideOf(c, reasons)) }
    return c.json(body, ready ? 200 : 503)
  })
  return app
}

/** Long enough for a store that is well; one that hangs must not make us look as if we did. */
const patienceMs = 500

async function insideOf(c: Context<{ Bindings: AppBindings }>, reasons: string[]) {
  const caller = { remoteAddress: c.env?.remoteAddress, headers: c.req.raw.headers }
  if (!mayLookInside(caller, apiEnv().METRICS_TOKEN)) return {}
  const dependencies = await checkEssentials(patienceMs)
  const down = dependencies.filter((dependency) => !dependency.up).map((dependency) => dependency.name)
  const warnings = processState().forwardedUnread ? [forwardedUnread] : []
  return { down, ...(reasons.length > 0 && { reasons }), ...(warnings.length > 0 && { warnings }) }
}
