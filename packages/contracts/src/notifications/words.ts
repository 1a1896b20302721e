import { z } from 'zod'
import { typeId } from '../type-id.ts'
import { defineHint, permission } from '../word.ts'

export const permissions = {
  'mail:read': permission('See the mail log', 'admin'),
  'mail:write': permission('Send a mail again', 'admin'),
}

export const actions = ['mail.resent', 'mail-wording.changed', 'mail-wording.removed'] as const

export const ids = { mail: 'mai', mailWording: 'mwd' } as const

export const hints = {
  mailChanged: defineHint('mail.changed', 'mail:read', z.object({ mailId: typeId(ids.mail) })),
}

export const queue = 'notifications'
