import type { Address } from './control.ts'

/** The body of POST /v3/mail/send, once `validateMail` has found nothing wrong with it. */
export interface Mail {
  personalizations: Personalization[]
  from: Address
  subject?: string
  content?: { type: string; value: string }[]
  reply_to?: Address
  reply_to_list?: Address[]
  attachments?: {
    content: string
    filename: string
    type?: string
    disposition?: 'attachment' | 'inline'
    content_id?: string
  }[]
  headers?: Record<string, string>
  categories?: string[]
  custom_args?: Record<string, string>
  send_at?: number
  mail_settings?: {
    sandbox_mode?: { enable?: boolean }
    bypass_list_management?: { enable?: boolean }
    bypass_bounce_management?: { enable?: boolean }
    footer?: { enable?: boolean; text?: string; html?: string }
  }
}

export interface Personalization {
  to: Address[]
  cc?: Address[]
  bcc?: Address[]
  from?: Address
  subject?: string
  headers?: Record<string, string>
  substitutions?: Record<string, string>
  custom_args?: Record<string, string>
  send_at?: number
}
