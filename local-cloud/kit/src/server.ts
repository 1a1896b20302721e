import type { ArmedControl } from './armed.ts'

/**
 * What every server of the local cloud looks like from outside, whether it runs in a test's own process or
 * as a child process of `local up`.
 */
export interface LocalServer<Control extends object = object> {
  /** The address clients connect to, such as `http://127.0.0.1:4010` or `mongodb://127.0.0.1:4001/?replicaSet=rs0`. */
  readonly url: string
  readonly port: number
  /**
   * Fault switches and everything the local cloud's page and the tests may ask of this server. Methods (or
   * objects of methods, such as `clock.advance`) take and return JSON values, so that they can be called across processes.
   */
  readonly control: Control
  /** Stops accepting, makes state durable and frees the port. */
  close(): Promise<void>
}

export interface StartOptions {
  /** 0 picks a free port. */
  port: number
  /** Where state lives; created if missing. Nothing is kept elsewhere. */
  dataDir: string
  /** Defaults to 127.0.0.1. */
  host?: string
}

/** What each server that keeps something offers, so that a state of the whole cloud can be kept under a name. */
export interface SavedStateControl {
  /** Writes all it holds into an empty folder, durably, as it is at one moment. */
  save(folder: string): Promise<void>
  /** Puts what `save` wrote in place of what it holds, all or nothing, and clears the fault switches. */
  restore(folder: string): Promise<void>
}

/** The switches that each HTTP server of the local cloud has in common. Reset by `reset()`. */
export interface HttpControl extends SavedStateControl, ArmedControl {
  /** Answers the next `count` calls with `status` (400 to 599) before doing any work, after those asked for before. */
  failNext(count: number, status: number): Promise<void>
  /** Waits this long before each answer; 0 switches it off. */
  slow(delayMs: number): Promise<void>
  /** Does the work of the next `count` calls, then cuts the connection instead of answering. */
  dropNextReplies(count?: number): Promise<void>
  /** Clears faults and all stored state. */
  reset(): Promise<void>
}
