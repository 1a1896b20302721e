import { createServer, type Socket } from 'node:net'
import { keepHeapSmall } from '@insula/local-kit/heap'
import type { LocalServer, StartOptions } from '@insula/local-kit/server'
import { setName } from './commands/handshake.ts'
import { serve } from './connection.ts'
import { type MongoControl, mongoControl } from './control.ts'
import { Engine } from './engine.ts'

/**
 * Starts a server that speaks MongoDB's wire protocol as the one member of a replica set. Its data is one SQLite
 * file in `dataDir`, which no other process may have open; V8 is told to keep the
 * process's heap small. Throws when the port or the folder is taken.
 */
export async function startMongo(options: StartOptions): Promise<LocalServer<MongoControl>> {
  const host = options.host ?? '127.0.0.1'
  keepHeapSmall()
  const engine = new Engine(options.dataDir)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(engine, socket)
  })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(options.port, host, resolve)
    })
  } catch (error) {
    engine.close()
    throw error
  }
  const { port } = server.address() as { port: number }
  engine.address = `${host}:${port}`
  return {
    url: `mongodb://${engine.address}/?replicaSet=${setName}&directConnection=false`,
    port,
    control: mongoControl(engine),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
      engine.close()
    },
  }
}
