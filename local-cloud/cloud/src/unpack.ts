import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { runQuietly } from './run-quietly.ts'

/** What Debian's tools are called here, by their paths. */
export interface DebianTools {
  aptGet: string
  dpkgDeb: string
}

/** Programs that were unpacked without being installed; `XDG_CACHE_HOME`, or `~/.cache`, of whoever runs this. */
export const unpackDir = (cacheHome: string | undefined) =>
  join(cacheHome ?? join(homedir(), '.cache'), 'insula')

const starterOf = (dir: string, program: string) => join(dir, program, 'start', program)

/** Where a program was unpacked before. */
export function findUnpacked(program: string, dir: string): string | undefined {
  const starter = starterOf(dir, program)
  return existsSync(starter) ? starter : undefined
}

/**
 * Fetches Debian packages with all that they need and this machine lacks, and unpacks them into a folder of
 * their own: needs no rights and leaves the system as it is. `packages` are those that hold the program itself, which
 * are fetched even where they are installed. Resolves with why it failed, if it did.
 */
export async function unpackDebian(
  program: string,
  packages: readonly string[],
  dir: string,
  { aptGet, dpkgDeb }: DebianTools,
): Promise<string | undefined> {
  let work: string | undefined
  try {
    await mkdir(dir, { recursive: true })
    // beside its final place, so that one rename makes it appear: half of it is never found
    work = await mkdtemp(join(dir, `${program}-`))
    const [root, archives, lists] = [join(work, 'root'), join(work, 'archives'), join(work, 'state/lists')]
    await mkdir(root)
    await mkdir(join(archives, 'partial'), { recursive: true })
    await mkdir(join(lists, 'partial'), { recursive: true })
    const failed =
      (await runQuietly(aptGet, [...ownFolders(work), 'update'])) ??
      (await runQuietly(aptGet, [...ownFolders(work), ...download, ...packages])) ??
      (await unpackAll(archives, root, dpkgDeb)) ??
      (await makeStarter(root, program)) ??
      (await runQuietly(join(root, 'start', program), ['--version']))
    if (failed !== undefined) return failed
    await rename(root, join(dir, program)).catch((error: NodeJS.ErrnoException) => {
      // another clone was quicker
      if (findUnpacked(program, dir) === undefined) throw error
    })
    return undefined
  } catch (error) {
    return `unpacking into ${dir}: ${(error as Error).message}; XDG_CACHE_HOME names another folder`
  } finally {
    if (work !== undefined) await rm(work, { recursive: true, force: true })
  }
}

const download = ['install', '--download-only', '--reinstall', '--no-install-recommends', '-y']

/** apt with its lists and archives in a folder of ours: those of the system, and its locks, are root's. */
function ownFolders(work: string): string[] {
  const settings = {
    'Dir::State': join(work, 'state'),
    'Dir::Cache': join(work, 'cache'),
    'Dir::Cache::archives': join(work, 'archives'),
    'Debug::NoLocking': '1',
  }
  return ['-qq', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])]
}

async function unpackAll(archives: string, root: string, dpkgDeb: string): Promise<string | undefined> {
  const names = (await readdir(archives)).filter((name) => name.endsWith('.deb'))
  if (names.length === 0) return 'apt-get fetched nothing'
  for (const name of names) {
    const failed = await runQuietly(dpkgDeb, ['-x', join(archives, name), root])
    if (failed !== undefined) return failed
  }
  return undefined
}

/** A program that was unpacked finds the libraries that came with it only where it is told to look. */
async function makeStarter(root: string, program: string): Promise<string | undefined> {
  const files = await readdir(root, { recursive: true })
  const binary = ['usr/bin', 'bin', 'usr/sbin']
    .map((folder) => join(folder, program))
    .find((one) => files.includes(one))
  if (binary === undefined) return `there is no ${program} in what was fetched`
  const folders = new Set(files.filter((file) => /\.so(\.[\d.]+)?$/.test(file)).map(dirname))
  const libraries = [...folders].sort().map((folder) => `$root/${folder}`)
  const lines = ['#!/bin/sh', 'root=$(dirname -- "$0")/..', `exec "$root/${binary}" "$@"`, '']
  if (libraries.length > 0) {
    // an empty part of the variable would stand for the current folder
    const inherited = `\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}`
    lines.splice(2, 0, `export LD_LIBRARY_PATH="${libraries.join(':')}${inherited}"`)
  }
  await mkdir(join(root, 'start'))
  await writeFile(join(root, 'start', program), lines.join('\n'))
  await chmod(join(root, 'start', program), 0o755)
  return undefined
}
