import { createApp } from '@insula/api/app'
import { FileModel } from '@insula/db'
import { cache } from '@insula/providers/cache'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { askedToWait, asTold, retryDelay, worthRetrying } from '../src/api/as-told.ts'
import { createClient, workAs } from '../src/api/client.ts'
import { faultOf } from '../src/api/refusal.ts'

onTheLocalCloud()

const limit = 5
let owner: Awaited<ReturnType<typeof aTenant>>['owner']
let tenantId: string
beforeAll(async () => {
  process.env.RATE_LIMIT_PER_MINUTE = String(limit)
  const app = createApp()
  const made = await aTenant({ planId: 'pro' })
  owner = made.owner
  tenantId = made.tenant.id
  workAs({ user: owner.user, sessionId: owner.sessionId, tenant: { id: tenantId } })
  // The browser's part: it completes the address and sends the cookie.
  globalThis.fetch = (async (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    headers.set('cookie', owner.cookie)
    const given = { ...init, headers }
    return app.request(new URL(url, 'http://localhost:3000').href, given, { remoteAddress: '192.0.2.7' })
  }) as typeof fetch
})

const signal = new AbortController().signal
const caught = (asked: Promise<unknown>) =>
  asked.then(
    () => null,
    (error: unknown) => error,
  )

describe('a limit of calls that is met', () => {
  test('is read by the client as one, with the seconds to wait, in a batch as well', async () => {
    const client = createClient()
    for (let call = 0; call < limit; call += 1) await caught(client.tenants.get.query())
    const [one, other] = await Promise.all([
      caught(client.tenants.get.query()),
      caught(client.tenants.people.query()),
    ])
    for (const error of [one, other]) {
      expect(faultOf(error)).toMatchObject({
        code: 'rate_limited',
        requestId: expect.stringMatching(/^req_/),
      })
      const seconds = askedToWait(error)
      expect(seconds).toBeGreaterThan(0)
      expect(worthRetrying(0, error)).toBe(true)
      expect(retryDelay(0, error)).toBeGreaterThanOrEqual((seconds ?? 0) * 1_000)
    }
  })

  test('holds a drop of 60 files back, and all of them arrive by themselves', async () => {
    const client = createClient()
    const waited: number[] = []
    // What the clock does: the window passes and the counts begin anew.
    const wait = async (seconds: number) => {
      waited.push(seconds)
      await cache().flushdb()
    }
    for (let index = 0; index < 60; index += 1) {
      const file = { name: `photo-${index}.jpg`, bytes: 10, contentType: 'image/jpeg' }
      await asTold(() => client.files.startUpload.mutate(file), { signal, twiceIsOnce: false, wait })
    }
    expect(await FileModel.countDocuments({ tenantId })).toBe(60)
    expect(waited.length).toBeGreaterThan(60 / limit - 2)
    expect(waited.every((seconds) => seconds > 0)).toBe(true)
  })
})

describe('what is not asked again', () => {
  const failure = (refusal: object) => ({ data: { refusal, requestId: 'r' } })

  test('a refusal', async () => {
    const refused = failure({ code: 'forbidden', message: 'No', details: {} })
    expect(worthRetrying(0, refused)).toBe(false)
    const asked = asTold(() => Promise.reject(refused), { signal, twiceIsOnce: true })
    expect(await caught(asked)).toBe(refused)
  })

  test('a change of which nobody knows whether it was done, unless doing it twice is doing it once', async () => {
    const details = { retryAfterSeconds: 2, outcome: 'unknown' }
    const unknown = failure({ code: 'unavailable', message: 'Perhaps', details })
    const asked = asTold(() => Promise.reject(unknown), { signal, twiceIsOnce: false })
    expect(await caught(asked)).toBe(unknown)
    let tries = 0
    const again = async () => {
      tries += 1
      if (tries === 1) throw unknown
      return 'done'
    }
    expect(await asTold(again, { signal, twiceIsOnce: true, wait: async () => {} })).toBe('done')
  })

  test('what was cancelled while it waited', async () => {
    const abort = new AbortController()
    const busy = failure({ code: 'rate_limited', message: 'Wait', details: { retryAfterSeconds: 60 } })
    const asked = asTold(() => Promise.reject(busy), {
      signal: abort.signal,
      twiceIsOnce: true,
      onWait: () => queueMicrotask(() => abort.abort(new Error('cancelled'))),
    })
    expect(await caught(asked)).toMatchObject({ message: 'cancelled' })
  })
})
