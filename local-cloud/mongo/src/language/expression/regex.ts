import { MongoError } from '../error.ts'
import { compileRegex, globally } from '../regex.ts'
import type { Doc, Value } from '../value.ts'
import { BSONRegExp, int } from '../value.ts'
import type { Argument, Operator } from './scope.ts'
import { isNullish, namedArguments } from './scope.ts'

interface Found {
  match: string
  idx: number
  captures: (string | null)[]
}

function regexOperator(
  name: string,
  answer: (find: () => Found | undefined, isNull: boolean) => Argument,
): Operator {
  return (argument, scope) => {
    const parts = namedArguments(argument, name, ['input', 'regex'], ['options'])
    const [input, regex] = [scope.compile(parts.input), scope.compile(parts.regex)]
    const options = parts.options === undefined ? undefined : scope.compile(parts.options)
    return (env) => {
      const text = input(env)
      if (!isNullish(text) && typeof text !== 'string')
        throw new MongoError(51104, `${name} needs 'input' to be of type string`)
      const pattern = patternOf(regex(env), options?.(env), name)
      if (isNullish(text) || !pattern) return answer(() => undefined, true)
      const global = globally(pattern)
      return answer(() => {
        const found = global.exec(text)
        if (!found) return undefined
        if (found[0] === '') global.lastIndex += text.codePointAt(global.lastIndex)! > 0xffff ? 2 : 1
        return {
          match: found[0],
          idx: [...text.slice(0, found.index)].length,
          captures: found.slice(1).map((capture) => capture ?? null),
        }
      }, false)
    }
  }
}

function patternOf(regex: Argument, options: Argument, name: string): RegExp | undefined {
  if (isNullish(regex)) return undefined
  if (!isNullish(options) && typeof options !== 'string')
    throw new MongoError(51106, `${name} needs 'options' to be of type string`)
  if (regex instanceof BSONRegExp) {
    if (regex.options !== '' && !isNullish(options)) {
      throw new MongoError(
        51107,
        `${name}: found regex option(s) specified in both 'regex' and 'option' fields`,
      )
    }
    return compiled(regex.pattern, regex.options || (options ?? ''), name)
  }
  if (typeof regex !== 'string')
    throw new MongoError(51105, `${name} needs 'regex' to be of type string or regex`)
  return compiled(regex, options ?? '', name)
}

/** A pattern that is wrong has another code here than in a query. */
function compiled(pattern: string, options: string, name: string): RegExp {
  try {
    return compileRegex(pattern, options)
  } catch (error) {
    if (!(error instanceof MongoError) || error.code !== 51091) throw error
    throw new MongoError(51111, `Invalid Regex in ${name}: ${error.message}`)
  }
}

const foundDoc = ({ match, idx, captures }: Found): Doc =>
  new Map<string, Value>([
    ['match', match],
    ['idx', int(idx)],
    ['captures', captures],
  ])

export const regexOperators: Record<string, Operator> = {
  $regexFind: regexOperator('$regexFind', (find) => {
    const found = find()
    return found ? foundDoc(found) : null
  }),
  $regexFindAll: regexOperator('$regexFindAll', (find) => {
    const all: Value[] = []
    for (let found = find(); found; found = find()) all.push(foundDoc(found))
    return all
  }),
  $regexMatch: regexOperator('$regexMatch', (find) => find() !== undefined),
}
