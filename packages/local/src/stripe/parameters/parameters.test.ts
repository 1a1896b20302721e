import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parameterLock } from './read-sdk.ts'

it('the parameter lock is what the pinned SDK declares', () => {
  const kept = readFileSync(join(import.meta.dirname, 'parameters.lock.json'), 'utf8')
  expect(parameterLock() === kept, 'run node packages/local/src/stripe/parameters/generate.ts').toBe(true)
})
