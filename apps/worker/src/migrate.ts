import { CannotStart } from '@insula/contracts/env'
import { connectDb, disconnectDb, migrate } from '@insula/db'

// Brings the stored data to this release, before any process of it starts. Safe to run at any time, by several at once, and
// again after it was killed. Ends with 0 when nothing is left to do.

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

const print = (line: string) => process.stdout.write(`${line}\n`)

try {
  await connectDb()
  const finished = await migrate({ note: print, signal: stopping.signal })
  print(finished.length === 0 ? 'Nothing is left to migrate.' : `Migrated: ${finished.join(', ')}.`)
} catch (error) {
  process.exitCode = 1
  const told = stopping.signal.aborted
    ? 'Stopped. What is done stays done; run this again for the remaining steps.'
    : error instanceof CannotStart
      ? error.message
      : String((error as Error).stack)
  process.stderr.write(`${told}\n`)
} finally {
  await disconnectDb()
}
