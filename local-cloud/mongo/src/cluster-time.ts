import { encode, RawDocument } from './language/codec.ts'
import { Binary, type Doc, Long, Timestamp, type Value } from './language/value.ts'

const unsigned: Doc = new Map<string, Value>([
  ['hash', new Binary(new Uint8Array(20))],
  ['keyId', Long.ZERO],
])

/** The cluster's time: it rises with what is written, and never runs behind the wall clock. */
export class ClusterTime {
  /** It begins ahead of all that was told before a restart. */
  #seconds = Math.floor(Date.now() / 1000) + 1
  #increment = 0
  #writes = -1
  #now = new Timestamp(0n)
  #told = this.#now
  #gossip = new RawDocument('')

  /** A time after every one before. */
  next(): Timestamp {
    const seconds = Math.floor(Date.now() / 1000)
    this.#increment = seconds > this.#seconds ? 1 : this.#increment + 1
    this.#seconds = Math.max(seconds, this.#seconds)
    this.#now = new Timestamp({ t: this.#seconds, i: this.#increment })
    return this.#now
  }

  /** The time of the latest of this many writes. */
  at(writes: number): Timestamp {
    if (writes !== this.#writes) this.next()
    this.#writes = writes
    return this.#now
  }

  /** What a reply says of the time after this many writes: its own time, and the document that clients pass on. */
  after(writes: number): { operationTime: Timestamp; clusterTime: RawDocument } {
    const operationTime = Date.now() >= (this.#seconds + 1) * 1000 ? this.next() : this.at(writes)
    this.#writes = writes
    if (operationTime !== this.#told) {
      const told = new Map<string, Value>([
        ['clusterTime', operationTime],
        ['signature', unsigned],
      ])
      this.#gossip = new RawDocument(encode(told).toString('latin1'))
      this.#told = operationTime
    }
    return { operationTime, clusterTime: this.#gossip }
  }
}
