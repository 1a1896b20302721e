import { refuseOtherAcl } from './acl.ts'
import { S3Error } from './error.ts'
import { openPayload, readDocument } from './payload.ts'
import type { RequestHeaders } from './request.ts'
import { type ParsedElement, parseXml } from './request-document.ts'
import { type Bucket, type Call, commit, owner, type Reply, readBucket } from './store.ts'
import { forgetUpload } from './upload.ts'
import { element, result } from './xml.ts'

/** S3's first region, which it leaves unnamed and is lenient in. */
const firstRegion = 'us-east-1'
const mostBucketsListed = 10_000

export async function createBucket(call: Call): Promise<Reply> {
  const { store, request, authorization } = call
  const name = request.bucket!
  checkBucketName(name)
  refuseUnsupported(request.headers)
  const source = await readDocument(openPayload(request, authorization))
  const region = (source.trim() && locationOf(parseXml(source, 'CreateBucketConfiguration'))) || store.region
  await commit(store, () => {
    const existing = store.catalogue.one<Bucket>('SELECT * FROM buckets WHERE name = ?', name)
    // In us-east-1, and only there, S3 answers a repeated creation by the owner with success.
    if (existing && (existing.region !== firstRegion || region !== firstRegion)) {
      throw new S3Error('BucketAlreadyOwnedByYou', { details: { BucketName: name } })
    }
    if (!existing) store.catalogue.run('INSERT INTO buckets VALUES (?, ?, ?)', name, region, store.now())
  })
  return { status: 200, headers: { location: `/${name}` } }
}

export function headBucket({ store, request }: Call): Reply {
  const bucket = readBucket(store, request.bucket!)
  return {
    status: 200,
    headers: { 'x-amz-bucket-region': bucket.region, 'x-amz-access-point-alias': 'false' },
  }
}

export async function deleteBucket({ store, request }: Call): Promise<Reply> {
  const { name } = readBucket(store, request.bucket!)
  await commit(store, () => {
    const kept =
      'SELECT 1 FROM objects WHERE bucket = ?1 UNION SELECT 1 FROM versions WHERE bucket = ?1 LIMIT 1'
    if (store.catalogue.one(kept, name)) {
      throw new S3Error('BucketNotEmpty', { details: { BucketName: name } })
    }
    const uploads = store.catalogue.all<{ id: string }>('SELECT id FROM uploads WHERE bucket = ?', name)
    for (const { id } of uploads) forgetUpload(store, id)
    store.catalogue.run('DELETE FROM settings WHERE bucket = ?', name)
    store.catalogue.run('DELETE FROM buckets WHERE name = ?', name)
  })
  return { status: 204 }
}

export function listBuckets({ store, request: { query } }: Call): Reply {
  const prefix = query.get('prefix') ?? ''
  const most = query.count('max-buckets', mostBucketsListed)
  const after = Buffer.from(query.get('continuation-token') ?? '', 'base64url').toString()
  const found = store.catalogue.all<Bucket>(
    'SELECT * FROM buckets WHERE name > ? AND substr(name, 1, ?) = ? ORDER BY name LIMIT ?',
    after,
    prefix.length,
    prefix,
    most + 1,
  )
  const buckets = found.slice(0, most)
  const next = found.length > most ? Buffer.from(buckets.at(-1)?.name ?? '').toString('base64url') : undefined
  const body = result('ListAllMyBucketsResult', [
    {
      name: 'Owner',
      children: [
        { name: 'ID', children: owner.id },
        { name: 'DisplayName', children: owner.name },
      ],
    },
    {
      name: 'Buckets',
      children: buckets.map(({ name, region, created }) => ({
        name: 'Bucket',
        children: [
          { name: 'Name', children: name },
          { name: 'CreationDate', children: new Date(created).toISOString() },
          { name: 'BucketRegion', children: region },
        ],
      })),
    },
    element('ContinuationToken', next),
    element('Prefix', prefix || undefined),
  ])
  return { status: 200, body }
}

export function getBucketLocation({ store, request }: Call): Reply {
  const { region } = readBucket(store, request.bucket!)
  return { status: 200, body: result('LocationConstraint', region === firstRegion ? '' : region) }
}

function locationOf(configuration: ParsedElement): string | undefined {
  const other = configuration.elements.find(({ name }) => name !== 'LocationConstraint')
  if (other) throw new S3Error('NotImplemented', { details: { Element: other.name } })
  return configuration.textOf('LocationConstraint')?.trim()
}

function refuseUnsupported(headers: RequestHeaders): void {
  refuseOtherAcl(headers, 'InvalidBucketAclWithObjectOwnership')
  const wanted: [header: string, supported: string][] = [
    ['x-amz-bucket-object-lock-enabled', 'false'],
    ['x-amz-object-ownership', 'BucketOwnerEnforced'],
  ]
  for (const [header, supported] of wanted) {
    if ((headers.get(header) ?? supported).toLowerCase() === supported.toLowerCase()) continue
    throw new S3Error('NotImplemented', { details: { Header: header } })
  }
}

/** @throws S3Error InvalidBucketName, by the naming rules of general purpose buckets */
function checkBucketName(name: string): void {
  const wellFormed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)
  const reserved = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)
  if (!wellFormed || reserved || /[.-]\.|\.-/.test(name) || /^\d+\.\d+\.\d+\.\d+$/.test(name)) {
    throw new S3Error('InvalidBucketName', { details: { BucketName: name } })
  }
}
