import { type AuditEntry, lookUp, visible } from '@insula/contracts'

/** Audit actions as sentences, from what every feature brings. */
export type Sentences = Readonly<Record<string, string>>

/** For what only another release has words for: `file.merged` becomes “Ada: file merged (a.jpg)”. */
const untold = (action: string) => `{actor}: ${action.replaceAll(/[.\-{}]+/g, ' ')} ({target})`

interface Piece {
  text: string
  /** A name, as opposed to the words around it. */
  isName: boolean
}

/** What happened as a sentence in pieces, so that its names can stand out. */
export const tell = (entry: Pick<AuditEntry, 'action' | 'actor' | 'target'>, sentences: Sentences): Piece[] =>
  (lookUp(sentences, entry.action) ?? untold(entry.action))
    .split(/(\{actor\}|\{target\})/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      if (piece === '{actor}') return { text: entry.actor.name, isName: true }
      if (piece === '{target}') return { text: visible(entry.target.name ?? entry.target.id), isName: true }
      return { text: piece, isName: false }
    })

/** An action for a list of actions to choose from, as `revoked a session` or `an API key was created`. */
export const doing = (action: string, sentences: Sentences): string => {
  const words = (lookUp(sentences, action) ?? untold(action))
    .replace('{actor} ', '')
    .replaceAll('{target}', '…')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
