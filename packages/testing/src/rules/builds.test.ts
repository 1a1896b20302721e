import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../../..')

interface Plan {
  tasks: { package: string; inputs: Record<string, string> }[]
}

test('an app is built anew when what it is made of changes, and not for the local cloud or the builders for tests', async () => {
  const turbo = join(root, 'node_modules/.bin/turbo')
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 }
  const { stdout } = await promisify(execFile)(turbo, ['run', 'build', '--dry=json'], options)
  const { tasks }: Plan = JSON.parse(stdout)
  const apps = tasks.filter(({ package: name }) => /^@insula[/](gateway|web|worker)$/.test(name))
  expect(apps).toHaveLength(3)
  for (const { inputs } of apps) {
    const files = Object.keys(inputs)
    expect(files).toEqual(expect.arrayContaining([expect.stringContaining('packages/core/src/')]))
    expect(files.filter((file) => /local-cloud|packages[/]testing/.test(file))).toEqual([])
  }
}, 60_000)
