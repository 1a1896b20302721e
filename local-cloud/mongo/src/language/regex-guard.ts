import { createContext, Script } from 'node:vm'
import { MongoError } from './error.ts'

/** How long one search may take before it is given up, where a pattern may try exponentially many ways. */
const mostMs = 1000

/**
 * A pattern that a short text can keep busy for ages. PCRE counts its steps and stops; V8 only stops a script that
 * runs out of time, and to start such a script costs a hundred times what a search does: it is done for long texts.
 */
export class GuardedRegExp extends RegExp {
  override exec(text: string): RegExpExecArray | null {
    if (text.length < 24) return super.exec(text)
    globals.search = () => super.exec(text)
    try {
      return script.runInContext(context, { timeout: mostMs })
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
      throw new MongoError(
        51156,
        `Error occurred while executing the regular expression /${this.source}/: it took more than ${mostMs} ms`,
      )
    } finally {
      globals.search = undefined
    }
  }
}

const globals: { search: (() => RegExpExecArray | null) | undefined } = { search: undefined }
const context = createContext(globals)
const script = new Script('search()')

/** Whether a pattern repeats what itself repeats or chooses, so that one text can be divided in exponentially many ways. */
export function mayExplode(source: string): boolean {
  const groups = [{ varies: false }]
  for (let at = 0; at < source.length; at++) {
    const char = source[at]!
    if (char === '\\') at++
    else if (char === '[') at = endOfClass(source, at)
    else if (char === '(') groups.push({ varies: false })
    else if (char === ')' && groups.length > 1) {
      const { varies } = groups.pop()!
      if (varies && repeats(source, at + 1)) return true
      groups.at(-1)!.varies ||= varies
    } else if (char === '|' || repeats(source, at)) groups.at(-1)!.varies = true
  }
  return false
}

const repeats = (source: string, at: number): boolean =>
  /^(?:[*+]|\{\d*,\d*\})/.test(source.slice(at, at + 16))

function endOfClass(source: string, start: number): number {
  let at = start + 1
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1
  return at
}
