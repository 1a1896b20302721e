import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const module = new URL('./descriptors.ts', import.meta.url).href

/** What a process that may open 200 files says of itself when it has opened so many. */
async function said(opened: number) {
  const program = `
    const { openSync } = await import('node:fs')
    const { descriptors } = await import('${module}')
    const first = descriptors().open
    try {
      for (let at = first; at < ${opened}; at += 1) openSync('/dev/null')
    } catch {}
    console.log(JSON.stringify(descriptors()))`
  const shell = 'ulimit -n 200 && exec "$0" --input-type=module --eval "$1"'
  const { stdout } = await promisify(execFile)('sh', ['-c', shell, process.execPath, program])
  return JSON.parse(stdout) as unknown
}

/** What other systems do not tell. */
const untold = { open: null, limit: null, scarce: false, spent: false }

test.each([
  [100, { limit: 200, scarce: false, spent: false }],
  [185, { limit: 200, scarce: true, spent: false }],
  [200, { limit: 200, scarce: true, spent: true }],
])('a process that holds %d of 200 descriptors knows how few are left', async (opened, known) => {
  expect(await said(opened)).toMatchObject(process.platform === 'linux' ? known : untold)
})
