import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sendgridClient from '@sendgrid/client'
import sendgridMail from '@sendgrid/mail'
import { type SendgridOptions, startSendgrid } from '../src/server.ts'

export const apiKey = 'SG.insula-local'

export const letter = {
  to: 'ada@acme.test',
  from: { email: 'hello@insula.test', name: 'Insula' },
  subject: 'Welcome',
  text: 'Hello Ada',
  html: '<p>Hello <b>Ada</b></p>',
}

/** A server on a fresh folder, and the official SDK's mail service for it. */
export async function aServer(options: Partial<SendgridOptions> = {}) {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'insula-sendgrid-')))
  const server = await startSendgrid({ port: 0, dataDir, ...options })
  return {
    ...aMailService(server.url),
    server,
    control: server.control,
    async stop() {
      await server.close()
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export function aMailService(baseUrl: string, key = apiKey) {
  // The SDK's types only tell of its singletons, which tests against several servers can't share.
  const client = new (sendgridClient.constructor as new () => typeof sendgridClient)()
  client.setApiKey(key)
  client.setDefaultRequest('baseUrl', `${baseUrl}/`)
  const mail = new (sendgridMail.constructor as new () => typeof sendgridMail)()
  mail.setClient(client)
  return { client, mail }
}

/** Status and problems of a refused call. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ status: unknown; fields: unknown; messages: string }> {
  try {
    await call
  } catch (error) {
    const { code, response } = error as {
      code?: unknown
      response?: { body: { errors: { field: string | null; message: string }[] } }
    }
    const errors = response?.body.errors ?? []
    return {
      status: code,
      fields: errors.map(({ field }) => field),
      messages: errors.map(({ message }) => message).join('\n'),
    }
  }
  throw new Error('The call was not refused.')
}

export interface Received {
  headers: Record<string, string | string[] | undefined>
  body: string
  events: Record<string, unknown>[]
}

/** A webhook's receiver: answers with the statuses given, then 200, and hands out what came. */
export async function aReceiver(...statuses: number[]) {
  const received: Received[] = []
  let waiting: (() => void)[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      received.push({ headers: request.headers, body, events: JSON.parse(body) })
      response.writeHead(statuses.shift() ?? 200).end()
      for (const wake of waiting) wake()
      waiting = []
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    async until(count: number) {
      while (received.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
      return received
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}
