// The steps of a run: each is tried, whatever became of those before it, and all are counted.

/** A tally of passed and failed tests; what only prepares the ground proves nothing. */
export const prepared = () => ({ passed: 0, failed: 0 })
export const passed = (count = 1) => ({ passed: count, failed: 0 })
export const failed = (count = 1) => ({ passed: 0, failed: count })

export class Report {
  #rows = []
  #print
  #stopped = false

  constructor(print = (line) => console.log(line)) {
    this.#print = print
  }

  /** No further step begins. */
  stop() {
    this.#stopped = true
  }

  /**
   * Tries a step that resolves with its tally, and never throws. A step that cannot run counts as one that failed.
   * Resolves with whether all of it passed.
   */
  async step(name, work) {
    if (this.#stopped) return false
    this.#print(`\n== ${name}`)
    const began = Date.now()
    const tally = await Promise.resolve()
      .then(work)
      .catch((error) => {
        this.#print(error?.message ?? String(error))
        return failed()
      })
    const row = { name, ...tally, ms: Date.now() - began }
    this.#rows.push(row)
    this.#print(`== ${name}: ${verdict(row)} after ${seconds(row.ms)}`)
    return row.failed === 0
  }

  get failures() {
    return this.#rows.reduce((sum, row) => sum + row.failed, 0)
  }

  /** The table of steps, and as its last line how many passed and failed. */
  print() {
    const total = this.#rows.reduce((sum, row) => sum + row.passed, 0)
    const time = this.#rows.reduce((sum, row) => sum + row.ms, 0)
    const header = ['step', 'result', 'passed', 'failed', 'time']
    const rows = this.#rows.map((row) => [row.name, verdict(row), row.passed, row.failed, seconds(row.ms)])
    this.#print(
      `\n${alignColumns([header, ...rows, ['all', verdict(this), total, this.failures, seconds(time)]])}\n`,
    )
    this.#print(`${total} passed, ${this.failures} failed`)
  }
}

const verdict = (row) => ((row.failed ?? row.failures) === 0 ? 'passed' : 'FAILED')
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`

/** Words to the left, numbers to the right. */
function alignColumns(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)))
  const cell = (value, column) =>
    column < 2 ? String(value).padEnd(widths[column]) : String(value).padStart(widths[column])
  return rows.map((row) => `  ${row.map(cell).join('   ')}`).join('\n')
}
