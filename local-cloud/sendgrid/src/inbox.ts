import type { DatabaseSync } from 'node:sqlite'
import type { InboxFilter, InboxMessage } from './control.ts'
import { extractLinks } from './links.ts'
import type { Mail, Personalization } from './mail.ts'

/** Makes the mails that one accepted request stands for, one for each personalization. */
export function composeMessages(mail: Mail, messageId: string, acceptedAt: string): InboxMessage[] {
  return mail.personalizations.map((personalization, index) => {
    const part = (type: string, footer?: string): string => {
      const value = mail.content?.find((block) => block.type.toLowerCase() === type)?.value ?? ''
      return value && substitute(value + (footer ?? ''), personalization)
    }
    const footer = mail.mail_settings?.footer?.enable ? mail.mail_settings.footer : undefined
    const text = part('text/plain', footer?.text)
    const html = part('text/html', footer?.html)
    const sendAt = personalization.send_at ?? mail.send_at
    return {
      id: mail.personalizations.length === 1 ? messageId : `${messageId}.${index}`,
      messageId,
      from: personalization.from ?? mail.from,
      to: personalization.to,
      cc: personalization.cc ?? [],
      bcc: personalization.bcc ?? [],
      replyTo: mail.reply_to ? [mail.reply_to] : (mail.reply_to_list ?? []),
      subject: substitute(personalization.subject ?? mail.subject ?? '', personalization),
      text,
      html,
      headers: { ...mail.headers, ...personalization.headers },
      categories: mail.categories ?? [],
      customArgs: { ...mail.custom_args, ...personalization.custom_args },
      attachments: (mail.attachments ?? []).map(({ filename, type, disposition, content_id, content }) => ({
        filename,
        type: type ?? 'application/octet-stream',
        disposition: disposition ?? 'attachment',
        ...(content_id === undefined ? {} : { contentId: content_id }),
        bytes: Buffer.from(content, 'base64').length,
        content,
      })),
      links: extractLinks(html, text),
      acceptedAt,
      ...(sendAt === undefined ? {} : { sendAt: new Date(sendAt * 1000).toISOString() }),
      outcomes: {},
    }
  })
}

function substitute(source: string, { substitutions = {} }: Personalization): string {
  return Object.entries(substitutions).reduce((text, [tag, value]) => text.replaceAll(tag, value), source)
}

/** Everyone a mail goes to, in the order of its fields. */
export function recipientsOf({ to, cc, bcc }: InboxMessage): string[] {
  return [...to, ...cc, ...bcc].map(({ email }) => email)
}

/** Keeps a mail; the bytes of its attachments apart, so that listing the inbox needn't read them. */
export function keepMessage(records: DatabaseSync, message: InboxMessage): void {
  const contents = message.attachments.map(({ content }) => content ?? '')
  const attachments = message.attachments.map(({ content: _, ...attachment }) => attachment)
  records
    .prepare('INSERT INTO messages (id, accepted, message, contents) VALUES (?, ?, ?, ?)')
    .run(
      message.id,
      Date.parse(message.acceptedAt),
      JSON.stringify({ ...message, attachments }),
      JSON.stringify(contents),
    )
}

export function listInbox(records: DatabaseSync, { to, since }: InboxFilter, now: number): InboxMessage[] {
  const from = since === undefined ? 0 : Date.parse(since)
  if (Number.isNaN(from)) throw new Error(`"${since}" is not a time; example: 2026-11-21T09:00:00.000Z`)
  return records
    .prepare('SELECT message FROM messages WHERE accepted >= ? ORDER BY position DESC')
    .all(from)
    .map((row) => present(String(row.message), now))
    .filter((message) => to === undefined || recipientsOf(message).some((email) => sameAddress(email, to)))
}

export function findMessage(records: DatabaseSync, id: string, now: number): InboxMessage | null {
  const row = records.prepare('SELECT message, contents FROM messages WHERE id = ?').get(id)
  if (!row) return null
  const message = present(String(row.message), now)
  const contents = JSON.parse(String(row.contents)) as string[]
  const attachments = message.attachments.map((attachment, index) => ({
    ...attachment,
    content: contents[index],
  }))
  return { ...message, attachments }
}

function present(stored: string, now: number): InboxMessage {
  const message = JSON.parse(stored) as InboxMessage
  if (message.sendAt === undefined || Date.parse(message.sendAt) > now) return message
  const outcomes = Object.entries(message.outcomes).map(([email, outcome]) => [
    email,
    outcome === 'scheduled' ? 'delivered' : outcome,
  ])
  return { ...message, outcomes: Object.fromEntries(outcomes) }
}

function sameAddress(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}
