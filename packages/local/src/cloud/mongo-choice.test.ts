import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { chooseMongo } from './mongo-choice.ts'

let stateDir: string
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'insula-mongo-'))
})
afterEach(() => rm(stateDir, { recursive: true, force: true }))

const unreachable = async () => 'ENOTFOUND'
const nothing = { PATH: '/nowhere', MONGODB_URI: undefined, INSULA_MONGO: undefined }
const downloadDir = '/nowhere/mongod'

test('a mongod that is demanded and cannot be had is an error that says what to do', async () => {
  const choice = chooseMongo({
    env: { ...nothing, INSULA_MONGO: 'mongod' },
    stateDir,
    downloadDir,
    probe: unreachable,
  })
  await expect(choice).rejects.toThrow(/INSULA_MONGO=mongod, but .*ENOTFOUND.*MONGODB_URI/s)
})

test('an address that is given wins over all', async () => {
  const env = { ...nothing, MONGODB_URI: 'mongodb://db:27017' }
  expect(await chooseMongo({ env, stateDir })).toMatchObject({ kind: 'given', uri: 'mongodb://db:27017' })
})

test('where no mongod can be had it is our own, and that is remembered', async () => {
  const first = await chooseMongo({ env: nothing, stateDir, downloadDir, probe: unreachable })
  expect(first).toMatchObject({ kind: 'embedded', why: expect.stringContaining('ENOTFOUND') })
  const asked: string[] = []
  const probe = async () => {
    asked.push('again')
    return undefined
  }
  expect(await chooseMongo({ env: nothing, stateDir, downloadDir, probe })).toEqual(first)
  expect(asked).toEqual([])
})

test('what is demanded once is not remembered', async () => {
  await chooseMongo({ env: { ...nothing, INSULA_MONGO: 'embedded' }, stateDir })
  const later = await chooseMongo({ env: nothing, stateDir, downloadDir, probe: unreachable })
  expect(later.why).toContain('no mongod is on the PATH')
})
