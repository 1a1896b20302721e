import { type Bounce, findBounce, forgetBounce, listBounces } from './bounces.ts'
import { SendgridError } from './error.ts'
import { type Mailroom, sendMail } from './send-mail.ts'

export interface Answer {
  status: number
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
}

type Handler = (room: Mailroom, body: () => unknown, parameter: string) => Answer

const routes: Record<string, Handler> = {
  'POST /v3/mail/send': (room, body) => {
    const { status, messageId } = sendMail(room, body())
    return messageId === undefined ? { status } : { status, headers: { 'x-message-id': messageId } }
  },
  'GET /v3/scopes': () => ({
    status: 200,
    body: {
      scopes: [
        'mail.send',
        'suppression.read',
        'suppression.delete',
        'user.webhooks.event.settings.read',
        'user.webhooks.event.settings.update',
      ],
    },
  }),
  'GET /v3/suppression/bounces': ({ records }) => ({ status: 200, body: listBounces(records).map(present) }),
  'GET /v3/suppression/bounces/*': ({ records }, _body, email) => {
    const bounce = findBounce(records, email)
    return { status: 200, body: bounce ? [present(bounce)] : [] }
  },
  'DELETE /v3/suppression/bounces/*': ({ records }, _body, email) => {
    if (!forgetBounce(records, email)) throw new SendgridError(404, 'resource not found')
    return { status: 204 }
  },
  'GET /v3/user/webhooks/event/settings': ({ webhook }) => ({ status: 200, body: eventSettings(webhook) }),
  'PATCH /v3/user/webhooks/event/settings': ({ webhook }, body) => {
    const { enabled, url } = body() as { enabled?: unknown; url?: unknown }
    if (typeof url !== 'string' || !URL.canParse(url))
      throw new SendgridError(400, 'url must be a valid address')
    webhook.configure({ ...webhook.settings, url: enabled === false ? '' : url })
    return { status: 200, body: eventSettings(webhook) }
  },
  'GET /v3/user/webhooks/event/settings/signed': ({ webhook }) => ({
    status: 200,
    body: { public_key: webhook.settings.signed ? webhook.settings.publicKey : '' },
  }),
  'PATCH /v3/user/webhooks/event/settings/signed': ({ webhook }, body) => {
    const { enabled } = body() as { enabled?: unknown }
    if (typeof enabled !== 'boolean') throw new SendgridError(400, 'enabled must be true or false')
    webhook.configure({ ...webhook.settings, signed: enabled })
    return { status: 200, body: { public_key: enabled ? webhook.settings.publicKey : '' } }
  },
}

/** Finds and runs what a request asks for. @throws SendgridError 404 for what SendGrid has but this server has not */
export function answerRoute(room: Mailroom, method: string, path: string, body: () => unknown): Answer {
  const exact = routes[`${method} ${path}`]
  if (exact) return exact(room, body, '')
  const slash = path.lastIndexOf('/')
  const wild = routes[`${method} ${path.slice(0, slash)}/*`]
  if (wild) return wild(room, body, decodeURIComponent(path.slice(slash + 1)))
  const otherMethod = Object.keys(routes).some((route) => route.endsWith(` ${path}`))
  throw new SendgridError(otherMethod ? 405 : 404, otherMethod ? 'method not allowed' : 'not found')
}

function present({ created, ...bounce }: Bounce): object {
  return { created: Math.floor(created / 1000), ...bounce }
}

function eventSettings({ settings }: Mailroom['webhook']): object {
  const enabled = settings.url !== ''
  return {
    enabled,
    url: settings.url,
    processed: enabled,
    delivered: enabled,
    bounce: enabled,
    dropped: enabled,
    open: enabled,
    click: enabled,
  }
}
