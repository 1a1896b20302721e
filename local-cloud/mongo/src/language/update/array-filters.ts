import { badValue, failedToParse } from '../error.ts'
import type { MatchOptions } from '../match.ts'
import { compileFilter } from '../match.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc } from '../value.ts'

/** Compiles `arrayFilters`: each names one identifier, each identifier of the update has one, and none is left over. */
export function compileArrayFilters(
  filters: readonly Doc[],
  update: Doc,
  paths: readonly (readonly string[])[],
  options: MatchOptions,
): (name: string) => (element: Value) => boolean {
  const byName = new Map<string, (element: Value) => boolean>()
  for (const filter of filters) {
    const name = identifierOf(filter)
    if (byName.has(name)) {
      throw failedToParse(`Found multiple array filters with the same top-level field name ${name}`)
    }
    const matches = compileFilter(filter, options)
    byName.set(name, (element) => matches(new Map([[name, element]])))
  }
  const used = new Set<string>()
  for (const path of paths) {
    for (const part of path) {
      const name = part.startsWith('$[') ? part.slice(2, -1) : ''
      if (name === '') continue
      if (!byName.has(name)) {
        throw badValue(`No array filter found for identifier '${name}' in path '${path.join('.')}'`)
      }
      used.add(name)
    }
  }
  for (const name of byName.keys()) {
    if (!used.has(name)) {
      throw failedToParse(
        `The array filter for identifier '${name}' was not used in the update ${printValue(update)}`,
      )
    }
  }
  return (name) => byName.get(name)!
}

function identifierOf(filter: Doc): string {
  const names = new Set(topLevelNames(filter))
  const [name, other] = names
  if (name === undefined)
    throw failedToParse('Cannot use an expression without a top-level field name in arrayFilters')
  if (other !== undefined) {
    throw failedToParse(
      `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${name}' and '${other}'`,
    )
  }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
    throw badValue(
      'Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning ' +
        `with a lowercase letter, found '${name}'`,
    )
  }
  return name
}

function topLevelNames(filter: Doc): string[] {
  return [...filter].flatMap(([name, value]) => {
    if (!name.startsWith('$')) return [name.split('.')[0]!]
    if (!Array.isArray(value)) return []
    return value.flatMap((inner) => (isDoc(inner) ? topLevelNames(inner) : []))
  })
}
