import { type ErrorCode, S3Error } from './error.ts'
import { openPayload, readDocument } from './payload.ts'
import { asElement, parseXml } from './request-document.ts'
import { type Call, type Operation, type Reply, readBucket, target } from './store.ts'
import { type Element, result } from './xml.ts'

/** A setting that is one way here and can't be another. */
interface Fixed {
  /** Answers in the words S3 has for buckets where it never was set. */
  get: Operation
  /** Takes what holds already, so that code that sets up a bucket passes. @throws S3Error NotImplemented for all else */
  put: Operation
}

export const logging = fixed('BucketLoggingStatus', [])
export const accelerate = fixed('AccelerateConfiguration', [])
export const requestPayment = fixed('RequestPaymentConfiguration', [
  { name: 'Payer', children: 'BucketOwner' },
])
export const encryption = fixed('ServerSideEncryptionConfiguration', [
  {
    name: 'Rule',
    children: [
      {
        name: 'ApplyServerSideEncryptionByDefault',
        children: [{ name: 'SSEAlgorithm', children: 'AES256' }],
      },
      { name: 'BucketKeyEnabled', children: 'false' },
    ],
  },
])
export const ownershipControls = fixed('OwnershipControls', [
  { name: 'Rule', children: [{ name: 'ObjectOwnership', children: 'BucketOwnerEnforced' }] },
])
export const policyUnset = refusing('NoSuchBucketPolicy')
export const websiteUnset = refusing('NoSuchWebsiteConfiguration')
export const replicationUnset = refusing('ReplicationConfigurationNotFoundError')
export const objectLockUnset = refusing('ObjectLockConfigurationNotFoundError')

/** Deleting what can't be there succeeds, as it does on S3. */
export function deleteUnset({ store, request }: Call): Reply {
  readBucket(store, request.bucket!)
  return { status: 204 }
}

/** Retention and legal hold need a bucket with Object Lock, of which there are none. */
export function withoutObjectLock(call: Call): never {
  target(call)
  throw new S3Error('InvalidRequest', { message: 'Bucket is missing Object Lock Configuration' })
}

function fixed(name: string, children: Element[]): Fixed {
  const holding = children.flatMap((child) => statements(child))
  return {
    get: ({ store, request }) => {
      readBucket(store, request.bucket!)
      return { status: 200, body: result(name, children) }
    },
    put: async ({ store, request, authorization }) => {
      readBucket(store, request.bucket!)
      const wanted = parseXml(await readDocument(openPayload(request, authorization)), name)
      const said = wanted.elements.flatMap((child) => statements(asElement(child)))
      const other = said.find((statement) => !holding.includes(statement))
      if (other !== undefined || (said.length === 0 && holding.length > 0)) {
        throw new S3Error('NotImplemented', {
          message: `This ${name} is not implemented by the local cloud's S3: ${other ?? 'it is empty'}`,
        })
      }
      return { status: 200 }
    },
  }
}

/** What a document says, leaf by leaf: `Rule/ObjectOwnership=BucketOwnerEnforced`. */
function statements({ name, children }: Element): string[] {
  if (!Array.isArray(children)) return [`${name}=${children}`]
  return children.flatMap((child) => (child ? statements(child) : [])).map((text) => `${name}/${text}`)
}

function refusing(code: ErrorCode): Operation {
  return ({ store, request }) => {
    throw new S3Error(code, { details: { BucketName: readBucket(store, request.bucket!).name } })
  }
}
