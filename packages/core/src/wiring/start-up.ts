import { requireSoundMachines } from '@insula/contracts'
import { withoutDeadline } from '@insula/contracts/deadline'
import { EnvError } from '@insula/contracts/env'
import {
  connectDb,
  disconnectDb,
  effectsSettled,
  ensureCollections,
  onWhoChanged,
  requireMigrated,
} from '@insula/db'
import { dbEnv } from '@insula/db/env'
import { closeQueues } from '@insula/jobs'
import { jobsEnv } from '@insula/jobs/env'
import { cacheEnv, closeCache } from '@insula/providers/cache'
import { mailOrigin, objectStoreEnv, stripeEnv } from '@insula/providers/env'
import { forgetAbout } from '@insula/providers/remembered'
import { ensurePlans } from '../kernel/default-plans.ts'
import { coreEnv } from '../kernel/env.ts'
import { processEnv } from '../kernel/process/env.ts'
import { processState } from '../kernel/process/state.ts'

/** Readers of what every process needs. */
export const sharedEnvs = [
  processEnv,
  coreEnv,
  dbEnv,
  jobsEnv,
  cacheEnv,
  stripeEnv,
  objectStoreEnv,
  mailOrigin,
]

/** Runs every reader of the environment and throws one error that names all that is missing. */
export function readEnvs(readers: (() => unknown)[]): void {
  // By variable, since two packages may read the same one.
  const wrong = new Map<string, string>()
  for (const read of readers) {
    try {
      read()
    } catch (error) {
      if (!(error instanceof EnvError)) throw error
      for (const line of error.message.split('\n').slice(1)) {
        const variable = line.trim().split(' ', 1)[0] ?? line
        if (!wrong.has(variable)) wrong.set(variable, line)
      }
    }
  }
  if (wrong.size > 0)
    throw new EnvError(`The environment is not complete:\n${[...wrong.values()].join('\n')}`)
}

let preparing: Promise<void> | undefined

/**
 * Reads the environment, connects to MongoDB, and makes sure of migrations and indexes, once a process. A failure is
 * tried again by the next caller. Throws `CannotStart` when somebody has to act first.
 */
export function startUp(extraEnvs: (() => unknown)[] = []): Promise<void> {
  // Not held to the deadline of the request that happens to come first: it waits for this, and may give up.
  preparing ??= withoutDeadline(async () => {
    readEnvs([...sharedEnvs, ...extraEnvs])
    requireSoundMachines()
    onWhoChanged(forgetAbout)
    await connectDb()
    // Before anything is made: what is there then is of this release.
    await requireMigrated()
    await ensureCollections()
    await ensurePlans()
    processState().connected = true
  }).catch((error: unknown) => {
    preparing = undefined
    throw error
  })
  return preparing
}

/** Says where failures of what was started after a commit, such as putting a job into a queue, are told. */
export { reportFailedEffects } from '@insula/db'

/** Closes every connection, so that the process can end by itself. */
export async function shutDown(): Promise<void> {
  preparing = undefined
  await effectsSettled()
  await Promise.allSettled([closeQueues(), closeCache(), disconnectDb()])
}
