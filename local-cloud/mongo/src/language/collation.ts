import { CollationLabels } from './collation-labels.ts'
import { badValue, MongoError, notHere, typeMismatch } from './error.ts'
import type { Doc, Value } from './value.ts'
import { Int32, isNumeric, toDouble, typeNameOf } from './value.ts'

/** A collation that is not the simple one: how strings compare, and the spec as MongoDB reports it. */
export interface Collation {
  readonly compare: (a: string, b: string) => number
  /** A byte string that orders as the text does, within this process; equal texts have equal keys. */
  readonly keyOf: (text: string) => string
  readonly strength: 1 | 2 | 3
  readonly numericOrdering: boolean
  /** The full specification, as listIndexes and explain print it. */
  readonly spec: Doc
}

const defaults: ReadonlyArray<readonly [string, boolean | string | Int32]> = [
  ['caseLevel', false],
  ['caseFirst', 'off'],
  ['strength', new Int32(3)],
  ['numericOrdering', false],
  ['alternate', 'non-ignorable'],
  ['maxVariable', 'punct'],
  ['normalization', false],
  ['backwards', false],
  ['version', '57.1'],
]
const sensitivities = { 1: 'base', 2: 'accent', 3: 'variant' } as const
const known = new Map<string, Collation>()

/**
 * Reads a collation specification: undefined for none and for the simple (binary) one. Only the locale `en` is held
 * here, with strength 1 to 3 and numericOrdering; every other setting is refused.
 */
export function parseCollation(spec: Doc | undefined): Collation | undefined {
  if (spec === undefined || spec.size === 0) return undefined
  const locale = spec.get('locale')
  if (locale === undefined) {
    throw new MongoError(40414, "BSON field 'collation.locale' is missing but a required field")
  }
  if (typeof locale !== 'string') throw typeMismatch("BSON field 'collation.locale' is the wrong type")
  const full: Doc = new Map<string, Value>([['locale', locale], ...defaults])
  for (const [field, value] of spec) {
    if (!full.has(field)) throw new MongoError(40415, `BSON field 'collation.${field}' is an unknown field.`)
    if (field === 'strength') full.set(field, new Int32(strengthOf(value)))
    else {
      if (typeof value !== typeof full.get(field)) {
        throw typeMismatch(`BSON field 'collation.${field}' is the wrong type '${typeNameOf(value)}'`)
      }
      full.set(field, value)
    }
  }
  if (locale === 'simple') {
    if (spec.size > 1) throw badValue('no other collation option may be given with the locale simple')
    return undefined
  }
  refuseOthers(full)
  const strength = strengthOf(full.get('strength')!)
  const numericOrdering = full.get('numericOrdering') === true
  // The locale is part of what was asked for: an index of en_US neither reports nor serves en.
  const key = `${locale} ${strength} ${numericOrdering}`
  const collation = known.get(key) ?? build(strength, numericOrdering, full)
  known.set(key, collation)
  return collation
}

function strengthOf(value: Value): 1 | 2 | 3 {
  if (!isNumeric(value)) throw typeMismatch("BSON field 'collation.strength' is the wrong type")
  const strength = toDouble(value)
  if (strength === 1 || strength === 2 || strength === 3) return strength
  if (strength === 4 || strength === 5) throw notHere(`the collation strength ${strength}`)
  throw badValue(`Enumeration value '${strength}' for field 'collation.strength' is not a valid value.`)
}

function refuseOthers(full: Doc): void {
  const locale = full.get('locale')
  if (locale !== 'en' && locale !== 'en_US') throw refusedLocale(String(locale))
  for (const [field, usual] of defaults) {
    if (field === 'strength' || field === 'numericOrdering' || field === 'version') continue
    if (full.get(field) !== usual) throw notHere(`collation.${field} '${String(full.get(field))}'`)
  }
}

function refusedLocale(locale: string): MongoError {
  try {
    if (Intl.Collator.supportedLocalesOf(locale.replaceAll('_', '-')).length > 0)
      return notHere(`the collation locale '${locale}'`)
  } catch {
    // Not the name of any language.
  }
  return badValue(`Field 'locale' is invalid in: { locale: "${locale}" }`)
}

function build(strength: 1 | 2 | 3, numericOrdering: boolean, spec: Doc): Collation {
  const collator = new Intl.Collator('en', { sensitivity: sensitivities[strength], numeric: numericOrdering })
  const labels = new CollationLabels(collator.compare)
  return { compare: collator.compare, keyOf: (text) => labels.labelOf(text), strength, numericOrdering, spec }
}
