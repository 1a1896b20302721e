import { setTimeout as pause } from 'node:timers/promises'

/** A process that runs now. */
export interface Running {
  readonly url: string
  readonly pid: number | undefined
  /** Resolves with its last words when it ends without being asked to; never otherwise. */
  readonly died: Promise<string>
  call(method: string, args: unknown[]): Promise<unknown>
  close(): Promise<void>
}

/** A process that is started again whenever it dies. */
export interface Kept {
  readonly name: string
  readonly url: string
  /** How often it had to be started again. */
  readonly restarts: number
  /** Calls its control; while it is being started again, waits for that. */
  call(method: string, args: unknown[]): Promise<unknown>
  /** Ends it as a crash does. It is started again like after any crash; resolves when it answers. */
  kill(): Promise<void>
  close(): Promise<void>
}

export interface KeepOptions {
  name: string
  start: () => Promise<Running>
  note: (line: string) => void
  /** It died too often to be of use: `words` are its last. */
  onHopeless: (words: string) => void
}

const hopelessDeaths = 5
const hopelessWithinMs = 20_000

/** Starts a process and keeps it running on the same port with the same data until `close()`. */
export async function keepRunning({ name, start, note, onHopeless }: KeepOptions): Promise<Kept> {
  const deaths: number[] = []
  /** Those that were killed through the switch: their deaths say nothing about their health. */
  const killed = new WeakSet<Running>()
  let restarts = 0
  let closing = false
  let current = start()
  const first = await current
  void watch(first)

  async function watch(running: Running): Promise<void> {
    const words = await running.died
    if (closing) return
    const now = Date.now()
    if (!killed.has(running)) deaths.push(now)
    const recent = deaths.filter((at) => now - at < hopelessWithinMs)
    if (recent.length >= hopelessDeaths) return onHopeless(words)
    restarts += 1
    note(`${name} is started again: ${words.split('\n')[0]}`)
    current = pause(recent.length < 2 ? 0 : 200 * 2 ** recent.length).then(start)
    current.then(watch, (error: Error) => onHopeless(error.message))
  }

  return {
    name,
    url: first.url,
    get restarts() {
      return restarts
    },
    async call(method, args) {
      return await (await current).call(method, args)
    },
    async kill() {
      const running = await current
      const { pid } = running
      if (pid === undefined) throw new Error(`${name} is run by someone else and cannot be killed from here.`)
      killed.add(running)
      process.kill(pid, 'SIGKILL')
      await running.died
      await current
    },
    async close() {
      closing = true
      const running = await current.catch(() => undefined)
      await running?.close()
    },
  }
}
