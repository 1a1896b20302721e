import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Every connection of one server, by what it is doing. When there is no room for another, the one that has waited longest
 * for its client to say something makes room: whoever speaks is served, however many hold their sockets open in silence.
 */
export class Connections {
  /** Oldest first. */
  readonly #silent = new Set<Socket>()
  /** A request has begun and its body is not there yet; oldest first. */
  readonly #sending = new Set<Socket>()
  readonly #open = new Set<Socket>()
  readonly #answering = new Map<Socket, Set<ServerResponse>>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#open.size
  }

  /** Requests that have no whole answer yet. */
  get underWay(): number {
    let count = 0
    for (const responses of this.#answering.values()) count += responses.size
    return count
  }

  /** Takes a new connection in, or closes it when nobody can make room. */
  admit(socket: Socket): void {
    if (this.#open.size >= this.#max && !this.#makeRoom()) {
      socket.destroy()
      return
    }
    this.#open.add(socket)
    this.#silent.add(socket)
    socket.once('close', () => this.#forget(socket))
  }

  begin(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    this.#silent.delete(socket)
    const responses = this.#answering.get(socket) ?? new Set()
    this.#answering.set(socket, responses.add(response))
    if (hasBody(request)) {
      this.#sending.add(socket)
      request.once('end', () => this.#sending.delete(socket))
    }
    response.once('close', () => this.#end(socket, response))
  }

  /** The answer under way on a connection whose request turned out to be broken, if there is one. */
  answerOn(socket: Socket): ServerResponse | undefined {
    return this.#answering.get(socket)?.values().next().value
  }

  /** No longer HTTP: whoever took the connection over watches it. */
  handOver(socket: Socket): void {
    this.#silent.delete(socket)
  }

  closeAll(): void {
    for (const socket of this.#open) socket.destroy()
  }

  #makeRoom(): boolean {
    const socket = first(this.#silent) ?? first(this.#sending)
    if (!socket) return false
    this.#forget(socket)
    socket.destroy()
    return true
  }

  #end(socket: Socket, response: ServerResponse): void {
    const responses = this.#answering.get(socket)
    responses?.delete(response)
    if (responses?.size !== 0) return
    this.#answering.delete(socket)
    this.#sending.delete(socket)
    if (this.#open.has(socket) && !socket.destroyed) this.#silent.add(socket)
  }

  #forget(socket: Socket): void {
    this.#open.delete(socket)
    this.#silent.delete(socket)
    this.#sending.delete(socket)
  }
}

const first = <T>(set: Set<T>): T | undefined => set.values().next().value

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
