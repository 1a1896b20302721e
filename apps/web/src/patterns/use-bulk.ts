'use client'

import { useEffect, useRef, useState } from 'react'
import { asTold } from '../api/as-told.ts'
import { faultOf } from '../api/refusal.ts'
import { useUnsaved } from './leaving.ts'

/** Something to be done to each of several rows, one call a row. */
export interface BulkAction<Row> {
  label: string
  danger?: boolean
  /** Which of the selected rows it is for; the others stay as they are. */
  takes: (row: Row) => boolean
  run: (row: Row) => Promise<unknown>
  /** What was done, of one and of several: `API key revoked`. */
  done: [string, string]
  /** Asked before, where it cannot be taken back. */
  consequence?: string
}

interface Failed<Row> {
  row: Row
  message: string
}

export interface BulkRun<Row> {
  action: BulkAction<Row>
  total: number
  done: number
  failed: Failed<Row>[]
  /** Rows that were left as they were when somebody stopped it. */
  left: number
  running: boolean
  /** Seconds for which the server asked to wait. */
  waiting: number | null
}

/**
 * Does an action to one row after the other, told how far it is and stopped between two rows. A row that is refused does
 * not keep the others from their turn, and which one and why is kept.
 */
export const runEach = async <Row>(
  action: BulkAction<Row>,
  rows: readonly Row[],
  signal: AbortSignal,
  tell: (run: BulkRun<Row>) => void,
): Promise<BulkRun<Row>> => {
  let run: BulkRun<Row> = {
    action,
    total: rows.length,
    done: 0,
    failed: [],
    left: 0,
    running: true,
    waiting: null,
  }
  const step = (change: Partial<BulkRun<Row>>) => {
    run = { ...run, ...change }
    tell(run)
  }
  step({})
  for (const row of rows) {
    if (signal.aborted) break
    try {
      await asTold(() => action.run(row), {
        signal,
        twiceIsOnce: false,
        onWait: (seconds) => step({ waiting: seconds }),
      })
      step({ done: run.done + 1, waiting: null })
    } catch (error) {
      // Stopped while it waited for its turn: nothing was done to this row.
      if (signal.aborted && run.waiting !== null) break
      step({ failed: [...run.failed, { row, message: faultOf(error).message }], waiting: null })
    }
  }
  step({ running: false, waiting: null, left: run.total - run.done - run.failed.length })
  return run
}

export const useBulk = <Row>() => {
  const [run, setRun] = useState<BulkRun<Row> | null>(null)
  const stopping = useRef<AbortController | null>(null)
  useEffect(() => () => stopping.current?.abort(), [])
  const stop = () => stopping.current?.abort()
  useUnsaved(run?.running ?? false, { lost: 'What has not had its turn yet', discard: stop })

  const start = async (action: BulkAction<Row>, rows: readonly Row[]) => {
    const controller = new AbortController()
    stopping.current = controller
    return await runEach(action, rows, controller.signal, setRun)
  }
  return { run, start, stop, dismiss: () => setRun(null) }
}
