import { S3Error } from './error.ts'
import type { ObjectAttributes } from './object.ts'
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
  noncurrentAfterDays?: number
  /** How many of the replaced versions stay, however old. */
  noncurrentKept?: number
  /** Whether a delete marker goes when it is all that is left of its key. */
  expireLoneMarkers: boolean
}

const dayMs = 24 * 60 * 60 * 1000

const actions = ['Expiration', 'AbortIncompleteMultipartUpload', 'NoncurrentVersionExpiration']
const known = ['ID', 'Status', 'Prefix', 'Filter', ...actions]

/** Reads one Rule element. @throws S3Error MalformedXML, InvalidArgument, NotImplemented for transitions */
export function lifecycleRule(rule: ParsedElement): LifecycleRule {
  for (const { name } of rule.elements) {
    if (name === 'Transition' || name === 'NoncurrentVersionTransition') {
      throw new S3Error('NotImplemented', { message: 'There are no storage classes to move objects to.' })
    }
    if (!known.includes(name)) throw new S3Error('MalformedXML')
  }
  const id = rule.required('ID').trim()
  if (id.length > 255)
    throw new S3Error('InvalidArgument', { message: 'ID length should not exceed allowed limit of 255' })
  const status = rule.required('Status').trim()
  if (status !== 'Enabled' && status !== 'Disabled') throw new S3Error('MalformedXML')
  const expiration = rule.first('Expiration')
  const abort = rule.first('AbortIncompleteMultipartUpload')
  if (!rule.elements.some(({ name }) => actions.includes(name))) {
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
    ...noncurrentOf(rule.first('NoncurrentVersionExpiration')),
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
): Pick<LifecycleRule, 'expireAfterDays' | 'expireAt' | 'expireLoneMarkers'> {
  if (!expiration) return { expireLoneMarkers: false }
  if (expiration.elements.length !== 1) throw new S3Error('MalformedXML')
  // What lets objects expire lets the markers go that they leave, too.
  const expireLoneMarkers = true
  if (expiration.first('Days')) {
    return { expireAfterDays: days(expiration, 'Days', 'Expiration'), expireLoneMarkers }
  }
  const marker = expiration.textOf('ExpiredObjectDeleteMarker')?.trim()
  if (marker !== undefined) return { expireLoneMarkers: marker === 'true' }
  const text = expiration.required('Date').trim()
  const at = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new S3Error('MalformedXML')
  if (at % (24 * 60 * 60 * 1000) !== 0)
    throw new S3Error('InvalidArgument', { message: "'Date' must be at midnight GMT" })
  return { expireAt: at, expireLoneMarkers }
}

function noncurrentOf(
  action: ParsedElement | undefined,
): Pick<LifecycleRule, 'noncurrentAfterDays' | 'noncurrentKept'> {
  if (!action) return {}
  const kept = 'NewerNoncurrentVersions'
  return {
    noncurrentAfterDays: days(action, 'NoncurrentDays', 'NoncurrentVersionExpiration'),
    noncurrentKept: action.first(kept) && days(action, kept, 'NoncurrentVersionExpiration'),
  }
}

/** Whether a rule is about such an object. */
export function selects(
  rule: LifecycleRule,
  { key, bytes, attributes }: { key: string; bytes: number; attributes: ObjectAttributes },
): boolean {
  const { tags } = attributes
  return (
    rule.enabled &&
    key.startsWith(rule.prefix) &&
    Object.entries(rule.tags).every(([name, value]) => tags[name] === value) &&
    bytes > (rule.largerThan ?? -1) &&
    bytes < (rule.smallerThan ?? Number.POSITIVE_INFINITY)
  )
}

/** S3 counts whole days and rounds up to the next midnight, UTC. */
export function nextMidnight(from: number, days: number): number {
  return Math.ceil((from + days * dayMs) / dayMs) * dayMs
}

function days(parent: ParsedElement, name: string, action: string): number {
  const text = parent.required(name).trim()
  if (!/^-?\d+$/.test(text)) throw new S3Error('MalformedXML')
  if (Number(text) > 0) return Number(text)
  throw new S3Error('InvalidArgument', {
    message: `'${name}' for ${action} action must be a positive integer`,
  })
}
