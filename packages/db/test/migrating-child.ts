// Migrates in a process of its own, in small batches and under a short lease, so that it can be killed between any two.
import { connectDb, disconnectDb, migrate } from '@insula/db'

await connectDb()
const note = (line: string) => process.stdout.write(`${line}\n`)
await migrate({ note, batch: 2, leaseMs: 300 })
await disconnectDb()
