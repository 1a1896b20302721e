import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { joinLine } from './live-line.ts'

/** Exclusive locks as a browser gives them, in the order in which they were asked for. */
const aLockManager = () => {
  const queues = new Map<string, Promise<unknown>>()
  const held = new Set<string>()
  return {
    query: async () => ({ held: [...held].map((name) => ({ name })) }),
    request(name: string, { signal }: { signal: AbortSignal }, act: () => Promise<unknown>) {
      const turn = (queues.get(name) ?? Promise.resolve()).then(() => {
        signal.throwIfAborted()
        held.add(name)
        return act().finally(() => held.delete(name))
      })
      queues.set(
        name,
        turn.catch(() => {}),
      )
      return turn
    },
  }
}

const leaving: (() => void)[] = []
let streams: { tab: string; tell: (type: string) => void; start: () => void; isOpen: boolean }[] = []
let heard: string[] = []

/** A tab that opens its stream at the server when it is the one to. Returns how to close it. */
const openTab = (tab: string, line: string) => {
  const leave = joinLine(
    line,
    ({ onEvent, onStarted }) => {
      const stream = {
        tab,
        tell: (type: string) => onEvent({ type: type as 'tenant.changed' }),
        start: onStarted,
        isOpen: true,
      }
      streams.push(stream)
      return () => {
        stream.isOpen = false
      }
    },
    { onEvent: ({ type }) => heard.push(`${tab} ${type}`), onStarted: () => heard.push(`${tab} started`) },
  )
  leaving.push(leave)
  return leave
}
const open = () => streams.filter(({ isOpen }) => isOpen)

beforeEach(() => {
  streams = []
  heard = []
  vi.stubGlobal('navigator', { locks: aLockManager() })
})
afterEach(() => {
  for (const leave of leaving.splice(0)) leave()
  vi.unstubAllGlobals()
})

describe('tabs of one person, session and tenant', () => {
  it('have one stream, of which each hears', async () => {
    openTab('first', 'ada/acme')
    openTab('second', 'ada/acme')
    await expect.poll(() => open().map(({ tab }) => tab)).toEqual(['first'])
    heard = []
    open()[0]?.tell('file.ready')
    await expect.poll(() => heard.toSorted()).toEqual(['first file.ready', 'second file.ready'])
  })

  it('go on after the one that has the stream is closed, and all read anew', async () => {
    const close = openTab('first', 'ada/acme')
    openTab('second', 'ada/acme')
    openTab('third', 'ada/acme')
    await expect.poll(() => open().length).toBe(1)
    close()
    await expect.poll(() => open().map(({ tab }) => tab)).toEqual(['second'])
    heard = []
    open()[0]?.start()
    open()[0]?.tell('file.ready')
    await expect
      .poll(() => heard.toSorted())
      .toEqual(['second file.ready', 'second started', 'third file.ready', 'third started'])
  })
})

describe('what a page came with', () => {
  it('is read anew once the stream is up, and not before, since nobody listened until then', async () => {
    openTab('first', 'ada/acme')
    await expect.poll(() => open().length).toBe(1)
    await new Promise((resolve) => setTimeout(resolve))
    expect(heard).toEqual([])
    open()[0]?.start()
    expect(heard).toEqual(['first started'])
  })

  it('is read anew at once by a tab that joins a stream which is up', async () => {
    openTab('first', 'ada/acme')
    await expect.poll(() => open().length).toBe(1)
    open()[0]?.start()
    heard = []
    openTab('second', 'ada/acme')
    await expect.poll(() => heard).toEqual(['second started'])
  })
})

describe('a tab of another tenant or session', () => {
  it('has a stream of its own, and hears nothing of the others’', async () => {
    openTab('acme', 'ada/acme')
    openTab('globex', 'ada/globex')
    openTab('also globex', 'ada/globex')
    await expect.poll(() => open().map(({ tab }) => tab)).toEqual(['acme', 'globex'])
    heard = []
    open()[0]?.tell('file.ready')
    open()[1]?.tell('member.changed')
    await expect.poll(() => heard.length).toBe(3)
    expect(heard.toSorted()).toEqual([
      'acme file.ready',
      'also globex member.changed',
      'globex member.changed',
    ])
  })
})

it('without locks, as where the page is not secure, each tab has a stream of its own', () => {
  vi.stubGlobal('navigator', {})
  openTab('first', 'ada/acme')
  openTab('second', 'ada/acme')
  expect(open().map(({ tab }) => tab)).toEqual(['first', 'second'])
})
