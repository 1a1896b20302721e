import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no address')
  return address.port
}

/** Whether someone listens on this port of 127.0.0.1. */
export async function isTaken(port: number): Promise<boolean> {
  const server = createServer()
  return await new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(true) : reject(error),
    )
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)))
  })
}

/**
 * Throws one error that names every variable whose port is taken. A cloud that was just killed needs a moment until
 * its servers have noticed, so a taken port is looked at again for a while.
 */
export async function requireFreePorts(ports: Record<string, number>, patienceMs = 2000): Promise<void> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const checked = await Promise.all(
      Object.entries(ports).map(async (one) => ({ one, taken: await isTaken(one[1]) })),
    )
    const taken = checked.filter((port) => port.taken).map((port) => port.one)
    if (taken.length === 0) return
    if (Date.now() > deadline) {
      const lines = taken.map(
        ([name, port]) => `  Port ${port} is in use. Choose another: ${name}=${port + 100}`,
      )
      throw new Error(lines.join('\n'))
    }
    await pause(100)
  }
}
