import { fieldValue } from '../path.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc } from '../value.ts'

/** What a pipeline's first `$match` asks of single fields, so that an index may narrow its documents. */
export function hintOf(pipeline: readonly Value[] | undefined, variables: Variables): Doc | undefined {
  const [first] = pipeline ?? []
  const match = isDoc(first) ? first.get('$match') : undefined
  if (!isDoc(match)) return undefined
  const hint: Doc = new Map([...match].filter(([name]) => !name.startsWith('$')))
  const expression = match.get('$expr')
  const all = isDoc(expression) ? (expression.get('$and') ?? [expression]) : []
  for (const each of Array.isArray(all) ? all : []) {
    const equal = isDoc(each) ? each.get('$eq') : undefined
    if (!Array.isArray(equal) || equal.length !== 2) continue
    const [field, value] = String(equal[0]).startsWith('$$') ? [equal[1], equal[0]] : equal
    const known = variableIn(value, variables)
    if (isPath(field) && known !== undefined && !hint.has(field.slice(1)))
      hint.set(field.slice(1), new Map([['$eq', known]]))
  }
  return hint
}

type Variables = ReadonlyMap<string, Value | undefined>

/** The value of a variable, where an expression holds equal what a filter does: for all but null, arrays and documents. */
function variableIn(reference: Value | undefined, variables: Variables): Value | undefined {
  if (typeof reference !== 'string' || !reference.startsWith('$$')) return undefined
  const [name = '', ...path] = reference.slice(2).split('.')
  const value = fieldValue(variables.get(name), path)
  return value === null || Array.isArray(value) || isDoc(value) ? undefined : value
}

const isPath = (value: Value | undefined): value is string =>
  typeof value === 'string' && /^\$[^$]/.test(value)
