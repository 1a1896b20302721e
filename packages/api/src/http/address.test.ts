import { expect, test } from 'vitest'
import { addressOf, networkOf } from './address.ts'

test('a forwarded address is not believed when no proxy of ours stands in front', () => {
  expect(addressOf('203.0.113.9', '198.51.100.1', 0)).toBe('198.51.100.1')
})

test('only the entry that our own outermost proxy wrote is believed', () => {
  expect(addressOf('1.1.1.1, 203.0.113.9', '10.0.0.1', 1)).toBe('203.0.113.9')
  expect(addressOf('1.1.1.1, 203.0.113.9, 10.0.0.2', '10.0.0.1', 2)).toBe('203.0.113.9')
  expect(addressOf(null, '10.0.0.1', 1)).toBe('10.0.0.1')
})

test('an IPv4 address inside IPv6 is the IPv4 address', () => {
  expect(addressOf(null, '::ffff:192.0.2.7', 0)).toBe('192.0.2.7')
})

test('all addresses of one IPv6 /64 count as one client', () => {
  expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
  expect(networkOf('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64')
  expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64')
  expect(networkOf('192.0.2.7')).toBe('192.0.2.7')
})
