import { expect, test } from 'vitest'
import { callControl, methodNames } from './control.ts'

class Server {
  #count = 0
  readonly clock = { advance: async (span: string) => `moved by ${span}` }
  async count() {
    this.#count += 1
    return this.#count
  }
}

test.each([
  'constructor',
  '__proto__.toString',
  'toString',
  'clock',
  'clock.constructor',
  'count.call',
  'nothing',
  '',
])('a caller cannot reach "%s"', async (method) => {
  await expect(callControl(new Server(), method, [])).rejects.toThrow(/There is no/)
})

test('a method is called on its own object, by its dotted name', async () => {
  expect(await callControl(new Server(), 'clock.advance', ['1 month'])).toBe('moved by 1 month')
  expect(await callControl(new Server(), 'count', [])).toBe(1)
  expect(methodNames(new Server())).toEqual(['clock.advance', 'count'])
})
