import { S3Error } from './error.ts'
import type { ParsedElement } from './request-document.ts'

/** When objects and unfinished uploads are to go. */
export interface LifecycleRule {
  id: string
  enabled: boolean
  prefix: string
  tags: Record<string, string>
  /** Bytes. */
  largerThan?: number
  /** Bytes. */
  smallerThan?: number
  expireAfterDays?: number
  /** Milliseconds since 1970. */
  expireAt?: number
  abortAfterDays?: number
}

const known = ['ID', 'Status', 'Prefix', 'Filter', 'Expiration', 'AbortIncompleteMultipartUpload']
/** Rules about versions change nothing in buckets without versions. */
const withoutEffect = ['NoncurrentVersionExpiration']

/** Reads one Rule element. @throws S3Error MalformedXML, InvalidArgument, NotImplemented for transitions */
export function lifecycleRule(rule: ParsedElement): LifecycleRule {
  for (const { name } of rule.elements) {
    if (name === 'Transition' || name === 'NoncurrentVersionTransition') {
      throw new S3Error('NotImplemented', { message: 'There are no storage classes to move objects to.' })
    }
    if (!known.includes(name) && !withoutEffect.includes(name)) throw new S3Error('MalformedXML')
  }
  const id = rule.required('ID').trim()
  if (id.length > 255)
    throw new S3Error('InvalidArgument', { message: 'ID length should not exceed allowed limit of 255' })
  const status = rule.required('Status').trim()
  if (status !== 'Enabled' && status !== 'Disabled') throw new S3Error('MalformedXML')
  const expiration = rule.first('Expiration')
  const abort = rule.first('AbortIncompleteMultipartUpload')
  const somethingToDo = expiration ?? abort ?? rule.elements.find(({ name }) => withoutEffect.includes(name))
  if (!somethingToDo) {
    throw new S3Error('InvalidRequest', { message: 'At least one action needs to be specified in a rule.' })
  }
  const filter = filterOf(rule)
  const { tags, largerThan, smallerThan } = filter
  if (abort && (Object.keys(tags).length > 0 || largerThan !== undefined || smallerThan !== undefined)) {
    throw new S3Error('InvalidRequest', {
      message: 'AbortIncompleteMultipartUpload cannot be specified with tags or object sizes.',
    })
  }
  return {
    id,
    enabled: status === 'Enabled',
    ...filter,
    ...expirationOf(expiration),
    abortAfterDays: abort && days(abort, 'DaysAfterInitiation', 'AbortIncompleteMultipartUpload'),
  }
}

function filterOf(
  rule: ParsedElement,
): Pick<LifecycleRule, 'prefix' | 'tags' | 'largerThan' | 'smallerThan'> {
  const filter = rule.first('Filter')
  if (!filter && !rule.first('Prefix')) throw new S3Error('MalformedXML')
  if (filter && (rule.first('Prefix') || filter.elements.length > 1)) throw new S3Error('MalformedXML')
  const conditions = filter?.first('And') ?? filter ?? rule
  const size = (name: string): number | undefined => {
    const text = conditions.textOf(name)?.trim()
    if (text !== undefined && !/^\d+$/.test(text)) throw new S3Error('MalformedXML')
    return text === undefined ? undefined : Number(text)
  }
  return {
    prefix: conditions.textOf('Prefix') ?? '',
    tags: Object.fromEntries(
      conditions.all('Tag').map((tag) => [tag.required('Key'), tag.required('Value')]),
    ),
    largerThan: size('ObjectSizeGreaterThan'),
    smallerThan: size('ObjectSizeLessThan'),
  }
}

function expirationOf(
  expiration: ParsedElement | undefined,
): Pick<LifecycleRule, 'expireAfterDays' | 'expireAt'> {
  if (!expiration) return {}
  if (expiration.elements.length !== 1) throw new S3Error('MalformedXML')
  if (expiration.first('Days')) return { expireAfterDays: days(expiration, 'Days', 'Expiration') }
  // It cleans up versions' delete markers, of which there are none.
  if (expiration.first('ExpiredObjectDeleteMarker')) return {}
  const text = expiration.required('Date').trim()
  const at = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new S3Error('MalformedXML')
  if (at % (24 * 60 * 60 * 1000) !== 0)
    throw new S3Error('InvalidArgument', { message: "'Date' must be at midnight GMT" })
  return { expireAt: at }
}

function days(parent: ParsedElement, name: string, action: string): number {
  const text = parent.required(name).trim()
  if (!/^-?\d+$/.test(text)) throw new S3Error('MalformedXML')
  if (Number(text) > 0) return Number(text)
  throw new S3Error('InvalidArgument', {
    message: `'${name}' for ${action} action must be a positive integer`,
  })
}
