import { nextOf, type Switch } from './armed.ts'

/** The faults that are set on one HTTP server of the local cloud; each counted fault is used up by one call. */
export class Faults {
  #failures: number[] = []
  #delayMs = 0
  #drops = 0

  /** After those that were asked for before. */
  failNext(count: number, status: number): void {
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw new Error(`${status} is no failure: give an HTTP status from 400 to 599.`)
    this.#failures.push(...Array<number>(checkCount(count)).fill(status))
  }

  slow(delayMs: number): void {
    this.#delayMs = checkDelay(delayMs)
  }

  dropNextReplies(count: number): void {
    this.#drops += checkCount(count)
  }

  clear(): void {
    this.#failures = []
    this.#delayMs = 0
    this.#drops = 0
  }

  /** Each switch by the name of the method that sets it. */
  switches(): Record<string, Switch> {
    return {
      failNext: {
        does: () => {
          const calls = nextOf(this.#failures.length, 'call', 'calls')
          return calls && `Fails ${calls} with ${[...new Set(this.#failures)].join(', ')}`
        },
        takeBack: () => {
          this.#failures = []
        },
      },
      slow: {
        does: () => (this.#delayMs > 0 ? `Waits ${this.#delayMs} ms before each answer` : undefined),
        takeBack: () => this.slow(0),
      },
      dropNextReplies: {
        does: () => {
          const replies = nextOf(this.#drops, 'reply', 'replies')
          return replies && `Drops ${replies}`
        },
        takeBack: () => {
          this.#drops = 0
        },
      },
    }
  }

  /** How long a call has to wait for its answer. */
  get delayMs(): number {
    return this.#delayMs
  }

  /** The status the next call has to fail with, if any. */
  takeFailure(): number | undefined {
    return this.#failures.shift()
  }

  /** Whether the reply of a call that has been done must be lost. */
  takeDrop(): boolean {
    if (this.#drops === 0) return false
    this.#drops -= 1
    return true
  }
}

/** What the fault switches ask of the next webhooks; each is used up by the deliveries it meets. */
export class DeliveryFaults {
  twice = 0
  late = { count: 0, delayMs: 0 }
  /** Holds this many deliveries, then sends them in reverse. */
  outOfOrder = 0

  /** The switches as a server's control offers them; `wake` lets the sender look again. */
  control(wake: () => void = () => {}): WebhookFaultControl {
    return {
      deliverTwice: async (count = 1) => {
        this.twice = checkCount(count)
      },
      deliverLate: async (count, delayMs) => {
        this.late = { count: checkCount(count), delayMs: checkDelay(delayMs) }
      },
      deliverOutOfOrder: async (count) => {
        this.outOfOrder = checkCount(count)
        wake()
      },
    }
  }

  clear(): void {
    this.twice = 0
    this.late = { count: 0, delayMs: 0 }
    this.outOfOrder = 0
  }

  /** Each switch by the name of the method that sets it; `wake` lets the sender look again. */
  switches(wake: () => void = () => {}): Record<string, Switch> {
    const deliveries = (count: number) => nextOf(count, 'delivery', 'deliveries')
    const said = (count: number, words: (which: string) => string) => {
      const which = deliveries(count)
      return which && words(which)
    }
    return {
      deliverTwice: {
        does: () => said(this.twice, (which) => `Sends ${which} twice`),
        takeBack: () => {
          this.twice = 0
        },
      },
      deliverLate: {
        does: () => said(this.late.count, (which) => `Sends ${which} ${this.late.delayMs} ms late`),
        takeBack: () => {
          this.late = { count: 0, delayMs: 0 }
        },
      },
      deliverOutOfOrder: {
        does: () => said(this.outOfOrder, (which) => `Holds ${which}, then sends them in reverse`),
        takeBack: () => {
          this.outOfOrder = 0
          wake()
        },
      },
    }
  }
}

/** How the webhooks of a server go wrong. */
export interface WebhookFaultControl {
  /** Sends each of the next `count` deliveries twice; 0 switches it off. */
  deliverTwice(count?: number): Promise<void>
  /** Holds each of the next `count` deliveries for `delayMs`, so that later ones overtake them. */
  deliverLate(count: number, delayMs: number): Promise<void>
  /** Holds the next `count` deliveries until all are there, then sends them in reverse; 0 sends what is held. */
  deliverOutOfOrder(count: number): Promise<void>
}

export function checkCount(count: number): number {
  if (Number.isInteger(count) && count >= 0 && count <= 100_000) return count
  throw new Error(`${count} is not how often: give a whole number from 0 to 100000.`)
}

export function checkDelay(delayMs: number): number {
  if (Number.isFinite(delayMs) && delayMs >= 0 && delayMs <= 3_600_000) return delayMs
  throw new Error(`${delayMs} is no delay: give milliseconds, up to an hour.`)
}
