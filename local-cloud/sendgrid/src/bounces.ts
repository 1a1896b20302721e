import type { DatabaseSync } from 'node:sqlite'

/** An address that SendGrid no longer sends to because its server refused it. */
export interface Bounce {
  email: string
  /** Milliseconds since 1970. */
  created: number
  reason: string
  status: string
}

export function keepBounce(records: DatabaseSync, { email, created, reason, status }: Bounce): void {
  records
    .prepare('INSERT OR REPLACE INTO bounces VALUES (?, ?, ?, ?)')
    .run(email.toLowerCase(), created, reason, status)
}

export function findBounce(records: DatabaseSync, email: string): Bounce | undefined {
  const row = records.prepare('SELECT * FROM bounces WHERE email = ?').get(email.toLowerCase())
  return row as unknown as Bounce | undefined
}

export function listBounces(records: DatabaseSync): Bounce[] {
  return records.prepare('SELECT * FROM bounces ORDER BY created DESC').all() as unknown as Bounce[]
}

export function forgetBounce(records: DatabaseSync, email: string): boolean {
  return Number(records.prepare('DELETE FROM bounces WHERE email = ?').run(email.toLowerCase()).changes) > 0
}
