import { type ErrorCode, S3Error } from './error.ts'
import { ownerElement } from './list-objects.ts'
import { openPayload, readDocument } from './payload.ts'
import type { RequestHeaders } from './request.ts'
import { parseXml } from './request-document.ts'
import { type Call, owner, type Reply, readBucket, target } from './store.ts'
import { readObject } from './versions.ts'
import { type Element, result } from './xml.ts'

/** What a canned ACL may be called; only the first and the last say what holds anyway. */
const canned = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'log-delivery-write',
  'bucket-owner-read',
  'bucket-owner-full-control',
]

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
export function getBucketAcl({ store, request }: Call): Reply {
  readBucket(store, request.bucket!)
  return { status: 200, body: result('AccessControlPolicy', ownerOnly) }
}

export function getObjectAcl(call: Call): Reply {
  const { bucket, key } = target(call)
  readObject(call.store, bucket, key, call.request.query.get('versionId'))
  return { status: 200, body: result('AccessControlPolicy', ownerOnly) }
}

export async function putAcl(call: Call): Promise<Reply> {
  const { store, request, authorization } = call
  const { bucket, key } = target(call)
  if (request.key !== undefined) readObject(store, bucket, key, request.query.get('versionId'))
  refuseOtherAcl(request.headers, 'AccessControlListNotSupported')
  const source = await readDocument(openPayload(request, authorization))
  if (source !== '') refuseOtherPolicy(source)
  else if (!request.headers.has('x-amz-acl')) throw new S3Error('MissingSecurityHeader')
  return { status: 200 }
}

/** @throws S3Error InvalidArgument for an ACL there is none of, `code` for one that would let others in */
export function refuseOtherAcl(headers: RequestHeaders, code: ErrorCode): void {
  const named = headers.get('x-amz-acl') ?? 'private'
  if (!canned.includes(named)) {
    throw new S3Error('InvalidArgument', { details: { ArgumentName: 'x-amz-acl', ArgumentValue: named } })
  }
  const grants = Object.keys(headers.withPrefix('x-amz-grant-')).length
  if ((named !== 'private' && named !== 'bucket-owner-full-control') || grants > 0) throw new S3Error(code)
}

function refuseOtherPolicy(source: string): void {
  const grants = parseXml(source, 'AccessControlPolicy').first('AccessControlList')?.all('Grant')
  if (!grants) throw new S3Error('MalformedXML')
  const onlyOwner =
    grants.length === 1 &&
    grants[0]!.required('Permission').trim() === 'FULL_CONTROL' &&
    grants[0]!.first('Grantee')?.textOf('ID')?.trim() === owner.id
  if (!onlyOwner) throw new S3Error('AccessControlListNotSupported')
}
