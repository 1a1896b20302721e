import type { Mail } from '@insula/contracts'
import type { MailDoc } from '@insula/db'

/** A mail as the log shows it: without its link, its variables and its cause. */
export function presentMail(mail: MailDoc): Mail {
  return {
    id: mail._id,
    to: mail.to,
    template: mail.template,
    subject: mail.subject,
    state: mail.state,
    attempts: mail.attempts.map((attempt) => ({
      at: attempt.at.toISOString(),
      outcome: attempt.outcome,
      status: attempt.status ?? null,
      detail: attempt.detail ?? null,
    })),
    nextAttemptAt: mail.state === 'queued' ? (mail.dueAt?.toISOString() ?? null) : null,
    createdAt: mail.createdAt.toISOString(),
    sentAt: mail.sentAt?.toISOString() ?? null,
  }
}
