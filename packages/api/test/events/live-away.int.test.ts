import { contextOf } from '@insula/api/context'
import { createCaller } from '@insula/api/root'
import { changeTenant } from '@insula/core/tenants'
import { effectsSettled } from '@insula/db'
import { cache } from '@insula/providers/cache'
import { closeLive, publishLive } from '@insula/providers/live'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { onALine } from '@insula/testing/line'
import { afterAll, beforeEach, expect, test } from 'vitest'

const redis = onALine('REDIS_CACHE_URL')
onTheLocalCloud()
afterAll(() => closeLive())

let tenant: Awaited<ReturnType<typeof aTenant>>
beforeEach(async () => {
  tenant = await aTenant()
  await effectsSettled()
})

async function open() {
  const headers = new Headers({ cookie: tenant.owner.cookie })
  const end = new AbortController()
  const hints = await createCaller(contextOf(headers), { signal: end.signal }).events.live()
  const stream = hints[Symbol.asyncIterator]()
  return {
    /** The id of the next hint; null when the stream has ended. */
    async next(): Promise<string | null> {
      const { value, done } = await stream.next()
      return done ? null : (value as unknown as [string])[0]
    },
    close: () => end.abort(),
  }
}
const announce = (id: string) => publishLive(tenant.tenant.id, { id, type: 'tenant.created', payload: {} })
/** Opens as often as it takes, as a page does. */
const openAgain = async () => {
  for (;;) {
    const stream = await open().catch(() => null)
    if (stream) return stream
  }
}

test('a stream ends when hints may have passed it unheard, and one that is opened anew hears again', async () => {
  const stream = await open()
  await announce('before')
  expect(await stream.next()).toBe('before')
  redis.cut()
  expect(await stream.next()).toBeNull()
  redis.release()
  const anew = await openAgain()
  await announce('after').catch(() => announce('after'))
  expect(await anew.next()).toBe('after')
  anew.close()
})

test.each(['cut', 'hold'] as const)(
  'while Redis is away (%s) no stream opens that would hear nothing: it is told to come back',
  async (away) => {
    redis[away]()
    await expect(open()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    redis.release()
    const anew = await openAgain()
    await announce('after').catch(() => announce('after'))
    expect(await anew.next()).toBe('after')
    anew.close()
  },
)

test('a change is done although its hint is lost', async () => {
  redis.cut()
  await changeTenant(tenant.actor, { name: 'Told to nobody' })
  await effectsSettled()
  redis.release()
  await expect
    .poll(() =>
      cache()
        .ping()
        .catch(() => null),
    )
    .toBe('PONG')
  const caller = createCaller(contextOf(new Headers({ cookie: tenant.owner.cookie })))
  expect(await caller.tenants.get()).toMatchObject({ name: 'Told to nobody' })
})
