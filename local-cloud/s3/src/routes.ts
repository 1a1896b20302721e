import { getBucketAcl, getObjectAcl, putAcl } from './acl.ts'
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets.ts'
import { completeMultipartUpload } from './complete-multipart.ts'
import { copyObject } from './copy-object.ts'
import { deleteBucketCors, getBucketCors, putBucketCors } from './cors.ts'
import * as settings from './default-settings.ts'
import { deleteObjects } from './delete-objects.ts'
import { S3Error } from './error.ts'
import { getObject, headObject } from './get-object.ts'
import { deleteBucketLifecycle, getBucketLifecycle, putBucketLifecycle } from './lifecycle.ts'
import { listObjects, listObjectsV2 } from './list-objects.ts'
import { listMultipartUploads, listParts } from './list-uploads.ts'
import { listObjectVersions } from './list-versions.ts'
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from './multipart.ts'
import { getBucketNotification, putBucketNotification } from './notification.ts'
import { getObjectAttributes } from './object-attributes.ts'
import { postObject } from './post-object.ts'
import { deletePublicAccessBlock, getPublicAccessBlock, putPublicAccessBlock } from './public-access-block.ts'
import { deleteObject, putObject } from './put-object.ts'
import type { S3Request } from './request.ts'
import type { Operation } from './store.ts'
import {
  deleteBucketTagging,
  deleteObjectTagging,
  getBucketTagging,
  getObjectTagging,
  putBucketTagging,
  putObjectTagging,
} from './tag-sets.ts'
import { getBucketVersioning, putBucketVersioning } from './versioning.ts'

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
  'GET bucket?versions': listObjectVersions,
  'GET bucket?uploads': listMultipartUploads,
  'GET bucket?tagging': getBucketTagging,
  'PUT bucket?tagging': putBucketTagging,
  'DELETE bucket?tagging': deleteBucketTagging,
  'GET bucket?lifecycle': getBucketLifecycle,
  'PUT bucket?lifecycle': putBucketLifecycle,
  'DELETE bucket?lifecycle': deleteBucketLifecycle,
  'GET bucket?notification': getBucketNotification,
  'PUT bucket?notification': putBucketNotification,
  'GET bucket?acl': getBucketAcl,
  'PUT bucket?acl': putAcl,
  'GET bucket?publicAccessBlock': getPublicAccessBlock,
  'PUT bucket?publicAccessBlock': putPublicAccessBlock,
  'DELETE bucket?publicAccessBlock': deletePublicAccessBlock,
  'GET bucket?versioning': getBucketVersioning,
  'PUT bucket?versioning': putBucketVersioning,
  'GET bucket?logging': settings.logging.get,
  'PUT bucket?logging': settings.logging.put,
  'GET bucket?accelerate': settings.accelerate.get,
  'PUT bucket?accelerate': settings.accelerate.put,
  'GET bucket?requestPayment': settings.requestPayment.get,
  'PUT bucket?requestPayment': settings.requestPayment.put,
  'GET bucket?encryption': settings.encryption.get,
  'PUT bucket?encryption': settings.encryption.put,
  'DELETE bucket?encryption': settings.deleteUnset,
  'GET bucket?ownershipControls': settings.ownershipControls.get,
  'PUT bucket?ownershipControls': settings.ownershipControls.put,
  'GET bucket?policy': settings.policyUnset,
  'GET bucket?policyStatus': settings.policyUnset,
  'DELETE bucket?policy': settings.deleteUnset,
  'GET bucket?website': settings.websiteUnset,
  'DELETE bucket?website': settings.deleteUnset,
  'GET bucket?replication': settings.replicationUnset,
  'DELETE bucket?replication': settings.deleteUnset,
  'GET bucket?object-lock': settings.objectLockUnset,
  'POST bucket': postObject,
  'POST bucket?delete': deleteObjects,

  'GET object': getObject,
  'HEAD object': headObject,
  'PUT object': putObject,
  'PUT object+copy': copyObject,
  'DELETE object': deleteObject,
  'GET object?attributes': getObjectAttributes,
  'GET object?tagging': getObjectTagging,
  'PUT object?tagging': putObjectTagging,
  'DELETE object?tagging': deleteObjectTagging,
  'GET object?acl': getObjectAcl,
  'PUT object?acl': putAcl,
  'GET object?retention': settings.withoutObjectLock,
  'PUT object?retention': settings.withoutObjectLock,
  'GET object?legal-hold': settings.withoutObjectLock,
  'PUT object?legal-hold': settings.withoutObjectLock,

  'POST object?uploads': createMultipartUpload,
  'PUT object?uploadId': uploadPart,
  'PUT object?uploadId+copy': uploadPartCopy,
  'GET object?uploadId': listParts,
  'POST object?uploadId': completeMultipartUpload,
  'DELETE object?uploadId': abortMultipartUpload,
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
