import type { Doc, Value } from '../value.ts'

/** The documents of one partition in order. */
export interface Partition {
  docs: Doc[]
  /** Whether two documents, by their places, are equal under the sort. */
  sameRank(a: number, b: number): boolean
}

/** Answers a value for each document of a partition; undefined leaves the field out. */
export type WindowFunction = (partition: Partition) => (Value | undefined)[]
