import { CannotStart } from '@insula/contracts/env'
import mongoose from 'mongoose'
import { migrations } from './all.ts'
import { missingOf } from './records.ts'

/** The stored data is of an older release. Waiting does not help: somebody has to run the migrations. */
export class MigrationsMissing extends CannotStart {
  override readonly name = 'MigrationsMissing'
  readonly missing: readonly string[]

  constructor(missing: readonly string[]) {
    super(
      [
        `The database “${mongoose.connection.name}” is of an older release: ${missing.join(', ')} must run before this one starts.`,
        'Run `node apps/worker/dist/migrate.js`, or `docker compose run --rm migrate`, and start again.',
        '`npm start` and `npm run dev` do it by themselves.',
      ].join('\n'),
    )
    this.missing = missing
  }
}

/** Throws `MigrationsMissing` where stored data is not as this release reads it. A fresh database is. */
export async function requireMigrated(): Promise<void> {
  const { db } = mongoose.connection
  if (!db) throw new Error('Connect to MongoDB first')
  const missing = await missingOf(db, migrations)
  if (missing.length > 0) throw new MigrationsMissing(missing.map(({ name }) => name))
}
