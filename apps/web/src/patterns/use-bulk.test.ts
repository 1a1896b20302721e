import { expect, it } from 'vitest'
import { type BulkAction, type BulkRun, runEach } from './use-bulk.ts'

const refusal = (message: string) => ({
  data: { refusal: { code: 'conflict', message, details: {} }, requestId: 'r' },
})
const action = (run: (row: string) => Promise<unknown>): BulkAction<string> => ({
  label: 'Revoke',
  takes: () => true,
  run,
  done: ['revoked', 'revoked'],
})
const never = new AbortController().signal

it('a row that is refused keeps no other from its turn, and is named with the reason', async () => {
  const done: string[] = []
  const run = async (row: string) => {
    if (row === 'b') throw refusal('Already revoked.')
    done.push(row)
  }
  const result = await runEach(action(run), ['a', 'b', 'c'], never, () => {})
  expect(done).toEqual(['a', 'c'])
  expect(result).toMatchObject({
    done: 2,
    failed: [{ row: 'b', message: 'Already revoked.' }],
    left: 0,
    running: false,
  })
})

it('one row is done after the other, and how far it is is told after each', async () => {
  let at = 0
  const most: number[] = []
  const told: BulkRun<string>[] = []
  const run = async () => {
    at += 1
    most.push(at)
    await Promise.resolve()
    at -= 1
  }
  await runEach(action(run), ['a', 'b'], never, (step) => told.push(step))
  expect(most).toEqual([1, 1])
  expect(told.map(({ done, running }) => [done, running])).toEqual([
    [0, true],
    [1, true],
    [2, true],
    [2, false],
  ])
})

it('stopped, it leaves what has not had its turn, and says how much', async () => {
  const controller = new AbortController()
  const run = async (row: string) => {
    if (row === 'b') controller.abort()
  }
  const result = await runEach(action(run), ['a', 'b', 'c', 'd'], controller.signal, () => {})
  expect(result).toMatchObject({ done: 2, left: 2, failed: [], running: false })
})
