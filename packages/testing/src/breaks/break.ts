/** One line broken on purpose, and the test files that must notice it. */
export interface Break {
  kind: string
  /** From the repository's root. */
  file: string
  /** Stands in the file exactly once. */
  from: string
  to: string
  /** What an unnoticed break would let happen. */
  why: string
  tests: readonly string[]
  /** Why no test notices it; one that is listed so is told, and counted as unnoticed. */
  survives?: string
}

/** Breaks of one file, all noticed by the same tests unless one says otherwise. */
export const breaksOf = (
  kind: string,
  file: string,
  noticedBy: readonly string[],
  ...given: [from: string, to: string, why: string, noticedBy?: readonly string[]][]
): Break[] => given.map(([from, to, why, own]) => ({ kind, file, from, to, why, tests: own ?? noticedBy }))
