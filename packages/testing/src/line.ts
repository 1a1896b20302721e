import { createServer, connect as dial, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll } from 'vitest'

/** The wire between the product and one server, which can fall silent as a broken network does. */
export interface Line {
  /** From now on no reply gets through; what is asked still arrives. */
  hold(): void
  /** The same from the first question on that holds these words, such as `commitTransaction`. */
  holdRepliesTo(words: string): void
  /** Lets through what was held and all that follows. */
  release(): void
  /** Ends every connection, and refuses new ones until `release`. */
  cut(): void
}

/**
 * Puts a line between this test file and the server whose address stands in `variable`. Call it before anything connects.
 * It is released after each test.
 */
export function onALine(...variables: string[]): Line {
  const sockets = new Set<Socket>()
  const waiting: (() => void)[] = []
  let silent = false
  let refusing = false
  let trigger: string | null = null

  const serve = (client: Socket, target: { host: string; port: number }) => {
    if (refusing) return void client.destroy()
    const server = dial(target.port, target.host)
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    client.on('data', (bytes) => {
      if (trigger !== null && bytes.includes(trigger)) silent = true
      server.write(bytes)
    })
    server.on('data', (bytes) => {
      if (silent) waiting.push(() => client.write(bytes))
      else client.write(bytes)
    })
  }

  const line: Line = {
    hold: () => {
      silent = true
    },
    holdRepliesTo: (words) => {
      trigger = words
    },
    release: () => {
      silent = false
      refusing = false
      trigger = null
      for (const send of waiting.splice(0)) send()
    },
    cut: () => {
      refusing = true
      for (const socket of sockets) socket.destroy()
    },
  }

  const listeners: ReturnType<typeof createServer>[] = []
  beforeAll(async () => {
    for (const variable of variables) {
      const url = new URL(process.env[variable] ?? '')
      const target = { host: url.hostname, port: Number(url.port) }
      const listener = createServer((client) => serve(client, target))
      listeners.push(listener)
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
      url.hostname = '127.0.0.1'
      url.port = String((listener.address() as { port: number }).port)
      // Else the driver would ask for the members of the set and go to them past this line.
      if (url.protocol === 'mongodb:') {
        url.searchParams.delete('replicaSet')
        url.searchParams.set('directConnection', 'true')
      }
      process.env[variable] = url.href.replace(/^(https?:\/\/[^/]+)\/$/, '$1')
    }
  })
  afterEach(() => line.release())
  afterAll(() => {
    for (const socket of sockets) socket.destroy()
    for (const listener of listeners) listener.close()
  })
  return line
}
