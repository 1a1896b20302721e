import { type Migration, type Row, renameCollection, rewriteRows } from './migration.ts'

const newId = (id: unknown) => (typeof id === 'string' ? id.replace(/^ivc_/, 'bin_') : id)
const newType = (type: string) => type.replace(/^invoice\./, 'billing-invoice.')

/**
 * What the platform bills a tenant is a billing invoice, so that `Invoice`, `Customer` and `Usage` are free for the tenant's own
 * business. The shapes of before stand here and not in the models, which only know those of today.
 */
export const billingNames: Migration = {
  name: '0001-billing-names',
  steps: [
    renameCollection('checkouts', 'billing_checkouts'),
    renameCollection('invoices', 'billing_invoices'),
    renameCollection('quotas', 'billing_quotas'),
    renameCollection('stripe_cursors', 'billing_stripe_cursors'),
    renameCollection('stripe_events', 'billing_stripe_events'),
    renameCollection('stripe_reads', 'billing_stripe_reads'),
    renameCollection('subscriptions', 'billing_subscriptions'),
    rewriteRows('billing_invoices', { _id: { $gte: 'ivc_', $lt: 'ivc`' } }, (row) => ({
      ...row,
      _id: String(newId(row._id)),
    })),
    rewriteRows(
      'audit_entries',
      { $or: [{ action: /^invoice\./ }, { 'target.kind': 'invoice' }] },
      ({ target, ...row }) => ({
        ...(row as Row),
        action: newType(row.action),
        target:
          target?.kind === 'invoice' ? { ...target, kind: 'billing-invoice', id: newId(target.id) } : target,
      }),
    ),
    rewriteRows('events', { type: /^invoice\./ }, ({ payload: { invoiceId, ...payload }, ...row }) => ({
      ...(row as Row),
      type: newType(row.type),
      payload: { billingInvoiceId: newId(invoiceId), ...payload },
    })),
    // The key by which a failed payment is told once to each person holds the invoice's id.
    rewriteRows('mails', { dedupeKey: /^payment-failed:ivc_/ }, (row) => ({
      ...row,
      dedupeKey: row.dedupeKey.replace(':ivc_', ':bin_'),
    })),
  ],
}
