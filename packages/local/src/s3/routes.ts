import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets.ts'
import { copyObject } from './copy-object.ts'
import { deleteBucketCors, getBucketCors, putBucketCors } from './cors.ts'
import { deleteObjects } from './delete-objects.ts'
import { S3Error } from './error.ts'
import { getObject, headObject } from './get-object.ts'
import { listObjects, listObjectsV2 } from './list-objects.ts'
import { postObject } from './post-object.ts'
import { deleteObject, putObject } from './put-object.ts'
import type { S3Request } from './request.ts'
import type { Operation } from './store.ts'

/** Every operation there is, by method, what it is about, and the sub-resource its query names. */
const operations: Record<string, Operation> = {
  'GET service': listBuckets,

  'PUT bucket': createBucket,
  'HEAD bucket': headBucket,
  'DELETE bucket': deleteBucket,
  'GET bucket': listObjects,
  'GET bucket?list-type': listObjectsV2,
  'GET bucket?location': getBucketLocation,
  'GET bucket?cors': getBucketCors,
  'PUT bucket?cors': putBucketCors,
  'DELETE bucket?cors': deleteBucketCors,
  'POST bucket': postObject,
  'POST bucket?delete': deleteObjects,

  'GET object': getObject,
  'HEAD object': headObject,
  'PUT object': putObject,
  'PUT object+copy': copyObject,
  'DELETE object': deleteObject,
}

/** Query parameters that choose another operation; all others only adjust one. */
const subresources = [
  'abac',
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'list-type',
  'location',
  'logging',
  'metadataConfiguration',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'partNumber',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'session',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versioning',
  'versions',
  'website',
]

/** Finds what a request asks for. @throws S3Error NotImplemented, MethodNotAllowed */
export function route(request: S3Request): Operation {
  const { method, query, headers, bucket, key } = request
  const about = bucket === undefined ? 'service' : key === undefined ? 'bucket' : 'object'
  const copy = headers.has('x-amz-copy-source') && method === 'PUT' ? '+copy' : ''
  const named = subresources.filter((name) => query.has(name) && !modifies(name, request))
  const sub = named.length > 0 ? `?${named.join('&')}` : ''
  const operation = operations[`${method} ${about}${sub}${copy}`]
  if (operation) return operation
  if (sub) {
    throw new S3Error('NotImplemented', {
      message: `${method} ${about}${sub} is not implemented by the local cloud's S3.`,
    })
  }
  throw new S3Error('MethodNotAllowed', { details: { Method: method, ResourceType: about.toUpperCase() } })
}

/** `partNumber` without an upload reads one part of an object; it is no operation of its own. */
function modifies(name: string, { method, query }: S3Request): boolean {
  return name === 'partNumber' && (query.has('uploadId') || method === 'GET' || method === 'HEAD')
}
