import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { install } from './install.ts'
import { findProgram } from './program.ts'
import { runQuietly } from './run-quietly.ts'

let folder: string
let places: { PATH: string; XDG_CACHE_HOME: string }
let notes: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'insula-install-'))
  places = { PATH: join(folder, 'bin'), XDG_CACHE_HOME: join(folder, 'cache dir') }
  notes = []
  await mkdir(places.PATH)
  // what scripts need, and nothing that this machine may have besides
  for (const name of ['sh', 'dirname', 'mkdir', 'cp', 'cat'])
    await symlink(findProgram([name], process.env.PATH ?? '') ?? '', join(places.PATH, name))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A program of this machine for as long as the test runs. */
async function program(name: string, script: string): Promise<void> {
  await writeFile(join(places.PATH, name), `#!/bin/sh\nPATH='${places.PATH}'\n${script}\n`)
  await chmod(join(places.PATH, name), 0o755)
}

/** apt-get writes down what it was asked for and fetches `archives`; dpkg-deb unpacks each as the tree of its name. */
async function debian(archives: string[], trees: Record<string, Record<string, string>>): Promise<void> {
  for (const [name, files] of Object.entries(trees)) {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, 'trees', name, path)
      await mkdir(join(file, '..'), { recursive: true })
      await writeFile(file, text)
      await chmod(file, 0o755)
    }
  }
  const fetch = archives.map((name) => `: > "\${option#*=}/${name}"`).join('; ')
  await program(
    'apt-get',
    `echo "$@" >> '${folder}/asked'
case "$*" in *install*) for option; do case "$option" in Dir::Cache::archives=*) ${fetch || ':'} ;; esac; done ;; esac`,
  )
  await program('dpkg-deb', `cp -r '${folder}/trees/'"\${2##*/}/." "$3"`)
}

const asNobody = () => install('redis', places, (line) => notes.push(line), false)
const server = `#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "$LD_LIBRARY_PATH"; echo "$1"`
const whole = {
  'redis-server.deb': { 'etc/redis.conf': '' },
  'redis-tools.deb': { 'usr/bin/redis-server': server },
  'liblzf1.deb': { 'usr/lib/some-triplet/liblzf.so.1': '' },
}

test('where there is nothing to install with, it says what to type', async () => {
  await expect(asNobody()).rejects.toThrow(/needs redis-server.*sudo apt-get install redis-server.*REDIS_URL/)
})

test('where apt can fetch nothing, it says so in apt’s own words and leaves nothing behind', async () => {
  await debian([], {})
  await program('apt-get', 'echo "E: no route to deb.debian.org"; exit 100')
  await expect(asNobody()).rejects.toThrow(/E: no route to deb.debian.org/)
  expect(await readdir(join(places.XDG_CACHE_HOME, 'insula'))).toEqual([])
})

test('what was fetched and does not run is not taken', async () => {
  const broken = {
    'redis-tools.deb': { 'usr/bin/redis-server': '#!/bin/sh\necho "cannot open liblzf.so.1"; exit 127' },
  }
  await debian(['redis-tools.deb'], broken)
  await expect(asNobody()).rejects.toThrow(/cannot open liblzf.so.1/)
  expect(await readdir(join(places.XDG_CACHE_HOME, 'insula'))).toEqual([])
})

test('a cache folder that cannot be written is named, with the variable that names another', async () => {
  await debian(Object.keys(whole), whole)
  await writeFile(places.XDG_CACHE_HOME, 'a file')
  await expect(asNobody()).rejects.toThrow(/cache dir\/insula.*XDG_CACHE_HOME/)
})

test('whoever may install nothing gets it unpacked with its libraries, once, and apt keeps to folders of ours', async () => {
  await debian(Object.keys(whole), whole)
  const path = await asNobody()
  const root = join(places.XDG_CACHE_HOME, 'insula', 'redis-server')
  expect(path.startsWith(root)).toBe(true)
  expect(
    await runQuietly('/bin/sh', [
      '-c',
      `[ "$('${path}' hello)" = '${root}/start/../usr/lib/some-triplet\nhello' ]`,
    ]),
  ).toBe(undefined)
  expect(await readdir(join(places.XDG_CACHE_HOME, 'insula'))).toEqual(['redis-server'])
  const asked = (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n')
  expect(asked.map((line) => /(update|install .*)$/.exec(line)?.[0])).toEqual([
    'update',
    'install --download-only --reinstall --no-install-recommends -y redis-server redis-tools',
  ])
  for (const line of asked) expect(line).toMatch(/Dir::State=.*cache dir.*Debug::NoLocking=1/)

  expect(await asNobody()).toBe(path)
  expect(notes).toEqual([expect.stringMatching(/^Unpacking redis into .*: this happens once$/)])
})

test('a Redis on the PATH wins over one that was unpacked', async () => {
  await debian(Object.keys(whole), whole)
  await asNobody()
  await program('redis-server', 'exit 0')
  expect(await asNobody()).toBe(join(places.PATH, 'redis-server'))
})
