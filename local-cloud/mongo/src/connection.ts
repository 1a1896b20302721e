import type { Socket } from 'node:net'
import { answer, type Client } from './dispatch.ts'
import type { Engine } from './engine.ts'
import { Cut } from './faults.ts'
import { Framing, ProtocolViolation, parseRequest, type Request, replyMessage } from './wire.ts'

/** Answers the requests of one connection in the order in which they come. */
export function serve(engine: Engine, socket: Socket): void {
  const framing = new Framing()
  const client: Client = { appName: undefined }
  const waiting: Request[] = []
  let busy = false
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    try {
      for (const message of framing.push(chunk)) waiting.push(parseRequest(message))
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error
      socket.destroy()
      return
    }
    // Who sends ahead, or does not read the answers, is read from again once all has been answered.
    if (busy) socket.pause()
    else work()
  })

  async function work(): Promise<void> {
    busy = true
    for (let request = waiting.shift(); request && !socket.destroyed; request = waiting.shift()) {
      try {
        const reply = await answer(engine, client, request)
        if (!request.silent && !socket.write(replyMessage(request, reply))) await drained(socket)
      } catch (error) {
        // A cut is a fault switch at work; anything else is a disk that no longer takes writes.
        if (!(error instanceof Cut)) console.error(error)
        socket.destroy()
      }
    }
    busy = false
    if (socket.isPaused()) socket.resume()
  }
}

/** Settles once the client has read what was sent to it, or is gone. */
function drained(socket: Socket): Promise<void> {
  if (socket.destroyed || !socket.writableNeedDrain) return Promise.resolve()
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = () => {
    socket.off('drain', done).off('close', done)
    resolve()
  }
  socket.on('drain', done).on('close', done)
  return promise
}
