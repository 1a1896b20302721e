import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from './support/product.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What each process of a deployment cannot do without. */
const shared = [
  'APP_URL',
  'AUTH_SECRET',
  'MONGODB_URI',
  'REDIS_URL',
  'REDIS_CACHE_URL',
  'S3_ENDPOINT',
  'S3_SECRET_ACCESS_KEY',
]
const processes = [
  {
    name: 'gateway',
    cwd: 'apps/gateway',
    args: ['dist/main.js'],
    needs: [...shared, 'STRIPE_SECRET_KEY', 'WEB_ORIGIN'],
  },
  {
    name: 'worker',
    cwd: 'apps/worker',
    args: ['dist/main.js'],
    needs: [...shared, 'STRIPE_SECRET_KEY', 'SENDGRID_API_KEY'],
  },
  {
    name: 'web',
    cwd: 'apps/web',
    args: [`${root}node_modules/next/dist/bin/next`, 'start', '--port', '0'],
    needs: shared,
  },
]

/** Runs a process to its end, with nothing in its environment but that it is production. */
function runBare(cwd: string, args: string[]): Promise<{ status: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root + cwd,
      env: { PATH: process.env.PATH, NODE_ENV: 'production' },
      timeout: 40_000,
    })
    let said = ''
    child.stdout.on('data', (data) => (said += data))
    child.stderr.on('data', (data) => (said += data))
    child.on('close', (status) => resolve({ status, said }))
  })
}

for (const { name, cwd, args, needs } of processes) {
  test(`${name} does not start in production without its environment, and names each missing variable`, async () => {
    const { status, said } = await runBare(cwd, args)
    expect(said).toContain('The environment is not complete')
    expect(needs.filter((variable) => !said.includes(`${variable} is missing`))).toEqual([])
    expect(status).not.toBe(0)
    expect(status).not.toBeNull()
  })
}
