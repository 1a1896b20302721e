/**
 * Byte strings that order as a collation orders texts. JavaScript can compare under a collation but gives no sort keys,
 * so each text is given a label between those of its neighbours when it is first seen, and keeps it. Texts that the
 * collation holds equal share one label. Labels mean something only within this process.
 */
export class CollationLabels {
  readonly compare: (a: string, b: string) => number
  /** Sorted runs of at most `runLength` entries; the first text of each leads the search. */
  readonly runs: Entry[][] = [[]]

  constructor(compare: (a: string, b: string) => number) {
    this.compare = compare
  }

  labelOf(text: string): string {
    const runAt = lastNotAfter(this.runs.length, (at) => this.compare(this.runs[at]![0]?.text ?? '', text))
    const run = this.runs[Math.max(runAt, 0)]!
    const at = lastNotAfter(run.length, (index) => this.compare(run[index]!.text, text))
    const before = run[at]
    if (before && this.compare(before.text, text) === 0) return before.label
    const after = run[at + 1] ?? this.runs[Math.max(runAt, 0) + 1]?.[0]
    const digits = between(before?.digits ?? [], after?.digits)
    const entry = { text, digits, label: bytesOf(digits) }
    run.splice(at + 1, 0, entry)
    if (run.length > runLength) this.runs.splice(Math.max(runAt, 0) + 1, 0, run.splice(runLength / 2))
    return entry.label
  }
}

interface Entry {
  text: string
  digits: readonly number[]
  label: string
}

const runLength = 512

/** The last position whose entry does not come after the text, or -1. */
function lastNotAfter(length: number, compareAt: (at: number) => number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareAt(middle) <= 0) low = middle + 1
    else high = middle
  }
  return low - 1
}

const base = 2 ** 32
/** Room left between neighbours, so that texts that arrive in order, or between two others, get short labels. */
const step = 4096

/** A sequence of digits after `low` and before `high`, where one that goes on comes after one that ends. */
function between(low: readonly number[], high: readonly number[] | undefined): number[] {
  const digits: number[] = []
  let bound = high
  for (let at = 0; ; at++) {
    const from = low[at] ?? 0
    const to = bound ? (bound[at] ?? 0) : base
    if (to - from >= 2) return [...digits, from + Math.min(Math.floor((to - from) / 2), step)]
    digits.push(from)
    if (to !== from) bound = undefined
  }
}

const bytesOf = (digits: readonly number[]): string =>
  digits
    .map((digit) => String.fromCharCode(digit >>> 24, (digit >>> 16) & 255, (digit >>> 8) & 255, digit & 255))
    .join('')
