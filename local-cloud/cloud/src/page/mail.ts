import type { Address, InboxMessage } from '@insula/local-sendgrid/control'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { action, badge, layout, moment, shownOf, size, table } from './layout.ts'
import type { CloudView } from './view.ts'

const shown = 200

/** The inbox of everybody: what SendGrid was asked to send, and would have. */
export function mailPages(view: CloudView): Hono {
  const pages = new Hono()
  const call = async <T>(method: string, ...args: unknown[]) =>
    (await view.servers.get('sendgrid')?.call(method, args)) as T

  pages.get('/mail', async (context) => {
    const to = context.req.query('to')
    const mails = (await call<InboxMessage[] | undefined>('inbox', to ? { to } : {})) ?? []
    return context.html(
      layout({
        title: 'Mail',
        lead: to
          ? `What was sent to ${to}, the newest first.`
          : 'What was sent to anybody, the newest first.',
        place: '/mail',
        live: 'mail',
        action: action(
          'sendgrid/clear',
          'Empty the inbox',
          [],
          'reload',
          'Empty the inbox? All mails are thrown away.',
        ),
        body: [
          table(
            mails.slice(0, shown),
            [
              {
                name: 'Subject',
                cell: ({ id, subject }) =>
                  html`<a href="/mail/${id}"><strong>${subject || '(no subject)'}</strong></a>`,
              },
              {
                name: 'To',
                cell: (mail) => html`<a href="/mail?to=${mail.to[0]?.email}">${addresses(mail.to)}</a>`,
              },
              { name: 'Outcome', cell: outcomes },
              { name: 'Sent', cell: ({ acceptedAt }) => moment(acceptedAt) },
            ],
            'No mail yet. It appears here by itself, as soon as one is sent.',
          ),
          html`${shownOf(shown, mails.length)}`,
        ],
      }),
    )
  })

  pages.get('/mail/:id', async (context) => {
    const mail = await call<InboxMessage | null>('message', context.req.param('id'))
    if (!mail) return context.notFound()
    return context.html(
      layout({
        title: mail.subject || '(no subject)',
        lead: `To ${addresses(mail.to)}, from ${addresses([mail.from])}`,
        place: '/mail',
        action: action('sendgrid/open', 'Play an open', [mail.id], 'say'),
        body: html`
          ${mail.html && html`<div class="card"><iframe title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/mail/${mail.id}/html"></iframe></div>`}
          <h2>Links</h2>
          ${table(
            mail.links,
            [
              { name: 'Text', cell: ({ text }) => text },
              {
                name: 'Address',
                cell: ({ href }) =>
                  html`<a href="${safeLink(href)}" target="_blank" rel="noreferrer">${href}</a>`,
              },
              {
                name: 'Reader',
                cell: ({ href }) => action('sendgrid/click', 'Play a click', [mail.id, href], 'say'),
                minor: true,
              },
            ],
            'The mail has no link.',
          )}
          <h2>Text</h2><div class="card"><pre>${mail.text || '(none)'}</pre></div>
          <h2>Facts</h2><div class="card pad"><dl>${facts(mail).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></div>`,
      }),
    )
  })

  pages.get('/mail/:id/html', async (context) => {
    const mail = await call<InboxMessage | null>('message', context.req.param('id'))
    if (!mail) return context.notFound()
    // a mail is somebody else's page: it may look like something, and do nothing
    context.header(
      'content-security-policy',
      "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src * data:; style-src 'unsafe-inline'; font-src *",
    )
    return context.html(`<base target="_blank">${withInlineImages(mail)}`)
  })
  return pages
}

/** Pictures that travel with a mail are named by `cid:`, which no browser knows. */
function withInlineImages({ html: text, attachments }: InboxMessage): string {
  return attachments.reduce(
    (shown, { contentId, type, content }) =>
      contentId && content ? shown.replaceAll(`cid:${contentId}`, `data:${type};base64,${content}`) : shown,
    text,
  )
}

/** A mail may carry `javascript:`; here it leads nowhere. */
const safeLink = (href: string) => (/^(https?|mailto):/i.test(href) ? href : '#')

const addresses = (list: Address[]) =>
  list.map(({ name, email }) => (name ? `${name} <${email}>` : email)).join(', ') || '(nobody)'

function outcomes(mail: InboxMessage) {
  return [...new Set(Object.values(mail.outcomes))].map((outcome) =>
    badge(outcome, outcome === 'delivered' ? 'good' : outcome === 'scheduled' ? 'quiet' : 'bad'),
  )
}

function facts(mail: InboxMessage): [string, string][] {
  const named = (record: Record<string, string>) =>
    Object.entries(record)
      .map(([name, value]) => `${name}: ${value}`)
      .join('; ')
  const all: [string, string][] = [
    ['Message id', mail.messageId],
    ['Copies', addresses([...mail.cc, ...mail.bcc])],
    ['Reply to', addresses(mail.replyTo)],
    ['Headers', named(mail.headers)],
    ['Categories', mail.categories.join(', ')],
    ['Custom arguments', named(mail.customArgs)],
    ['Attachments', mail.attachments.map(({ filename, bytes }) => `${filename} (${size(bytes)})`).join(', ')],
    ['Outcome', named(mail.outcomes)],
  ]
  return all.filter(([, value]) => value !== '' && value !== '(nobody)')
}
