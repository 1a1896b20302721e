import { expect, test } from 'vitest'
import * as domains from './domains.ts'
import { type ActionOf, type HintKindOf, type Misspelt, requireOnce } from './gather.ts'
import { hintTypes } from './hints.ts'
import { idPrefixes } from './ids.ts'
import { Entitlements, limitKeys } from './limits.ts'
import { type Permission, permissionNames, permissions } from './permissions.ts'
import { platformRoles, roles } from './roles.ts'
import { type DomainWords, roleNames } from './word.ts'

test('a word that two domains bring is refused by name', () => {
  expect(() => requireOnce(['file.renamed', 'note.renamed', 'file.renamed'])).toThrow('"file.renamed"')
  expect(() => requireOnce(['file.renamed', 'note.renamed'])).not.toThrow()
})

test('no two kinds of things share a prefix, and no two events or hints a type', () => {
  expect(() => requireOnce(Object.values(idPrefixes))).not.toThrow()
  expect(() => requireOnce(hintTypes)).not.toThrow()
})

test('a permission that no domain brings, and a kind of word that there is not, do not compile', () => {
  // @ts-expect-error no domain brings it
  const missing: Permission = 'files:fly'
  // @ts-expect-error every export of a words.ts is of a kind that is known
  const misspelt: Misspelt = 'permisions'
  expect(permissionNames).not.toContain(missing)
  expect(permissions).not.toHaveProperty(misspelt)
})

test('what one domain announces and writes down is no other’s, and each of it is known by type', () => {
  const kinds: Record<HintKindOf<'tenants'>, true> = { tenant: true, member: true, invitation: true }
  // @ts-expect-error `member` and `invitation` are missing
  const few: Record<HintKindOf<'tenants'>, true> = { tenant: true }
  // @ts-expect-error files are another domain's
  const foreign: ActionOf<'tenants'> = 'file.renamed'
  expect(Object.keys(kinds)).toEqual(expect.arrayContaining(Object.keys(few)))
  expect(foreign).toBeTypeOf('string')
})

test('the owner holds everything', () => {
  expect(roles.owner).toEqual(permissionNames)
})

test.each(Object.entries<DomainWords>(domains))(
  'the permissions of %s are held by whom its lock file says',
  async (name, words) => {
    const lines = Object.keys(words.permissions ?? {}).map((permission) => {
      const holders = roleNames.filter((role) => roles[role].some((held) => held === permission))
      return `${permission.padEnd(20)} ${holders.join(' ')}`
    })
    await expect(`${lines.sort().join('\n')}\n`).toMatchFileSnapshot(`./${name}/roles.lock.txt`)
  },
)

test('only an admin of the platform operates it, and all of its roles look', () => {
  expect(platformRoles).toEqual({
    admin: ['plans:write', 'platform:operate', 'platform:read'],
    support: ['platform:read'],
    auditor: ['platform:read'],
  })
})

test('what is counted is part of the limits', () => {
  const keys = Object.keys(Entitlements.shape)
  expect(keys.filter((key) => !limitKeys.some((counted) => counted === key))).toEqual(['max-file-bytes'])
})
