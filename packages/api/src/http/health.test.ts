import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const at = (path: string) => new URL(path, import.meta.url).href
const core = '../../../core/src/kernel/process/'

const program = `
  const { openSync } = await import('node:fs')
  const { healthApp } = await import('${at('./health.ts')}')
  const { descriptors } = await import('${at(`${core}descriptors.ts`)}')
  const { processState } = await import('${at(`${core}state.ts`)}')
  processState().connected = true
  const app = healthApp()
  const told = []
  const ask = async () => {
    for (const path of ['/ready', '/live']) told.push(path + ' ' + (await app.request(path)).status)
  }
  await ask()
  while (!descriptors().scarce) openSync('/dev/null')
  await ask()
  try {
    for (;;) openSync('/dev/null')
  } catch {}
  await ask()
  console.log(JSON.stringify(told))
  process.exit(0)`

test('near the limit of open files a process takes no new work, and at the limit it does not live', async () => {
  const shell = 'ulimit -n 200 && exec "$0" --input-type=module --eval "$1"'
  const env = { ...process.env, APP_URL: 'http://localhost:3000' }
  const { stdout } = await promisify(execFile)('sh', ['-c', shell, process.execPath, program], { env })
  const [atFirst, near, full] = [0, 2, 4].map((from) =>
    (JSON.parse(stdout) as string[]).slice(from, from + 2),
  )
  expect(atFirst).toEqual(['/ready 200', '/live 200'])
  expect(near).toEqual(['/ready 503', '/live 200'])
  expect(full).toEqual(['/ready 503', '/live 503'])
}, 60_000)
