import { auditActions } from '@insula/contracts'
import { describe, expect, it } from 'vitest'
import { tell } from './sentences.ts'

const actor = { kind: 'user' as const, id: 'usr_1', name: 'Ada' }
const told = (action: string, name: string | null) =>
  tell({ action, actor, target: { kind: 'file', id: 'fil_1', name } })
    .map((piece) => piece.text)
    .join('')

describe('audit entries told as sentences', () => {
  it('names who did it and to what', () => {
    expect(told('file.uploaded', 'a.jpg')).toBe('Ada uploaded a.jpg')
    expect(told('file.ready', 'a.jpg')).toBe('a.jpg is ready')
  })

  it('falls back to the id of a target without a name', () => {
    expect(told('file.trashed', null)).toBe('Ada moved fil_1 to the trash')
  })

  it.each(['file.merged', 'constructor', '{target}', ''])(
    'tells of “%s”, which it has no sentence for',
    (action) => {
      const words = told(action, 'a.jpg')
      expect(words).toContain('Ada')
      expect(words).toContain('a.jpg')
      expect(words).not.toMatch(/[{}]/)
    },
  )

  it.each(auditActions)('leaves no placeholder in %s', (action) => {
    expect(told(action, 'x')).not.toMatch(/[{}]/)
  })
})
