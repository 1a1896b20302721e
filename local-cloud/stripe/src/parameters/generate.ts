/** Run after each change of the SDK's version: `node local-cloud/stripe/src/parameters/generate.ts`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parameterLock } from './read-sdk.ts'

writeFileSync(join(import.meta.dirname, 'parameters.lock.json'), parameterLock())
