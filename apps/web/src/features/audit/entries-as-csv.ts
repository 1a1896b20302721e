import type { AuditEntry } from '@insula/contracts'

const columns: [string, (entry: AuditEntry) => string | null][] = [
  ['at', (entry) => entry.at],
  ['action', (entry) => entry.action],
  ['actor_kind', (entry) => entry.actor.kind],
  ['actor_id', (entry) => entry.actor.id],
  ['actor_name', (entry) => entry.actor.name],
  ['target_kind', (entry) => entry.target.kind],
  ['target_id', (entry) => entry.target.id],
  ['target_name', (entry) => entry.target.name],
  ['ip_address', (entry) => entry.ipAddress],
  ['user_agent', (entry) => entry.userAgent],
  ['request_id', (entry) => entry.requestId],
  ['before', (entry) => entry.before && JSON.stringify(entry.before)],
  ['after', (entry) => entry.after && JSON.stringify(entry.after)],
]

/** What a spreadsheet would take for a formula is made text of, https://owasp.org/www-community/attacks/CSV_Injection. */
const harmless = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)
const cell = (text: string | null) => `"${harmless(text ?? '').replaceAll('"', '""')}"`

/** Entries as CSV (RFC 4180) with a byte order mark, by which spreadsheets know UTF-8. Times are ISO 8601 in UTC. */
export const entriesAsCsv = (entries: readonly AuditEntry[]): string => {
  const lines = entries.map((entry) => columns.map(([, of]) => cell(of(entry))).join(','))
  return `\uFEFF${[columns.map(([name]) => name).join(','), ...lines].join('\r\n')}\r\n`
}
