import { auditActions } from '@insula/contracts'
import { describe, expect, it } from 'vitest'
import { allSentences } from '../../frame/features.ts'
import { doing, tell } from './sentences.ts'

const sentences = await allSentences()

const actor = { kind: 'user' as const, id: 'usr_1', name: 'Ada' }
const told = (action: string, name: string | null) =>
  tell({ action, actor, target: { kind: 'file', id: 'fil_1', name } }, sentences)
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

  it('has one for each action, and for none that is gone', () => {
    expect(Object.keys(sentences).sort()).toEqual([...auditActions].sort())
  })

  it('names an action to choose from without its actor and target', () => {
    expect(doing('api-key.revoked', sentences)).toBe('Revoked the API key …')
  })

  it.each(auditActions)('leaves no placeholder in %s', (action) => {
    expect(told(action, 'x')).not.toMatch(/[{}]/)
  })
})
