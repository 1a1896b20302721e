/** Entries per chunk before it is cut in two: large enough for few chunks, small enough for cheap insertion. */
const chunkEntries = 512

interface Ordered {
  readonly id: number
}

interface Chunk<Item> {
  keys: string[]
  items: Item[]
}

/**
 * A B-tree of two levels: pairs of key and item, ordered by key and then by the item's id. Half a million
 * entries are some thousand chunks, which a binary search crosses in ten steps.
 */
export class SortedEntries<Item extends Ordered> {
  #chunks: Chunk<Item>[] = [{ keys: [], items: [] }]
  size = 0

  /** Adds a pair unless it is there. */
  add(key: string, item: Item): void {
    const which = this.#chunkFor(key, item.id)
    const chunk = this.#chunks[which]!
    const at = place(chunk, key, item.id)
    if (chunk.keys[at] === key && chunk.items[at]?.id === item.id) return
    chunk.keys.splice(at, 0, key)
    chunk.items.splice(at, 0, item)
    this.size++
    if (chunk.keys.length > chunkEntries) {
      // A chunk that is filled at its end, as by ever larger ids, is left nearly full instead of half empty.
      const cut =
        at === chunkEntries && which === this.#chunks.length - 1 ? chunkEntries - 8 : chunkEntries / 2
      this.#chunks.splice(which + 1, 0, { keys: chunk.keys.splice(cut), items: chunk.items.splice(cut) })
    }
  }

  /** Removes a pair if it is there. */
  delete(key: string, item: Item): void {
    const which = this.#chunkFor(key, item.id)
    const chunk = this.#chunks[which]!
    const at = place(chunk, key, item.id)
    if (chunk.keys[at] !== key || chunk.items[at]?.id !== item.id) return
    chunk.keys.splice(at, 1)
    chunk.items.splice(at, 1)
    this.size--
    if (chunk.keys.length === 0 && this.#chunks.length > 1) this.#chunks.splice(which, 1)
  }

  /** Items whose key lies in [low, high), in order. The caller must not add or delete meanwhile. */
  *ascending(low: string, high: string): Generator<readonly [string, Item]> {
    for (let which = this.#chunkFor(low, -1); which < this.#chunks.length; which++) {
      const { keys, items } = this.#chunks[which]!
      for (let at = place(this.#chunks[which]!, low, -1); at < keys.length; at++) {
        if (keys[at]! >= high) return
        yield [keys[at]!, items[at]!]
      }
    }
  }

  /** Items whose key lies in [low, high), in reverse order. */
  *descending(low: string, high: string): Generator<readonly [string, Item]> {
    for (let which = this.#chunkFor(high, -1); which >= 0; which--) {
      const { keys, items } = this.#chunks[which]!
      for (let at = place(this.#chunks[which]!, high, -1) - 1; at >= 0; at--) {
        if (keys[at]! < low) return
        yield [keys[at]!, items[at]!]
      }
    }
  }

  /** The items under exactly this key. */
  at(key: string): Item[] {
    const found: Item[] = []
    for (let which = this.#chunkFor(key, -1); which < this.#chunks.length; which++) {
      const { keys, items } = this.#chunks[which]!
      let at = place(this.#chunks[which]!, key, -1)
      while (keys[at] === key) found.push(items[at++]!)
      if (at < keys.length) break
    }
    return found
  }

  /** The first chunk whose last pair is not below the given one. */
  #chunkFor(key: string, id: number): number {
    let low = 0
    let high = this.#chunks.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      const { keys, items } = this.#chunks[middle]!
      const last = keys.length - 1
      const lastKey = keys[last]
      if (lastKey !== undefined && (lastKey < key || (lastKey === key && items[last]!.id < id)))
        low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Where a pair stands, or would stand, in a chunk. */
function place<Item extends Ordered>(chunk: Chunk<Item>, key: string, id: number): number {
  const { keys, items } = chunk
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    const there = keys[middle]!
    if (there < key || (there === key && items[middle]!.id < id)) low = middle + 1
    else high = middle
  }
  return low
}
