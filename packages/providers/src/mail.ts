import client from '@sendgrid/client'
import service from '@sendgrid/mail'
import { mailEnv } from './env.ts'

export interface OutgoingMail {
  /** Sent along as a custom argument, so that what SendGrid reports can be matched with our log. */
  mailId: string
  to: string
  subject: string
  html: string
  text: string
}

/**
 * accepted: the provider has it. refused: it never will; trying again is useless. failed: it has it not, and may
 * take it later. unknown: nobody can tell; sending again may make two of it.
 */
export interface MailOutcome {
  outcome: 'accepted' | 'refused' | 'failed' | 'unknown'
  /** HTTP status, if there was an answer. */
  status: number | null
  detail: string | null
}

export interface MailProvider {
  /** Hands one mail over, once, within ten seconds. Never throws: every way it can go is an outcome. */
  send(mail: OutgoingMail): Promise<MailOutcome>
}

const timeoutMs = 10_000

let provider: MailProvider | undefined

/** The provider that the environment names. */
export function mailProvider(): MailProvider {
  provider ??= sendgrid()
  return provider
}

/** SendGrid's v3 API, https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send */
function sendgrid(): MailProvider {
  const env = mailEnv()
  client.setApiKey(env.SENDGRID_API_KEY)
  // After the key: setting the key sets the address back.
  if (env.SENDGRID_API_BASE) client.setDefaultRequest('baseUrl', env.SENDGRID_API_BASE)
  service.setClient(client)
  service.setTimeout(timeoutMs)
  return {
    async send({ mailId, ...mail }) {
      try {
        const [response] = await service.send({
          ...mail,
          from: env.MAIL_FROM,
          customArgs: { mailId },
          // Tracking rewrites links to pass through SendGrid: a secret link is nobody else's business.
          trackingSettings: {
            clickTracking: { enable: false, enableText: false },
            openTracking: { enable: false },
          },
        })
        return { outcome: 'accepted', status: response.statusCode, detail: null }
      } catch (error) {
        return isAnswer(error) ? outcomeOfError(error) : unanswered(error)
      }
    },
  }
}

/** An error with a status: SendGrid's client throws it, but does not export its class. */
interface Answer {
  code: number
  message: string
  response: { body: unknown }
}
const isAnswer = (error: unknown): error is Answer => typeof (error as { code?: unknown }).code === 'number'

/** Answers that say nothing about this mail: our key, our pace, or the provider's bad day. */
const passing = (status: number) => status >= 500 || [401, 403, 408, 429].includes(status)

function outcomeOfError(error: Answer): MailOutcome {
  const body = error.response.body as { errors?: { message?: string }[] } | null | undefined
  const said = Array.isArray(body?.errors) ? body.errors.map(({ message }) => message).join('; ') : ''
  return {
    outcome: passing(error.code) ? 'failed' : 'refused',
    status: error.code,
    detail: (said || error.message || `SendGrid answered ${error.code}`).slice(0, 500),
  }
}

/** Failures from before a connection stood: nothing can have reached the provider. */
const unconnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

function unanswered(error: unknown): MailOutcome {
  const { code, message } = error as { code?: string; message?: string }
  return {
    outcome: code && unconnected.has(code) ? 'failed' : 'unknown',
    status: null,
    detail: (message || code || 'No answer').slice(0, 500),
  }
}
