import type { CloudEnvironment } from '../environment.ts'
import type { SavedStates } from '../saved-states.ts'

/** A server of the cloud as the page and the control API see it, wherever it runs. */
export interface ServerView {
  readonly url: string
  /** How often it had to be started again; absent where it runs in the caller's own process. */
  readonly restarts?: number
  call(method: string, args: unknown[]): Promise<unknown>
  /** Ends it as a crash does, and resolves when it answers again. */
  kill?(): Promise<void>
}

/** What the page shows and the control API reaches. */
export interface CloudView {
  readonly env: CloudEnvironment
  /** Which MongoDB it is and why, in a few words. */
  readonly mongo: string
  readonly servers: ReadonlyMap<string, ServerView>
  readonly states: SavedStates
  /** Where the product that stands on it is; undefined where nobody said. */
  readonly console?: string | undefined
}
