import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ArmedControl } from '@insula/local-kit/armed'
import { startMongo } from '@insula/local-mongo/server'
import { startS3 } from '@insula/local-s3/server'
import { startSendgrid } from '@insula/local-sendgrid/server'
import { startStripe } from '@insula/local-stripe/server'
import { afterEach, expect, test } from 'vitest'
import { callControl } from '../src/control.ts'
import { HookCatcher } from '../src/page/hooks.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const http: [string, unknown[]][] = [
  ['failNext', [3, 503]],
  ['slow', [20]],
  ['dropNextReplies', [1]],
  ['deliverTwice', [2]],
  ['deliverLate', [1, 500]],
  ['deliverOutOfOrder', [2]],
]
const onFolder =
  (start: (dataDir: string) => Promise<{ control: ArmedControl; close(): Promise<void> }>) =>
  async (): Promise<ArmedControl> => {
    const dataDir = await mkdtemp(join(tmpdir(), 'insula-armed-'))
    const server = await start(dataDir)
    closing.push(
      () => server.close(),
      () => rm(dataDir, { recursive: true, force: true }),
    )
    return server.control
  }

const servers: [string, () => Promise<ArmedControl>, [string, unknown[]][]][] = [
  ['S3', onFolder((dataDir) => startS3({ port: 0, dataDir })), http],
  [
    'Stripe',
    onFolder((dataDir) => startStripe({ port: 0, dataDir, apiKey: 'sk_test_local' })),
    [...http, ['declineNextCard', ['insufficient_funds']]],
  ],
  ['SendGrid', onFolder((dataDir) => startSendgrid({ port: 0, dataDir })), [...http, ['bounceNext', [2]]]],
  [
    'MongoDB',
    onFolder((dataDir) => startMongo({ port: 0, dataDir })),
    [
      ['failCommand', [{ mode: 'alwaysOn', data: { failCommands: ['find'], errorCode: 11600 } }]],
      ['slow', [5]],
      ['dropReplyAfterCommit', [1]],
    ],
  ],
  ['the webhook catcher', async () => new HookCatcher().control, [['answerNext', [2, 500]]]],
]

test.each(servers)(
  '%s tells each switch that is set, and takes back one without the others',
  async (_name, start, switches) => {
    const control = await start()
    expect(await control.armed()).toEqual([])
    for (const [name, args] of switches) await callControl(control, name, args)
    const names = async () => (await control.armed()).map((one) => one.switch).sort()
    const all = switches.map(([name]) => name).sort()
    expect(await names()).toEqual(all)
    for (const { does } of await control.armed()) expect(does).toMatch(/^[A-Z][^{}]+$/)
    for (const [index, name] of all.entries()) {
      await control.disarm(name)
      expect(await names()).toEqual(all.slice(index + 1))
    }
    await expect(control.disarm('nothing')).rejects.toThrow('There is no switch "nothing"')
  },
)
