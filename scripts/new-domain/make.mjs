import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { lastLines, tryCommand } from '../command.mjs'
import { prefixOf, refusalOf, singularOf } from './word.mjs'

/** Thrown before anything was changed, or after all of it was undone. */
export class CannotMake extends Error {}

const templates = join(import.meta.dirname, 'templates')

/** The lists that a domain stands in, with its line. */
const lists = {
  'packages/contracts/src/domains.ts': (word) => `export * as ${word} from './${word}/words.ts'`,
  'packages/api/src/domains.ts': (word) => `export { ${word}Router as ${word} } from './${word}/router.ts'`,
  'apps/worker/src/handlers/domains.ts': (word) => `export * as ${word} from './${word}.ts'`,
  'apps/web/src/frame/manifests.ts': (word) => `export * as ${word} from '../features/${word}/manifest.ts'`,
}

/** Written by the tests, which compare with them from then on; those of others that list all permissions or actions follow. */
const locks = (word) => [
  `packages/api/src/${word}/procedures.lock.txt`,
  `packages/contracts/src/${word}/roles.lock.txt`,
]

/**
 * Makes the rooms of a domain in the repository at `root`, and resolves with the files made and the lists that got a line. Throws
 * `CannotMake`, with nothing changed, for a word that cannot be one, where a file is there already, or when a step fails.
 */
export async function makeDomain(root, word) {
  const taken = await whatIsTaken(root)
  const refused = refusalOf(word, taken)
  if (refused) throw new CannotMake(refused)
  const singular = singularOf(word)
  const prefix = prefixOf(singular, taken.prefixes)
  if (!prefix) throw new CannotMake(`No three letters of “${singular}” are free for its ids.`)

  const filled = (text) =>
    text
      .replaceAll('__words__', word)
      .replaceAll('__word__', singular)
      .replaceAll('__Words__', capital(word))
      .replaceAll('__Word__', capital(singular))
      .replaceAll('__prefix__', prefix)
  const files = new Map(
    globSync('**/*.tmpl', { cwd: templates }).map((path) => [
      filled(path.slice(0, -'.tmpl'.length)),
      filled(readFileSync(join(templates, path), 'utf8')),
    ]),
  )
  const there = [...files.keys(), ...locks(word)].find((path) => existsSync(join(root, path)))
  if (there) throw new CannotMake(`${there} is there already. Move it away, or choose another word.`)

  const contents = (paths) => new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
  const before = contents(Object.keys(lists))
  const locked = contents(globSync('packages/{api,contracts}/src/*/*.lock.txt', { cwd: root }))
  const made = [...files.keys(), ...locks(word)].sort()
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
    for (const [path, text] of before) await writeFile(join(root, path), withLine(text, lists[path](word)))
    await run(root, '@biomejs/biome/bin/biome', ['check', '--write', ...files.keys(), ...before.keys()])
    await run(root, 'vitest/vitest.mjs', [
      ...['run', 'packages/api/src/procedures.test.ts', 'packages/contracts/src/gather.test.ts'],
      ...['--project', 'unit', '--update'],
    ])
  } catch (error) {
    for (const path of made) await rm(join(root, path), { force: true })
    for (const path of made) await removeEmpty(root, dirname(path))
    for (const [path, text] of [...before, ...locked]) await writeFile(join(root, path), text)
    throw error
  }
  return { made, edited: [...before.keys()] }
}

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1)

/** The list with one line more, in its place by the alphabet; what stands above the lines stays there. */
function withLine(text, line) {
  const lines = text.trimEnd().split('\n')
  const isEntry = (one) => one.startsWith('export ')
  const next = lines.findIndex((one) => isEntry(one) && one > line)
  lines.splice(next === -1 ? lines.length : next, 0, line)
  return `${lines.join('\n')}\n`
}

async function whatIsTaken(root) {
  const load = (path) => import(pathToFileURL(join(root, path)).href)
  const { idPrefixes } = await load('packages/contracts/src/ids.ts')
  const domains = await load('packages/contracts/src/domains.ts')
  const rooms = ['packages/*/src', 'apps/*/src', 'apps/web/app', 'apps/web/app/*', 'apps/web/src/features']
  const folders = globSync(rooms, { cwd: root }).flatMap((room) =>
    statSync(join(root, room)).isDirectory() ? readdirSync(join(root, room)) : [],
  )
  return {
    domains: Object.keys(domains),
    kinds: Object.keys(idPrefixes),
    prefixes: Object.values(idPrefixes),
    folders: folders.map((name) => name.split('.')[0]),
  }
}

async function run(root, program, args) {
  const { status, output } = await tryCommand(
    process.execPath,
    [join(root, 'node_modules', program), ...args],
    {
      cwd: root,
      env: process.env,
      timeoutMs: 120_000,
    },
  )
  if (status !== 0) throw new CannotMake(`${program} failed (${status}):\n${lastLines(output, 30)}`)
}

/** Removes the folders that were made for the files, up to the first that holds something else. */
async function removeEmpty(root, folder) {
  for (let at = folder; at !== '.'; at = dirname(at)) {
    const gone = await rmdir(join(root, at)).then(
      () => true,
      () => false,
    )
    if (!gone) return
  }
}
