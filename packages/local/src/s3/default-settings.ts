import { type ErrorCode, S3Error } from './error.ts'
import { ownerElement } from './list-objects.ts'
import { readObject } from './object.ts'
import { type Call, type Operation, type Reply, readBucket, target } from './store.ts'
import { type Element, result } from './xml.ts'

/** Answers for what can't be set here, in the words S3 has for buckets where it never was. */
export const versioningUnset = answering('VersioningConfiguration', [])
export const loggingUnset = answering('BucketLoggingStatus', [])
export const accelerateUnset = answering('AccelerateConfiguration', [])
export const requestPayment = answering('RequestPaymentConfiguration', [
  { name: 'Payer', children: 'BucketOwner' },
])
export const encryptionDefault = answering('ServerSideEncryptionConfiguration', [
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
export const ownershipControls = answering('OwnershipControls', [
  { name: 'Rule', children: [{ name: 'ObjectOwnership', children: 'BucketOwnerEnforced' }] },
])
export const publicAccessBlock = answering(
  'PublicAccessBlockConfiguration',
  ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].map((name) => ({
    name,
    children: 'true',
  })),
)
export const policyUnset = refusing('NoSuchBucketPolicy')
export const websiteUnset = refusing('NoSuchWebsiteConfiguration')
export const replicationUnset = refusing('ReplicationConfigurationNotFoundError')
export const objectLockUnset = refusing('ObjectLockConfigurationNotFoundError')

/** Deleting what can't be there succeeds, as it does on S3. */
export function deleteUnset({ store, request }: Call): Reply {
  readBucket(store, request.bucket!)
  return { status: 204 }
}

const ownerOnly: Element[] = [
  ownerElement,
  {
    name: 'AccessControlList',
    children: [
      {
        name: 'Grant',
        children: [
          {
            name: 'Grantee',
            attributes: {
              'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
              'xsi:type': 'CanonicalUser',
            },
            children: ownerElement.children,
          },
          { name: 'Permission', children: 'FULL_CONTROL' },
        ],
      },
    ],
  },
]

/** ACLs are switched off, as on every new bucket: the owner has all rights and nobody else any. */
export const getBucketAcl = answering('AccessControlPolicy', ownerOnly)

export function getObjectAcl(call: Call): Reply {
  const { bucket, key } = target(call)
  readObject(call.store, bucket, key)
  return { status: 200, body: result('AccessControlPolicy', ownerOnly) }
}

export function putAcl(call: Call): Reply {
  target(call)
  const canned = call.request.headers.get('x-amz-acl')
  if (canned === 'private' || canned === 'bucket-owner-full-control') return { status: 200 }
  throw new S3Error('AccessControlListNotSupported')
}

/** Retention and legal hold need a bucket with Object Lock, of which there are none. */
export function withoutObjectLock(call: Call): never {
  target(call)
  throw new S3Error('InvalidRequest', { message: 'Bucket is missing Object Lock Configuration' })
}

function answering(name: string, children: Element[]): Operation {
  return ({ store, request }) => {
    readBucket(store, request.bucket!)
    return { status: 200, body: result(name, children) }
  }
}

function refusing(code: ErrorCode): Operation {
  return ({ store, request }) => {
    throw new S3Error(code, { details: { BucketName: readBucket(store, request.bucket!).name } })
  }
}
