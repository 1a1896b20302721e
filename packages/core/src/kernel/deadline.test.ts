import { Away, currentDeadline, OutcomeUnknown } from '@insula/contracts/deadline'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { withDeadline } from './deadline.ts'

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

const requestId = 'req_1'
const hangs = () => new Promise<never>(() => {})
/** What became of it once this much time has passed; `hangs` while nothing has. */
async function after(ms: number, asked: Promise<unknown>): Promise<unknown> {
  const told = asked.catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(ms)
  return Promise.race([told, Promise.resolve('hangs')])
}

describe('what does not heed its deadline', () => {
  test('is given up soon after it, as away', async () => {
    const asked = withDeadline({ ms: 1_000, requestId }, hangs)
    expect(await after(999, asked)).toBe('hangs')
    const told = await after(101, asked)
    expect(told).toBeInstanceOf(Away)
    expect(told).not.toBeInstanceOf(OutcomeUnknown)
  })

  test('is given up as unknown when it changes something', async () => {
    const asked = withDeadline({ ms: 1_000, requestId, changes: true }, hangs)
    expect(await after(1_100, asked)).toBeInstanceOf(OutcomeUnknown)
  })
})

test('what heeds its deadline says itself what it gave up', async () => {
  const heeds = () =>
    new Promise<never>((_, reject) => {
      const signal = currentDeadline()?.signal ?? expect.unreachable()
      signal.addEventListener('abort', () => reject(new Away('given up')))
    })
  const asked = withDeadline({ ms: 1_000, requestId, changes: true }, heeds)
  expect(await after(1_000, asked)).toMatchObject({ name: 'Away', message: 'given up' })
})

test('a deadline inside of another counts from when the request came', async () => {
  const asked = withDeadline({ ms: 5_000, requestId }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 800))
    return withDeadline({ ms: 1_000, requestId }, hangs)
  })
  expect(await after(999, asked)).toBe('hangs')
  expect(await after(101, asked)).toBeInstanceOf(Away)
})

test('what is done in time leaves no timer behind', async () => {
  expect(await withDeadline({ ms: 1_000, requestId }, async () => 'done')).toBe('done')
  expect(vi.getTimerCount()).toBe(0)
})
