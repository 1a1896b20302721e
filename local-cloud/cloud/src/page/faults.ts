import type { ArmedFault } from '@insula/local-kit/armed'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { action, badge, layout } from './layout.ts'
import type { CloudView } from './view.ts'

/** One argument of a switch, as a field of its form. */
type Field =
  | { label: string; number: number; least?: number }
  | { label: string; text: string }
  | { label: string; json: string }
  | { label: string; onOff: true }

interface Switch {
  /** `<server>/<method>` of the control API. */
  call: string
  title: string
  fields: Field[]
}

/** A paused server answers later than one wants to wait for the page. */
const answersWithinMs = 1_000

const count: Field = { label: 'times', number: 1, least: 1 }
const http = (server: string): Switch[] => [
  {
    call: `${server}/failNext`,
    title: 'Fail the next calls with a status',
    fields: [count, { label: 'status', number: 500, least: 400 }],
  },
  {
    call: `${server}/slow`,
    title: 'Be slow; 0 is as fast as before',
    fields: [{ label: 'ms', number: 2000 }],
  },
  { call: `${server}/dropNextReplies`, title: 'Do the work, then drop the reply', fields: [count] },
]
const webhooks = (server: string, what: string): Switch[] => [
  { call: `${server}/deliverTwice`, title: `Deliver the next ${what} twice`, fields: [count] },
  {
    call: `${server}/deliverLate`,
    title: `Deliver the next ${what} late`,
    fields: [count, { label: 'ms', number: 10_000 }],
  },
  {
    call: `${server}/deliverOutOfOrder`,
    title: `Wait for so many ${what}, then deliver them in reverse`,
    fields: [{ label: what, number: 3, least: 0 }],
  },
]
const failCommand = JSON.stringify({ mode: { times: 1 }, data: { failCommands: ['find'], errorCode: 11600 } })

const switches: Record<string, { title: string; switches: Switch[] }> = {
  mongo: {
    title: 'MongoDB',
    switches: [
      {
        call: 'mongo/failNext',
        title: 'Fail the next reads and writes with a code',
        fields: [count, { label: 'code', number: 11600 }],
      },
      {
        call: 'mongo/slow',
        title: 'Be slow; 0 is as fast as before',
        fields: [{ label: 'ms', number: 500 }],
      },
      { call: 'mongo/dropReplyAfterCommit', title: 'Commit, then drop the reply', fields: [count] },
      {
        call: 'mongo/failCommand',
        title: 'Fail commands, as the drivers’ failCommand does',
        fields: [{ label: 'what', json: failCommand }],
      },
    ],
  },
  redis: {
    title: 'Redis',
    switches: [
      { call: 'redis/pause', title: 'Answer nobody for a while', fields: [{ label: 'ms', number: 5000 }] },
      { call: 'redis/cutConnections', title: 'Cut every connection once', fields: [] },
      {
        call: 'redis/outOfMemory',
        title: 'Refuse writes for want of memory',
        fields: [{ label: 'out of memory', onOff: true }],
      },
    ],
  },
  s3: { title: 'S3', switches: [...http('s3'), ...webhooks('s3', 'notifications')] },
  stripe: {
    title: 'Stripe',
    switches: [
      ...http('stripe'),
      ...webhooks('stripe', 'webhooks'),
      {
        call: 'stripe/declineNextCard',
        title: 'Decline the next card',
        fields: [{ label: 'code', text: 'insufficient_funds' }],
      },
    ],
  },
  sendgrid: {
    title: 'SendGrid',
    switches: [
      ...http('sendgrid'),
      ...webhooks('sendgrid', 'events'),
      { call: 'sendgrid/bounceNext', title: 'Bounce the next mails', fields: [count] },
    ],
  },
  hooks: {
    title: 'Webhook catcher',
    switches: [
      {
        call: 'hooks/answerNext',
        title: 'Answer the next webhooks with a status',
        fields: [count, { label: 'status', number: 500, least: 200 }],
      },
    ],
  },
}

/** Every switch of every server that runs here. */
export function faultPages(view: CloudView): Hono {
  const pages = new Hono()
  pages.get('/faults', async (context) => {
    const here = Object.entries(switches).filter(([name]) => view.servers.has(name))
    const armed = new Map(
      await Promise.all(here.map(async ([name]) => [name, await armedOn(view, name)] as const)),
    )
    return context.html(
      layout({
        title: 'Faults',
        lead: 'What goes wrong in production, on purpose. A switch is used up by what it waits for, or taken back; Reset also empties the server.',
        place: '/faults',
        body: here.map(
          ([name, server]) => html`
            <div class="head section"><h2>${server.title} ${restarts(view, name)}</h2>
              <div class="head">
                ${view.servers.get(name)?.kill ? action('cloud/kill', 'Kill and restart', [name], 'say') : ''}
                ${action(`${name}/reset`, 'Reset', [], 'say', `Reset ${server.title}? Its switches are cleared, and all that it holds is lost.`)}
              </div></div>
            ${armedList(name, armed.get(name))}
            <div class="switches">${server.switches.map(switchForm)}</div>`,
        ),
      }),
    )
  })
  return pages
}

/** What is set on a server; null when it does not answer. One that others run may not offer to tell. */
async function armedOn(view: CloudView, name: string): Promise<ArmedFault[] | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), answersWithinMs).unref())
  const asked = view.servers.get(name)?.call('armed', []) as Promise<ArmedFault[]>
  return Promise.race([asked, late]).catch((error: Error) => (error.name === 'UnknownControl' ? [] : null))
}

const armedList = (server: string, armed: ArmedFault[] | null = []) => {
  const words =
    armed === null
      ? html`<p class="quiet">It does not answer just now.</p>`
      : armed.length === 0
        ? ''
        : html`<ul class="armed" aria-label="Set now">${armed.map(
            ({ switch: name, does }) =>
              html`<li>${badge('set', 'bad')} <span>${does}</span> ${action(`${server}/disarm`, 'Take back', [name])}</li>`,
          )}</ul>`
  return html`<div id="armed-${server}" data-fresh>${words}</div>`
}

const restarts = (view: CloudView, name: string) => {
  const times = view.servers.get(name)?.restarts ?? 0
  return times === 0
    ? ''
    : html`<span class="quiet">· started again ${times} ${times === 1 ? 'time' : 'times'}</span>`
}

const switchForm = ({ call, title, fields }: Switch) => html`
  <form data-call="${call}">
    <p>${title}</p>
    ${fields.map(fieldOf)}
    <button aria-label="${`Set: ${title}`}">Set</button>
    <output></output>
  </form>`

function fieldOf(field: Field) {
  const { label } = field
  if ('number' in field) {
    return html`<input type="number" name="${label}" aria-label="${label}" min="${field.least ?? 0}" value="${field.number}"> <span class="quiet">${label}</span>`
  }
  if ('onOff' in field) {
    return html`<select name="${label}" aria-label="${label}" data-json="true"><option value="true">on</option><option value="false">off</option></select>`
  }
  if ('text' in field) return html`<input name="${label}" aria-label="${label}" value="${field.text}">`
  return html`<input name="${label}" aria-label="${label}" data-json="true" value="${field.json}" spellcheck="false" style="flex:1">`
}
