import type { Dependency } from '@insula/contracts'
import { pingDb } from '@insula/db'
import { pingQueues } from '@insula/jobs'
import { mailOrigin, objectStoreEnv, stripeEnv } from '@insula/providers/env'

const timeoutMs = 2_000

async function check(
  name: Dependency['name'],
  ping: () => Promise<unknown>,
  withinMs = timeoutMs,
): Promise<Dependency> {
  const started = performance.now()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${withinMs} ms`)), withinMs)
  })
  try {
    await Promise.race([ping(), late])
    return { name, up: true, latencyMs: Math.round(performance.now() - started), detail: null }
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 200) : 'failed'
    return { name, up: false, latencyMs: Math.round(performance.now() - started), detail }
  } finally {
    clearTimeout(timer)
  }
}

/** Any answer at all, refusals included, says that somebody is there. */
const answers = (url: string) => () =>
  fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })

/** The same for everything the installation stands on, for the operator's page. */
export async function checkDependencies(): Promise<Dependency[]> {
  const outside = await Promise.all([
    check('s3', answers(objectStoreEnv().S3_ENDPOINT)),
    check('stripe', answers(stripeEnv().STRIPE_API_BASE ?? 'https://api.stripe.com')),
    check('sendgrid', answers(mailOrigin())),
  ])
  return [...(await checkEssentials()), ...outside]
}

/** Asks MongoDB and Redis, on which everything stands, whether they answer within `withinMs` milliseconds. */
export const checkEssentials = (withinMs = timeoutMs) =>
  Promise.all([check('mongodb', pingDb, withinMs), check('redis', pingQueues, withinMs)])
