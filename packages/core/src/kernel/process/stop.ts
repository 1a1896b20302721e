import { processEnv } from './env.ts'
import type { Door, StopTimes } from './server.ts'

const homeMs = 5_000
const patienceMs = 30_000

/** How a process leaves: at once where nobody stands in front, or so that no balancer loses a call. */
export function stopTimes(): StopTimes {
  const delayMs = processEnv().SHUTDOWN_DELAY_MS
  return { delayMs, homeMs: delayMs === 0 ? 0 : homeMs, patienceMs: delayMs + patienceMs }
}

/** Runs `stop` on the first SIGTERM or SIGINT and ends the process after it. A second one ends it at once. */
export function onStopSignal(stop: (signal: string) => Promise<unknown>): void {
  let stopping = false
  const handle = (signal: string) => {
    if (stopping) process.exit(1)
    stopping = true
    void stop(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', handle)
  process.on('SIGINT', handle)
}

/** Listens, or ends the process with what is in the way. */
export async function listen(
  { server }: Door,
  port: number,
  host: string | undefined,
  portName: string,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (error: NodeJS.ErrnoException) => {
    const inUse = error.code === 'EADDRINUSE'
    reject(inUse ? new Error(`Port ${port} is in use. Set ${portName} to a free one.`) : error)
  })
  server.listen({ port, ...(host && { host }) }, resolve)
  await promise
  const address = server.address()
  return typeof address === 'object' && address ? address.port : port
}
