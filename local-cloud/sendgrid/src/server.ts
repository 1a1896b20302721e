import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { armedControl, nextOf } from '@insula/local-kit/armed'
import { copyDatabase, restoreDatabase } from '@insula/local-kit/database'
import { checkCount, Faults } from '@insula/local-kit/faults'
import { listen } from '@insula/local-kit/listen'
import type { LocalServer, StartOptions } from '@insula/local-kit/server'
import type { InboxMessage, SendgridControl } from './control.ts'
import { injectedError, SendgridError } from './error.ts'
import { EventWebhookSender } from './event-webhook.ts'
import { mailEvent } from './events.ts'
import { findMessage, listInbox, recipientsOf } from './inbox.ts'
import { clearRecords, openRecords } from './records.ts'
import { type Answer, answerRoute } from './routes.ts'
import type { Mailroom } from './send-mail.ts'

export interface SendgridOptions extends StartOptions {
  /** Defaults to `SG.insula-local`. */
  apiKey?: string
  /** Where events are sent from the start; nowhere unless given. */
  eventWebhookUrl?: string
  /** Milliseconds since 1970; defaults to the system's clock. */
  now?: () => number
}

const largestBody = 30 * 1024 ** 2
const savedFile = 'sendgrid.sqlite'

/** Starts a SendGrid server that keeps every mail in an inbox in `dataDir` and delivers none. */
export async function startSendgrid(options: SendgridOptions): Promise<LocalServer<SendgridControl>> {
  const { port, dataDir, host = '127.0.0.1', apiKey = 'SG.insula-local', now = Date.now } = options
  const records = openRecords(dataDir)
  const webhook = new EventWebhookSender({ records, now, url: options.eventWebhookUrl })
  const faults = new Faults()
  const bounces = { left: 0 }
  const room: Mailroom = {
    records,
    webhook,
    now,
    takeBounce() {
      if (bounces.left === 0) return false
      bounces.left -= 1
      return true
    },
  }
  const running = new Set<Promise<void>>()
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    const call = answer(room, faults, apiKey, request, response).finally(() => running.delete(call))
    running.add(call)
  })
  const answersAt = await listen(server, port, host).catch(async (error: unknown) => {
    await webhook.close()
    records.close()
    throw error
  })
  return {
    url: `http://${host}:${answersAt}`,
    port: answersAt,
    control: controlOf(room, faults, bounces),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await Promise.all(running)
      await webhook.close()
      records.close()
    },
  }
}

function controlOf(room: Mailroom, faults: Faults, bounces: { left: number }): SendgridControl {
  const { records, webhook, now } = room
  const known = (id: string): InboxMessage => {
    const message = findMessage(records, id, now())
    if (!message) throw new Error(`There is no mail with the id "${id}" in the inbox.`)
    return message
  }
  const engage = (event: string, id: string, more: Record<string, unknown> = {}): void => {
    const message = known(id)
    const [email] = recipientsOf(message)
    const reader = { ip: '127.0.0.1', useragent: 'Insula local cloud', ...more }
    webhook.enqueue([mailEvent(event, message, email!, now(), reader)])
  }
  const clearFaults = (): void => {
    faults.clear()
    webhook.clearFaults()
    bounces.left = 0
  }
  return {
    ...webhook.faults,
    ...armedControl({
      ...faults.switches(),
      ...webhook.switches,
      bounceNext: {
        does: () => {
          const mails = nextOf(bounces.left, 'mail', 'mails')
          return mails && `Bounces ${mails}`
        },
        takeBack: () => {
          bounces.left = 0
        },
      },
    }),
    failNext: async (count, status) => faults.failNext(count, status),
    slow: async (delayMs) => faults.slow(delayMs),
    dropNextReplies: async (count = 1) => faults.dropNextReplies(count),
    inbox: async (filter = {}) => listInbox(records, filter, now()),
    message: async (id) => findMessage(records, id, now()),
    clear: async () => {
      records.exec('DELETE FROM messages')
    },
    bounceNext: async (count = 1) => {
      bounces.left += checkCount(count)
    },
    open: async (id) => engage('open', id, { sg_machine_open: false }),
    click: async (id, url) => engage('click', id, { url, url_offset: { index: 0, type: 'html' } }),
    setEventWebhook: async (settings) => {
      webhook.configure(settings)
      return webhook.settings
    },
    eventWebhook: async () => webhook.settings,
    eventDeliveries: async () => webhook.deliveries(),
    reset: async () => {
      clearFaults()
      webhook.clear()
      clearRecords(records)
    },
    save: (folder) => copyDatabase(records, join(folder, savedFile)),
    restore: async (folder) => {
      restoreDatabase(records, join(folder, savedFile), { kept: ['settings'] })
      clearFaults()
      webhook.replaced()
    },
  }
}

async function answer(
  room: Mailroom,
  faults: Faults,
  apiKey: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let reply: Answer
  let drop = false
  try {
    const body = await readBody(request)
    if (faults.delayMs > 0) await wait(faults.delayMs)
    const failure = faults.takeFailure()
    if (failure !== undefined) throw injectedError(failure)
    authorise(request, apiKey)
    const path = (request.url ?? '/').split('?')[0]!.replace(/\/$/, '')
    reply = answerRoute(room, request.method ?? 'GET', path, () => parseBody(request, body))
    drop = faults.takeDrop()
  } catch (error) {
    if (request.errored) return
    if (!(error instanceof SendgridError))
      console.error(`SendGrid: ${request.method} ${request.url} failed:`, error)
    const known = error instanceof SendgridError ? error : new SendgridError(500, 'Internal Server Error')
    reply = { status: known.status, body: { errors: known.problems } }
  }
  if (drop) {
    request.socket.destroy()
    return
  }
  const text = reply.body === undefined ? '' : JSON.stringify(reply.body)
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(text ? { 'content-type': 'application/json' } : {}),
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

/** @throws SendgridError 401 */
function authorise(request: IncomingMessage, apiKey: string): void {
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (given === undefined) throw new SendgridError(401, 'Permission denied, wrong credentials')
  if (given.trim() !== apiKey) {
    throw new SendgridError(401, 'The provided authorization grant is invalid, expired, or revoked')
  }
}

/** Reads all of a body, keeping none of one that is too large. @throws SendgridError 413 */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= largestBody) chunks.push(chunk)
    else chunks.length = 0
  }
  if (bytes > largestBody)
    throw new SendgridError(413, 'The JSON payload you have included in your request is too large.')
  return Buffer.concat(chunks)
}

/** @throws SendgridError 415, 400 */
function parseBody(request: IncomingMessage, body: Buffer): unknown {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new SendgridError(415, 'Content-Type should be application/json.')
  }
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    throw new SendgridError(400, 'Bad Request')
  }
}
