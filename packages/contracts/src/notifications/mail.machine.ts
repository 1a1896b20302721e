import type { Machine } from '../state-machine.ts'
import type { MailState } from './mails.ts'

/** From the row that a cause writes to a mail that the provider took, or was given up. Of a mail of no tenant no page is told. */
export const mailMachine = {
  thing: 'mail',
  states: { queued: 'on its way', sending: 'being sent', sent: 'sent', failed: 'given up' },
  ends: [],
  steps: {
    queue: { from: [], to: 'queued', by: ['system'], hint: 'mail.changed', done: 'queued' },
    send: {
      // One that is being sent when its lease is over has lost its worker.
      from: ['queued', 'sending'],
      to: 'sending',
      by: ['system'],
      hint: 'mail.changed',
      done: 'sent',
    },
    accept: {
      // That the provider took it is a fact, whatever has been made of the mail meanwhile.
      from: ['queued', 'sending', 'sent', 'failed'],
      to: 'sent',
      by: ['system'],
      hint: 'mail.changed',
      done: 'accepted',
    },
    postpone: { from: ['sending'], to: 'queued', by: ['system'], hint: 'mail.changed', done: 'put off' },
    giveUp: {
      from: ['queued', 'sending'],
      to: 'failed',
      by: ['system'],
      hint: 'mail.changed',
      done: 'given up',
    },
    resend: {
      from: ['sent', 'failed'],
      orUnknown: true,
      to: 'queued',
      by: ['mail:write', 'system'],
      audit: 'mail.resent',
      hint: 'mail.changed',
      done: 'sent again',
      instead: 'Wait until it is out.',
    },
  },
} as const satisfies Machine<MailState>
