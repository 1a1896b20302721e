import { type AuditAction, type AuditEntry, lookUp, visible } from '@insula/contracts'

/** Each action as a sentence; actor and target are put in by name. What the product did by itself has no actor. */
const sentences: Record<AuditAction, string> = {
  'user.registered': '{actor} registered',
  'user.email-verified': '{actor} verified their e-mail address',
  'user.signed-in': '{actor} signed in',
  'user.sign-in-failed': 'Somebody typed a wrong password for {actor}',
  'user.locked': 'Too many wrong passwords: {actor} cannot sign in for a while',
  'user.signed-out': '{actor} signed out',
  'user.password-changed': '{actor} changed their password',
  'user.password-reset': '{actor} reset their password',
  'user.profile-changed': '{actor} changed their profile',
  'session.revoked': '{actor} revoked a session',
  'tenant.created': '{actor} created the tenant {target}',
  'tenant.changed': '{actor} changed the settings of {target}',
  'member.invited': '{actor} invited {target}',
  'member.joined': '{target} joined',
  'member.role-changed': '{actor} changed the role of {target}',
  'member.removed': '{actor} removed {target}',
  'invitation.revoked': '{actor} revoked the invitation of {target}',
  'invitation.resent': '{actor} sent the invitation of {target} again',
  'invitation.declined': '{target} declined the invitation',
  'invitation.expired': 'the invitation of {target} expired',
  'api-key.created': '{actor} created the API key {target}',
  'api-key.revoked': '{actor} revoked the API key {target}',
  'file.upload-started': '{actor} began to upload {target}',
  'file.uploaded': '{actor} uploaded {target}',
  'file.ready': '{target} is ready',
  'file.failed': '{target} could not be used',
  'file.retried': '{actor} had {target} checked again',
  'file.renamed': '{actor} renamed {target}',
  'file.trashed': '{actor} moved {target} to the trash',
  'file.restored': '{actor} restored {target}',
  'file.downloaded': '{actor} downloaded {target}',
  'file.purged': '{target} was deleted for good',
  'file.discarded': '{target} was discarded',
  'file.upload-resumed': '{actor} went on uploading {target}',
  'checkout.started': '{actor} began a checkout',
  'subscription.activated': 'The subscription to {target} became active',
  'subscription.changed': 'The subscription to {target} changed',
  'subscription.ended': 'The subscription to {target} ended',
  'subscription.resumed': '{actor} resumed the subscription to {target}',
  'billing-invoice.paid': 'The invoice {target} was paid',
  'billing-invoice.payment-failed': 'A payment of the invoice {target} failed',
  'billing-customer.deleted': 'The customer {target} was deleted at Stripe',
  'mail.resent': '{actor} sent {target} again',
  'job.retried': '{actor} had the job {target} run again',
  'job.discarded': '{actor} discarded the job {target}',
}

/** For what only another release has words for: `file.merged` becomes “Ada: file merged (a.jpg)”. */
const untold = (action: string) => `{actor}: ${action.replaceAll(/[.\-{}]+/g, ' ')} ({target})`

interface Piece {
  text: string
  /** A name, as opposed to the words around it. */
  isName: boolean
}

/** What happened as a sentence in pieces, so that its names can stand out. */
export const tell = (entry: Pick<AuditEntry, 'action' | 'actor' | 'target'>): Piece[] =>
  (lookUp(sentences, entry.action) ?? untold(entry.action))
    .split(/(\{actor\}|\{target\})/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      if (piece === '{actor}') return { text: entry.actor.name, isName: true }
      if (piece === '{target}') return { text: visible(entry.target.name ?? entry.target.id), isName: true }
      return { text: piece, isName: false }
    })

/** An action for a list of actions to choose from, as `revoked a session` or `an API key was created`. */
export const doing = (action: AuditAction): string => {
  const words = sentences[action].replace('{actor} ', '').replaceAll('{target}', '…')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
