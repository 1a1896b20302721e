import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const command = resolve(import.meta.dirname, '../bin/local.mjs')
const names = ['mongo', 's3', 'stripe', 'sendgrid'] as const

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'insula-alone-'))
})
afterAll(() => rm(dataDir, { recursive: true }))

/** Starts the command; `said` grows with what it prints. */
function local(...args: string[]) {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [command, ...args], {
    env: { NODE_ENV: 'test', PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const running = { child, said: '', ended: once(child, 'close').then(([status]) => status as number) }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      running.said += text
    })
  }
  return running
}

async function refusal(...args: string[]): Promise<{ status: number; said: string }> {
  const running = local(...args)
  return { status: await running.ended, said: running.said }
}

describe('a command line that makes no sense is told with how it is used', () => {
  test.each([
    ['nowhere', 'There is no "local nowhere".'],
    ['mongo --port abc', '--port abc is no port: 0 to 65535.'],
    ['s3 --fresh', '"local s3" takes no --fresh.'],
    ['sendgrid --forward-to http://localhost', '"local sendgrid" takes no --forward-to.'],
    ['stripe --bogus', "Unknown option '--bogus'"],
    ['mongo s3', '"local mongo" does not know "s3".'],
    ['install gcc', '"local install" takes redis or chromium.'],
  ])('local %s', async (args, message) => {
    const { status, said } = await refusal(...args.split(' '))
    expect([status, said.split('\n')[0]]).toEqual([2, message])
    expect(said).toContain('local mongo|s3|stripe|sendgrid')
  })
})

describe.each(names)('%s alone', (name) => {
  test('says when it is ready, keeps others from its port and its folder, and ends when told to', async () => {
    const folder = join(dataDir, name)
    const server = local(name, '--port', '0', '--data', folder)
    await once(server.child.stdout, 'data')
    expect(server.said).toMatch(new RegExp(`^${name} answers on \\S+:\\d+\\S*, its data is in ${folder}\n$`))
    const [, port = ''] = /:(\d+)/.exec(server.said) ?? []

    const [onPort, onFolder] = await Promise.all([
      refusal(name, '--port', port, '--data', `${folder}-2`),
      refusal(name, '--port', '0', '--data', folder),
    ])
    expect(onPort).toEqual({
      status: 1,
      said: `Port ${port} is in use. Choose another with --port, or 0 for a free one.\n`,
    })
    expect([onFolder.status, onFolder.said]).toEqual([
      1,
      expect.stringMatching(/^Another process already serves .*\n$/),
    ])

    server.child.kill(name === 'mongo' ? 'SIGTERM' : 'SIGINT')
    expect(await server.ended).toBe(0)
  })
})
