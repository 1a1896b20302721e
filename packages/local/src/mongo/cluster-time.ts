import { encode, RawDocument } from './language/codec.ts'
import { Binary, type Doc, Long, Timestamp, type Value } from './language/value.ts'

const unsigned: Doc = new Map<string, Value>([
  ['hash', new Binary(new Uint8Array(20))],
  ['keyId', Long.ZERO],
])

/** The cluster's time: it rises with what is written, and never runs behind the wall clock. */
export class ClusterTime {
  #seconds = 0
  #increment = 0
  #writes = -1
  #now = new Timestamp(0n)
  #gossip = new RawDocument('')

  /** A time after every one before. */
  next(): Timestamp {
    const seconds = Math.floor(Date.now() / 1000)
    this.#increment = seconds > this.#seconds ? 1 : this.#increment + 1
    this.#seconds = Math.max(seconds, this.#seconds)
    this.#now = new Timestamp({ t: this.#seconds, i: this.#increment })
    const told = new Map<string, Value>([
      ['clusterTime', this.#now],
      ['signature', unsigned],
    ])
    this.#gossip = new RawDocument(encode(told).toString('latin1'))
    return this.#now
  }

  /** What a reply says of the time after this many writes: its own time, and the document that clients pass on. */
  after(writes: number): { operationTime: Timestamp; clusterTime: RawDocument } {
    if (writes !== this.#writes || Date.now() >= (this.#seconds + 1) * 1000) this.next()
    this.#writes = writes
    return { operationTime: this.#now, clusterTime: this.#gossip }
  }
}
