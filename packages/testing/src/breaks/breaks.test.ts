import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { breaks } from './index.ts'

const root = resolve(import.meta.dirname, '../../../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

describe('the breaks that the tests must notice', () => {
  test.each(breaks.map((one) => [`${one.file}: ${one.why}`, one] as const))(
    '%s: its text stands there once, and is changed by it',
    (_why, { file, from, to, tests }) => {
      expect(read(file).split(from).length - 1).toBe(1)
      expect(to).not.toBe(from)
      expect(tests.filter((path) => !existsSync(join(root, path)))).toEqual([])
      expect(tests.length).toBeGreaterThan(0)
    },
  )

  test('are enough, of every kind that guards, and none is there twice', () => {
    expect(breaks.length).toBeGreaterThanOrEqual(80)
    expect(new Set(breaks.map(({ file, from, to }) => `${file} ${from} ${to}`)).size).toBe(breaks.length)
    expect([...new Set(breaks.map(({ kind }) => kind))].sort()).toEqual([
      'account',
      'audit',
      'billing',
      'cloud',
      'console',
      'door',
      'files',
      'gates',
      'invitations',
      'keys',
      'limits',
      'live',
      'mails',
      'migrations',
      'pages',
      'passwords',
      'rest',
      'restart',
      'secrets',
      'sessions',
      'signatures',
      'states',
      'stripe',
      'tenancy',
      'text',
      'waits',
      'words',
    ])
  })
})
