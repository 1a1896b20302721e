import { newId } from '@insula/db'
import type mongoose from 'mongoose'

/** Rows as they were stored before the migration 0001, in collections of that time, with the ids that they had. */
export interface Older {
  tenantId: string
  invoiceIds: string[]
  auditEntryIds: string[]
  eventIds: string[]
  mailIds: string[]
}

const formerNames = [
  'checkouts',
  'invoices',
  'quotas',
  'stripe_cursors',
  'stripe_events',
  'stripe_reads',
  'subscriptions',
]
type Row = mongoose.mongo.BSON.Document & { _id: string }

/**
 * Turns a database back to what it was before 0001: collections have their former names, and what was noted of migrations is
 * gone. Rows that the models of today wrote stay as they are, for 0001 changes no field of them.
 */
export async function turnBackTo0000(db: mongoose.mongo.Db): Promise<void> {
  const there = new Set((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name))
  for (const name of formerNames) {
    if (there.has(`billing_${name}`)) await db.renameCollection(`billing_${name}`, name, { dropTarget: true })
  }
  await db.collection('migrations').drop()
}

/** Stores `count` invoices of the tenant, each with the entry, the event and the mail that told `userId` of it. */
export async function storeAs0000(
  db: mongoose.mongo.Db,
  { tenantId, userId, count }: { tenantId: string; userId: string; count: number },
): Promise<Older> {
  const at = (index: number) => new Date(Date.UTC(2026, 0, 1 + index))
  const older: Older = { tenantId, invoiceIds: [], auditEntryIds: [], eventIds: [], mailIds: [] }
  for (let index = 0; index < count; index += 1) {
    const invoiceId = newId('billingInvoice').replace('bin_', 'ivc_')
    const ids = { entry: newId('auditEntry'), event: newId('event'), mail: newId('mail') }
    const put = (name: string, row: Row) => db.collection<Row>(name).insertOne(row)
    const number = `INS-${String(index + 1).padStart(4, '0')}`
    await put('invoices', {
      _id: invoiceId,
      tenantId,
      stripeInvoiceId: `in_${tenantId}_${index}`,
      number,
      state: 'open',
      total: 2_900 + index,
      currency: 'eur',
      createdAt: at(index),
      stripeSubscriptionId: null,
      attemptCount: 1,
      paidAt: null,
      pdfUrl: null,
      hostedUrl: `https://invoice.example.test/${index}`,
    })
    await put('audit_entries', {
      _id: ids.entry,
      tenantId,
      action: 'invoice.payment-failed',
      actor: { kind: 'system', id: null, name: 'Insula' },
      target: { kind: 'invoice', id: invoiceId, name: number },
      ipAddress: null,
      userAgent: null,
      requestId: 'req_before',
      before: null,
      after: { attempt: 1, total: 2_900 + index, currency: 'eur' },
      at: at(index),
    })
    await put('events', {
      _id: ids.event,
      tenantId,
      type: 'invoice.payment-failed',
      version: 1,
      payload: { invoiceId, attempt: 1 },
      actorId: null,
      requestId: 'req_before',
      at: at(index),
      dispatchedAt: null,
    })
    await put('mails', {
      _id: ids.mail,
      tenantId,
      to: 'owner@example.test',
      template: 'payment-failed',
      variables: {},
      subject: `The payment of ${number} did not go through`,
      dedupeKey: `payment-failed:${invoiceId}:1:${userId}`,
      state: 'sent',
      attempts: [],
      attemptsBefore: 0,
      dueAt: null,
      version: 1,
      sealedLink: null,
      linkExpiresAt: null,
      createdAt: at(index),
      sentAt: at(index),
    })
    older.invoiceIds.push(invoiceId)
    older.auditEntryIds.push(ids.entry)
    older.eventIds.push(ids.event)
    older.mailIds.push(ids.mail)
  }
  return older
}
