import { createHmac } from 'node:crypto'
import { type Credentials, equalSignatures } from './authorization.ts'
import { S3Error } from './error.ts'
import { deriveSigningKey, hmac } from './signature.ts'
import { parseCredential } from './signature-claim.ts'

/** A form's fields by lower-case name, before its file. */
export type FormFields = ReadonlyMap<string, string>

export interface SizeRange {
  least: number
  most: number
}

const uncovered = new Set(['x-amz-signature', 'signature', 'awsaccesskeyid', 'policy', 'file'])

/**
 * Enforces a presigned POST: the policy's signature, its expiry, each of its conditions, and that each field of the
 * form is named by one ("POST Policy" in the S3 API reference; signature version 2 forms are accepted as well).
 * @returns the file sizes in bytes that the policy admits
 * @throws S3Error AccessDenied, InvalidPolicyDocument, SignatureDoesNotMatch, InvalidAccessKeyId, InvalidArgument
 */
export function enforcePolicy(
  fields: FormFields,
  bucket: string,
  credentials: Credentials,
  now: number,
): SizeRange {
  const encoded = fields.get('policy')
  if (encoded === undefined) {
    if (fields.has('x-amz-signature') || fields.has('signature')) throw missingField('policy')
    throw new S3Error('AccessDenied')
  }
  verifyPolicySignature(fields, encoded, credentials)
  const { expiration, conditions } = decodePolicy(encoded)
  if (now > expiration) throw refused('Policy expired.')

  const covered = new Set<string>()
  const size: SizeRange = { least: 0, most: 5 * 1024 ** 3 }
  for (const condition of conditions) {
    if (condition.operator === 'content-length-range') {
      size.least = Math.max(size.least, condition.least)
      size.most = Math.min(size.most, condition.most)
      continue
    }
    covered.add(condition.field)
    const value = condition.field === 'bucket' ? bucket : fields.get(condition.field)
    if (value === undefined || !holds(condition, value))
      throw refused(`Policy Condition failed: ${condition.text}`)
  }
  // The form goes where its address says; a field that says otherwise is a lie, whatever the policy allows.
  if ((fields.get('bucket') ?? bucket) !== bucket) {
    throw refused(`Policy Condition failed: ${JSON.stringify(['eq', '$bucket', bucket])}`)
  }
  // The bucket is a field of every form, whether or not it is sent as one.
  const extra = [...new Set(['bucket', ...fields.keys()])].filter(
    (name) => !covered.has(name) && !uncovered.has(name) && !name.startsWith('x-ignore-'),
  )
  if (extra.length > 0) throw refused(`Extra input fields: ${extra.join(', ')}`)
  return size
}

type Condition =
  | { operator: 'eq' | 'starts-with'; field: string; operand: string; text: string }
  | { operator: 'content-length-range'; least: number; most: number }

function decodePolicy(encoded: string): { expiration: number; conditions: Condition[] } {
  let policy: unknown
  try {
    policy = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))
  } catch {
    throw invalid('Invalid JSON.')
  }
  if (!isRecord(policy)) throw invalid('Invalid JSON.')
  if (typeof policy.expiration !== 'string') throw invalid('Policy missing expiration.')
  const wellFormed = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(policy.expiration)
  const expiration = wellFormed ? Date.parse(policy.expiration) : Number.NaN
  if (Number.isNaN(expiration)) throw invalid(`Invalid 'expiration' value: '${policy.expiration}'`)
  if (!Array.isArray(policy.conditions)) throw invalid('Policy missing conditions.')
  return { expiration, conditions: policy.conditions.flatMap(readCondition) }
}

function readCondition(source: unknown): Condition[] {
  if (Array.isArray(source)) {
    const operator = String(source[0]).toLowerCase()
    if (operator === 'content-length-range') return [readSizeRange(source)]
    if ((operator !== 'eq' && operator !== 'starts-with') || source.length !== 3) {
      throw invalid(`Invalid condition: ${JSON.stringify(source)}`)
    }
    const [, field, operand] = source as unknown[]
    if (typeof field !== 'string' || !field.startsWith('$') || typeof operand !== 'string') {
      throw invalid(`Invalid condition: ${JSON.stringify(source)}`)
    }
    return [{ operator, field: field.slice(1).toLowerCase(), operand, text: JSON.stringify(source) }]
  }
  if (!isRecord(source) || Object.keys(source).length !== 1) {
    throw invalid('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.')
  }
  return Object.entries(source).map(([field, operand]) => {
    if (typeof operand !== 'string') throw invalid('Invalid Simple-Condition: value must be a string.')
    return {
      operator: 'eq',
      field: field.toLowerCase(),
      operand,
      text: JSON.stringify(['eq', `$${field}`, operand]),
    }
  })
}

function readSizeRange(source: unknown[]): Condition {
  const [least, most] = source
    .slice(1)
    .map((bound) => (/^\d+$/.test(String(bound)) ? Number(bound) : Number.NaN))
  if (source.length !== 3 || Number.isNaN(least) || Number.isNaN(most)) {
    throw invalid('Invalid content-length-range: two non-negative integers are needed.')
  }
  return { operator: 'content-length-range', least: least!, most: most! }
}

function holds({ operator, field, operand }: Extract<Condition, { field: string }>, value: string): boolean {
  if (operator === 'eq') return value === operand
  // Content-Type may be a list, each of which has to begin so.
  if (field === 'content-type') return value.split(',').every((item) => item.trim().startsWith(operand))
  return value.startsWith(operand)
}

function verifyPolicySignature(fields: FormFields, policy: string, credentials: Credentials): void {
  const need = (name: string): string => {
    const value = fields.get(name.toLowerCase())
    if (value === undefined) throw missingField(name)
    return value
  }
  const checkKey = (accessKeyId: string): void => {
    if (accessKeyId === credentials.accessKeyId) return
    throw new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: accessKeyId } })
  }
  const check = (expected: string, given: string): void => {
    if (!equalSignatures(expected, given))
      throw new S3Error('SignatureDoesNotMatch', { details: { StringToSign: policy } })
  }
  if (fields.has('awsaccesskeyid') || fields.has('signature')) {
    checkKey(need('AWSAccessKeyId'))
    check(createHmac('sha1', credentials.secretAccessKey).update(policy).digest('base64'), need('signature'))
    return
  }
  if (need('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw new S3Error('InvalidArgument', { message: 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"' })
  }
  const credential = parseCredential(need('X-Amz-Credential'))
  const date = need('X-Amz-Date')
  if (credential?.scope.service !== 's3' || !date.startsWith(credential.scope.date)) {
    throw new S3Error('InvalidArgument', {
      message: 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/s3/aws4_request".',
      details: { ArgumentName: 'X-Amz-Credential' },
    })
  }
  checkKey(credential.accessKeyId)
  const signingKey = deriveSigningKey(credentials.secretAccessKey, credential.scope)
  check(hmac(signingKey, policy).toString('hex'), need('X-Amz-Signature'))
}

export function missingField(name: string): S3Error {
  return new S3Error('InvalidArgument', {
    message: `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    details: { ArgumentName: name },
  })
}

function refused(reason: string): S3Error {
  return new S3Error('AccessDenied', { message: `Invalid according to Policy: ${reason}` })
}

function invalid(reason: string): S3Error {
  return new S3Error('InvalidPolicyDocument', { message: `Invalid Policy: ${reason}` })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
