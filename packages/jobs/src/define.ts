import type { QueueName } from '@insula/contracts'
import { type ZodError, z } from 'zod'

/** What happens later: a name, the queue it waits in, and the shape of what it is told. */
export interface JobContract<Payload extends z.ZodType = z.ZodType> {
  /** `domain.verb-noun`. */
  name: `${QueueName}.${string}`
  queue: QueueName
  /** Ids, never bodies; the worker reads the rest from the database. */
  payload: Payload
  /** How often it is tried in all. */
  attempts: number
  /** Waits before the 2nd, 3rd, … attempt; the last one repeats. */
  backoffMs: readonly number[]
  /**
   * The same key is the same job: while one with it waits another is not added, and one that comes while it runs
   * makes it run once more. Effects must be idempotent all the same.
   */
  key(payload: z.infer<Payload>): string
  /** The key is the job's id: it is not added again for as long as what became of it is kept, done or given up. */
  once?: true
  /** What comes round by the clock says how often; see `defineSweep`. */
  everyMs?: number
}

export function defineJob<Payload extends z.ZodType>(
  name: JobContract['name'],
  rest: Omit<JobContract<Payload>, 'name' | 'queue'>,
): JobContract<Payload> {
  return { name, queue: name.split('.')[0] as QueueName, ...rest }
}

/** What looks for left-overs by the clock: however many workers there are, each tick runs once, and is not tried again. */
export const defineSweep = (name: JobContract['name'], everyMs: number) => ({
  ...defineJob(name, { payload: z.strictObject({}), attempts: 1, backoffMs: [], key: () => 'sweep' }),
  everyMs,
})

/** Every job of one domain has exactly one handler; a missing or surplus one does not compile. */
export type HandlersOf<Jobs extends Record<string, JobContract>> = {
  [Name in keyof Jobs]: (payload: z.infer<Jobs[Name]['payload']>, run: JobRun) => Promise<unknown>
}

/** Thrown by a handler that cannot begin just now: the job waits so long and comes again, and no attempt is spent. */
export class PutOff extends Error {
  override readonly name = 'PutOff'
  readonly delayMs: number

  constructor(delayMs: number) {
    super(`Put off for ${delayMs} ms`)
    this.delayMs = delayMs
  }
}

/** What a handler may know of the attempt it is. */
export interface JobRun {
  jobId: string
  /** 1 for the first. */
  attempt: number
  lastAttempt: boolean
  signal: AbortSignal
}

/** What only a newer release can know. The job is put off until one is there, and spends no attempt. */
export class OfTheFuture extends Error {
  override readonly name = 'OfTheFuture'
}

/** Whether nothing is wrong but fields that this release has not heard of. */
export const onlyOfTheFuture = (error: ZodError | undefined): boolean =>
  error?.issues.every(({ code }) => code === 'unrecognized_keys') ?? false
