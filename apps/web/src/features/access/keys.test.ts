import type { ApiKey } from '@insula/contracts'
import { describe, expect, it } from 'vitest'
import { keysFor } from './keys.ts'

const now = Date.parse('2026-06-01T00:00:00Z')
const apiKey = (id: string, more: Partial<ApiKey>): ApiKey => ({
  id: `key_${id}`,
  name: id,
  prefix: `ins_${id}`,
  scopes: [],
  createdAt: '2026-01-01T00:00:00Z',
  createdBy: { id: 'usr_1', name: 'Ada' },
  expiresAt: null,
  lastUsedAt: null,
  ...more,
})
const keys = [
  apiKey('1', { name: 'Über', expiresAt: '2026-05-01T00:00:00Z' }),
  apiKey('2', { name: 'alpha', lastUsedAt: '2026-05-01T00:00:00Z' }),
  apiKey('3', { name: 'beta', expiresAt: '2026-07-01T00:00:00Z' }),
]
const idsFor = (sort: string, values: { search?: string; state?: string } = {}) =>
  keysFor(keys, { sort, values: { search: '', state: '', ...values } }, now).map(({ id }) => id.slice(-1))

describe('the API keys that are shown', () => {
  it('are in the order that was chosen', () => {
    expect(idsFor('-created')).toEqual(['3', '2', '1'])
    expect(idsFor('name')).toEqual(['2', '3', '1'])
    expect(idsFor('-used')).toEqual(['2', '3', '1'])
  })

  it('that never expire come after those that do', () => {
    expect(idsFor('expires')).toEqual(['1', '3', '2'])
  })

  it('are those that hold what is searched for, and are expired or not', () => {
    expect(idsFor('name', { search: 'uber' })).toEqual(['1'])
    expect(idsFor('name', { state: 'expired' })).toEqual(['1'])
    expect(idsFor('name', { state: 'active' })).toEqual(['2', '3'])
  })
})
