import { Slug } from '@insula/contracts'
import { describe, expect, it } from 'vitest'
import { slugOf } from './slug-of.ts'

describe('a slug made of a name', () => {
  it.each([
    ['Acme', 'acme'],
    ['Ärzte & Söhne', 'arzte-sohne'],
    ['  --a  b--  ', 'a-b'],
    ['東京', ''],
  ])('%j becomes %j', (name, slug) => {
    expect(slugOf(name)).toBe(slug)
  })

  it('is a slug as the contract wants it, however long the name', () => {
    expect(Slug.safeParse(slugOf(`${'x'.repeat(39)} yz`)).success).toBe(true)
  })
})
