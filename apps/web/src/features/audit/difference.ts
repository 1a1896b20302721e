export interface Change {
  field: string
  before: string | null
  after: string | null
}

const shown = (value: unknown): string | null =>
  value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value)

/** What changed between two records, field by field; what stayed the same is left out. */
export const difference = (
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): Change[] => {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  return [...fields]
    .map((field) => ({ field, before: shown(before?.[field]), after: shown(after?.[field]) }))
    .filter((change) => change.before !== change.after)
}
