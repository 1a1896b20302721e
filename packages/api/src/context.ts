import { madeForHeaders } from '@insula/contracts'
import { withoutDeadline } from '@insula/contracts/deadline'
import type { Actor } from '@insula/core/kernel/actor'
import { withDeadline } from '@insula/core/kernel/deadline'
import { originOf } from '@insula/core/kernel/origin'
import { requireSameMaker, resolveActor, resolveWho, type Who } from '@insula/core/wiring/who'
import { apiEnv } from './env.ts'
import type { Context } from './trpc.ts'

/** However much is told to a page, who may see it is asked no more often. */
const askedAgainMs = 1_000

/**
 * Makes the context of one request from its headers, which the HTTP app has put its own address and id into. An event
 * stream cannot send headers of its own: what the page says of itself comes as connection params.
 */
export function contextOf(
  incoming: Headers,
  connectionParams?: Record<string, unknown> | null,
  /** Milliseconds that only ever grow. */
  clock = () => performance.now(),
): Context {
  const headers = withParams(incoming, connectionParams)
  const origin = originOf(headers)
  let who: Promise<Who> | undefined
  let actor: Promise<Actor> | undefined
  let sameMaker: Promise<void> | undefined
  let lately: { at: number; actor: Promise<Actor> } | undefined
  const resolve = () => resolveWho(headers, origin)
  const once = () => {
    who ??= resolve()
    return who
  }
  // A deadline of its own, since what asks anew has been open for longer than a request may take.
  const freshActor = () =>
    withoutDeadline(() =>
      withDeadline({ ms: apiEnv().REQUEST_TIMEOUT_MS, requestId: origin.requestId }, () =>
        resolveActor(headers, origin, resolve),
      ),
    )
  return {
    origin,
    person: async () => (await once()).person,
    actor() {
      actor ??= resolveActor(headers, origin, once)
      return actor
    },
    recentActor() {
      const at = clock()
      if (!lately || at - lately.at >= askedAgainMs) lately = { at, actor: freshActor() }
      return lately.actor
    },
    sameMaker() {
      sameMaker ??= requireSameMaker(headers, origin)
      return sameMaker
    },
  }
}

function withParams(incoming: Headers, params?: Record<string, unknown> | null): Headers {
  if (!params) return incoming
  const headers = new Headers(incoming)
  for (const name of Object.values(madeForHeaders)) {
    const said = params[name]
    if (typeof said === 'string') headers.set(name, said)
  }
  return headers
}
