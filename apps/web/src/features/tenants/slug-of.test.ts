import { Slug } from '@insula/contracts'
import { describe, expect, it } from 'vitest'
import { slugOf } from './slug-of.ts'

describe('a slug made of a name', () => {
  it.each([
    ['', ''],
    ['Acme', 'acme'],
    ['Ärzte & Söhne', 'arzte-sohne'],
    ['u\u0308ber', 'uber'],
    ['  --a  b--  ', 'a-b'],
    ['Łódź Straße', 'lodz-strasse'],
    ['O’Neill', 'oneill'],
    ['東京', 'dongjing'],
    ['Москва', 'moskva'],
    ['Αθήνα', 'athina'],
    ['🌵🌵', 'cactus-cactus'],
    ['李', 'li-team'],
    ['Admin', 'admin-team'],
  ])('%j becomes %j', async (name, slug) => {
    expect(await slugOf(name)).toBe(slug)
  })

  it.each([
    'شركة',
    'חברה',
    'บริษัท',
    '株式会社',
    '주식회사',
    'कंपनी',
    '!!!',
    '…',
    '👩‍🚀',
    'x',
    `${'x'.repeat(39)} yz`,
    '東'.repeat(80),
  ])('is one as the contract wants it for %j', async (name) => {
    expect(Slug.safeParse(await slugOf(name)).error).toBeUndefined()
  })
})
