import { type ApiKey, fold } from '@insula/contracts'

/** All keys come in one answer, for the plan allows few: they are searched and sorted where they are shown. */
export const keysShape = {
  filters: ['search', 'state'],
  sorts: ['created', 'name', 'used', 'expires'],
} as const

type Sorted = (typeof keysShape.sorts)[number]

const sortedValue: Record<Sorted, (apiKey: ApiKey) => string> = {
  created: ({ id }) => id,
  name: ({ name }) => fold(name),
  used: ({ lastUsedAt }) => lastUsedAt ?? '',
  // One that never expires does so after all others.
  expires: ({ expiresAt }) => expiresAt ?? '9999',
}

export const hasExpired = ({ expiresAt }: Pick<ApiKey, 'expiresAt'>, now = Date.now()) =>
  expiresAt !== null && Date.parse(expiresAt) < now

export const keysFor = (
  apiKeys: readonly ApiKey[],
  choice: { values: { search: string; state: string }; sort: string },
  now = Date.now(),
): ApiKey[] => {
  const { search, state } = choice.values
  const found = apiKeys.filter(
    (apiKey) =>
      fold(`${apiKey.name} ${apiKey.prefix}`).includes(fold(search)) &&
      (state === '' || hasExpired(apiKey, now) === (state === 'expired')),
  )
  const descending = choice.sort.startsWith('-')
  const of = sortedValue[choice.sort.replace('-', '') as Sorted]
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  const sorted = found.toSorted((a, b) => compare(of(a), of(b)) || compare(a.id, b.id))
  return descending ? sorted.toReversed() : sorted
}
