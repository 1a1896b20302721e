import { Refusal } from '@insula/contracts'

/**
 * What it takes to do a failed job's work again: `again` runs the same job, `anew` says that its domain has begun over
 * with another. Throws a `conflict` that says why where the job would find nothing left to do.
 */
export type Retrial = (data: Record<string, unknown>, requestId: string) => Promise<'again' | 'anew'>

/** A domain's own, by the names of its jobs. A job that has none simply runs again. */
export type Retrials = Readonly<Record<string, Retrial>>

export const nothingLeft = (why: string) => new Refusal('conflict', `${why} Discard this job.`)
