import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { keepRunning, type Running } from './keep.ts'

async function start(command: string): Promise<Running> {
  const child = spawn('sh', ['-c', command])
  await once(child, 'spawn')
  return {
    url: 'none',
    pid: child.pid,
    died: once(child, 'exit').then(([code, signal]) => `ended (${signal ?? code})`),
    call: async () => child.pid,
    close: async () => void child.kill(),
  }
}

test('what dies again and again by itself is given up with its last words', { timeout: 30_000 }, async () => {
  const given = Promise.withResolvers<string>()
  const kept = await keepRunning({
    name: 'it',
    start: () => start('exit 7'),
    note: () => {},
    onHopeless: given.resolve,
  })
  expect(await given.promise).toBe('ended (7)')
  expect(kept.restarts).toBe(4)
})

test('it may be killed through its switch as often as one likes', async () => {
  const hopeless: string[] = []
  const onHopeless = (words: string) => void hopeless.push(words)
  const kept = await keepRunning({
    name: 'it',
    start: () => start('exec sleep 60'),
    note: () => {},
    onHopeless,
  })
  const pids = new Set([await kept.call('pid', [])])
  for (let kill = 0; kill < 12; kill += 1) {
    await kept.kill()
    pids.add(await kept.call('pid', []))
  }
  expect(pids.size).toBe(13)
  expect(kept.restarts).toBe(12)
  expect(hopeless).toEqual([])
  await kept.close()
})
