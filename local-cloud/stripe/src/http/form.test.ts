import { describe, expect, it } from 'vitest'
import { parseForm } from './form.ts'
import { readParameters } from './parameters.ts'

const plain = (text: string): unknown => JSON.parse(JSON.stringify(parseForm(text)))

describe('a form', () => {
  it('nests by brackets, with indices or without', () => {
    expect(plain('a=1&b[c]=2&d[0][e]=3&d[1][e]=4&f[]=5&f[]=6')).toEqual({
      a: '1',
      b: { c: '2' },
      d: { 0: { e: '3' }, 1: { e: '4' } },
      f: { 0: '5', 1: '6' },
    })
  })

  it('refuses a name that is a value and a hash at once', () => {
    expect(() => parseForm('a=1&a[b]=2')).toThrow('Invalid hash')
  })

  it('refuses depth without end', () => {
    expect(() => parseForm(`a${'[b]'.repeat(1000)}=1`)).toThrow('Invalid parameter name')
  })
})

describe('parameters', () => {
  const read = (text: string) =>
    readParameters(
      'POST /v1/customers',
      ['name', 'metadata', 'balance', 'preferred_locales'],
      parseForm(text),
    )

  it('take the types the SDK declares', () => {
    expect(
      read('name=Ada&balance=-5&preferred_locales[0]=de&preferred_locales[1]=en&metadata[plan]=pro'),
    ).toEqual({
      name: 'Ada',
      balance: -5,
      preferred_locales: ['de', 'en'],
      metadata: { plan: 'pro' },
    })
  })

  it('keep the order of an array past its tenth element', () => {
    const many = Array.from({ length: 12 }, (_, index) => `preferred_locales[${index}]=l${index}`).join('&')
    expect(read(many).preferred_locales).toEqual(Array.from({ length: 12 }, (_, index) => `l${index}`))
  })

  it('refuse what Stripe knows and the route does not act upon', () => {
    expect(() => read('phone=1')).toThrow('does not implement the parameter `phone`')
  })

  it('refuse to unset what cannot be unset', () => {
    expect(() => read('name=')).toThrow("You passed an empty string for 'name'")
  })
})
