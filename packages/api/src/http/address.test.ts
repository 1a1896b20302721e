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

test.each([
  ['1.2.3.4:567', '1.2.3.4'],
  [' 1.2.3.4 ', '1.2.3.4'],
  ['[::1]:99', '::1'],
  ['[2001:DB8::0:9]', '2001:db8::9'],
  ['2001:db8:0:0:0:0:0:9', '2001:db8::9'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['[::FFFF:192.0.2.7]:443', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
  ['0:0:0:0:0:ffff:c000:0207', '192.0.2.7'],
  ['fe80::1%eth0', 'fe80::1'],
  ['"[::1]:99"', '::1'],
])('a proxy may write %s: it is %s', (entry, address) => {
  expect(addressOf(`9.9.9.9, ${entry}`, '10.0.0.1', 1)).toBe(address)
})

test.each([
  'unknown',
  '',
  '1.2.3',
  '1.2.3.4.5',
  '01.2.3.4',
  '1.2.3.4:',
  '[::1',
  '::1]',
  ':::',
  'localhost',
  '_hidden',
  '1.2.3.4/24',
  '<script>',
])('an entry %j is no address: the call counts as the proxy’s own, never as nobody’s', (entry) => {
  expect(addressOf(`9.9.9.9, ${entry}`, '::ffff:10.0.0.1', 1)).toBe('10.0.0.1')
})

test('empty entries that a client sends do not move the count', () => {
  expect(addressOf(',, ,203.0.113.9, 10.0.0.2', '10.0.0.1', 2)).toBe('203.0.113.9')
})

test('all addresses of one IPv6 /64 count as one client', () => {
  expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
  expect(networkOf('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64')
  expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64')
  expect(networkOf('192.0.2.7')).toBe('192.0.2.7')
})
