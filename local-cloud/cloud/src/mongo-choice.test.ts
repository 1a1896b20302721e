import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DryMongoBinary } from 'mongodb-memory-server-core/lib/util/DryMongoBinary.js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { chooseMongo } from './mongo-choice.ts'

let stateDir: string
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'insula-mongo-'))
})
afterEach(async () => {
  DryMongoBinary.binaryCache.clear()
  await rm(stateDir, { recursive: true, force: true })
})

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

test('what INSULA_MONGO forces wins over MONGODB_URI', async () => {
  const env = { ...nothing, MONGODB_URI: 'mongodb://db:27017' }
  const forced = async (INSULA_MONGO: string) =>
    chooseMongo({ env: { ...env, INSULA_MONGO }, stateDir, downloadDir, probe: unreachable })
  expect(await forced('embedded')).toMatchObject({ kind: 'embedded' })
  expect(await forced('mongodb://other')).toMatchObject({ kind: 'given', uri: 'mongodb://other' })
  await expect(forced('mongod')).rejects.toThrow(/INSULA_MONGO=mongod/)
})

test('a mongod on the PATH is taken when it runs, and passed over with the reason when it does not', async () => {
  const binary = join(stateDir, 'mongod')
  const choose = async (script: string) => {
    await writeFile(binary, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    const dir = await mkdtemp(join(stateDir, 'choice-'))
    const env = { ...nothing, PATH: stateDir }
    return await chooseMongo({ env, stateDir: dir, downloadDir, probe: unreachable })
  }
  expect(await choose('echo libcurl.so.4 is missing >&2; exit 127')).toEqual({
    kind: 'embedded',
    why: 'the mongod on the PATH does not run (libcurl.so.4 is missing) and its download cannot be reached (ENOTFOUND)',
  })
  expect(await choose('echo db version v8.2.6')).toEqual({
    kind: 'mongod',
    binary,
    why: 'mongod is on the PATH',
  })
})

test('a mongod that was downloaded before is taken when it runs, and else passed over', async () => {
  const folder = join(stateDir, 'downloads')
  const options = await DryMongoBinary.generateOptions({ version: '8.2.6', downloadDir: folder })
  const binary = join(folder, await DryMongoBinary.getBinaryName(options))
  await mkdir(folder)
  const choose = async (script: string) => {
    await writeFile(binary, `#!/bin/sh\n${script}; exit\n`, { mode: 0o755 })
    // A file without its sum, or too short, counts as a download that was cut off.
    await truncate(binary, 2 * 1024 * 1024)
    await writeFile(`${binary}.md5`, '')
    const dir = await mkdtemp(join(stateDir, 'choice-'))
    return await chooseMongo({ env: nothing, stateDir: dir, downloadDir: folder, probe: unreachable })
  }
  expect(await choose('exit 1')).toMatchObject({
    kind: 'embedded',
    why: expect.stringContaining('the downloaded one does not run here'),
  })
  expect(await choose('echo db version v8.2.6')).toEqual({
    kind: 'mongod',
    binary,
    why: 'a downloaded mongod was found',
  })
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
