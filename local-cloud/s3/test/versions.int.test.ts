import {
  CopyObjectCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import { beforeEach, expect, test } from 'vitest'
import { bucket, freshS3, refusalOf } from './s3.ts'

const s3 = freshS3({ now: () => Date.now() + aheadMs })
/** How far the server's clock is ahead. */
let aheadMs = 0
beforeEach(() => {
  aheadMs = 0
})

const here = { Bucket: bucket }
const setVersioning = (Status: 'Enabled' | 'Suspended') =>
  s3.client.send(new PutBucketVersioningCommand({ ...here, VersioningConfiguration: { Status } }))
const put = async (Key: string, Body = 'x', more = {}) =>
  (await s3.client.send(new PutObjectCommand({ ...here, Key, Body, ...more }))).VersionId
const remove = (Key: string, VersionId?: string) =>
  s3.client.send(new DeleteObjectCommand({ ...here, Key, VersionId }))
const text = async (Key: string, VersionId?: string) =>
  (await s3.client.send(new GetObjectCommand({ ...here, Key, VersionId }))).Body!.transformToString()
/** What ListObjectVersions tells, in its order: versions, then markers. */
async function versions(more = {}) {
  const listed = await s3.client.send(new ListObjectVersionsCommand({ ...here, ...more }))
  const told = (entries: { Key?: string; VersionId?: string; IsLatest?: boolean }[] = []) =>
    entries.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest])
  return { versions: told(listed.Versions), markers: told(listed.DeleteMarkers), listed }
}

test('objects of an unversioned bucket are their own only version', async () => {
  await put('a')
  await put('b')
  const { Versions } = await s3.client.send(new ListObjectVersionsCommand(here))
  expect(Versions?.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest])).toEqual([
    ['a', 'null', true],
    ['b', 'null', true],
  ])
  const read = (VersionId: string) => s3.client.send(new HeadObjectCommand({ ...here, Key: 'a', VersionId }))
  expect((await refusalOf(read('7')))?.status).toBe(400)
  expect((await refusalOf(read('3sL4kqtJlcpXroDTDmJrmSpXd3dIbrHY')))?.status).toBe(404)
  await read('null')
})

test('what a versioned bucket replaces is kept, and read, tagged and copied by its version', async () => {
  await put('k', 'before')
  await setVersioning('Enabled')
  expect((await s3.client.send(new GetBucketVersioningCommand(here))).Status).toBe('Enabled')
  const [one, two] = [await put('k', 'one'), await put('k', 'two')]
  expect(await Promise.all([text('k'), text('k', one), text('k', 'null')])).toEqual(['two', 'one', 'before'])
  expect((await versions()).versions).toEqual([
    ['k', two, true],
    ['k', one, false],
    ['k', 'null', false],
  ])
  const ofOne = { ...here, Key: 'k', VersionId: one }
  const TagSet = [{ Key: 'a', Value: 'b' }]
  await s3.client.send(new PutObjectTaggingCommand({ ...ofOne, Tagging: { TagSet } }))
  expect((await s3.client.send(new GetObjectTaggingCommand(ofOne))).TagSet).toEqual(TagSet)
  expect((await s3.client.send(new GetObjectTaggingCommand({ ...here, Key: 'k' }))).TagSet).toEqual([])
  const CopySource = `${bucket}/k?versionId=${one}`
  const copy = await s3.client.send(new CopyObjectCommand({ ...here, Key: 'k', CopySource }))
  expect([copy.CopySourceVersionId, await text('k')]).toEqual([one, 'one'])
})

test('a deletion leaves a marker, and deleting a version lets what was before appear again', async () => {
  await setVersioning('Enabled')
  const [one, two] = [await put('k', 'one'), await put('k', 'two')]
  const marker = await remove('k')
  expect(marker.DeleteMarker).toBe(true)
  expect(await refusalOf(text('k'))).toEqual({ name: 'NoSuchKey', status: 404 })
  expect(await refusalOf(text('k', marker.VersionId))).toEqual({ name: 'MethodNotAllowed', status: 405 })
  expect((await s3.client.send(new ListObjectsV2Command(here))).Contents).toBeUndefined()
  expect((await versions()).markers).toEqual([['k', marker.VersionId, true]])
  expect(await refusalOf(s3.client.send(new DeleteBucketCommand(here)))).toEqual({
    name: 'BucketNotEmpty',
    status: 409,
  })
  expect((await remove('k', marker.VersionId)).DeleteMarker).toBe(true)
  expect(await text('k')).toBe('two')
  await remove('k', two)
  expect(await text('k')).toBe('one')
  const Objects = [{ Key: 'k' }, { Key: 'k', VersionId: one }, { Key: 'k', VersionId: 'bogus' }]
  const answer = await s3.client.send(new DeleteObjectsCommand({ ...here, Delete: { Objects } }))
  expect(answer.Errors).toMatchObject([{ Code: 'NoSuchVersion' }])
  expect(answer.Deleted).toMatchObject([{ DeleteMarker: true }, { VersionId: one }])
  await remove('k', answer.Deleted![0]!.DeleteMarkerVersionId)
  expect(await versions()).toMatchObject({ versions: [], markers: [] })
  await s3.client.send(new DeleteBucketCommand(here))
})

test('a suspended bucket has one version null of each key, beside those it had before', async () => {
  await setVersioning('Enabled')
  const kept = await put('k', 'kept')
  await setVersioning('Suspended')
  await put('k', 'first')
  await put('k', 'second')
  expect((await versions()).versions).toEqual([
    ['k', 'null', true],
    ['k', kept, false],
  ])
  expect(await remove('k')).toMatchObject({ DeleteMarker: true, VersionId: 'null' })
  expect(await versions()).toMatchObject({
    versions: [['k', kept, false]],
    markers: [['k', 'null', true]],
  })
  await put('k', 'third')
  expect(await versions()).toMatchObject({
    versions: [
      ['k', 'null', true],
      ['k', kept, false],
    ],
    markers: [],
  })
})

test('versions are listed page by page, and a common prefix is one entry however many it has', async () => {
  await setVersioning('Enabled')
  for (const key of ['a', 'b/1', 'b/2', 'c']) for (const body of ['1', '2']) await put(key, body)
  await remove('b/1')
  const all = await versions()
  const pages: unknown[] = []
  let from: { KeyMarker?: string; VersionIdMarker?: string } = {}
  for (;;) {
    const { versions: some, markers, listed } = await versions({ MaxKeys: 2, ...from })
    pages.push(...some, ...markers)
    if (!listed.IsTruncated) break
    from = { KeyMarker: listed.NextKeyMarker, VersionIdMarker: listed.NextVersionIdMarker }
  }
  expect(pages).toHaveLength(9)
  expect(pages).toEqual(expect.arrayContaining([...all.versions, ...all.markers]))
  const rolled = await versions({ Delimiter: '/', MaxKeys: 3 })
  expect(rolled.listed.CommonPrefixes).toEqual([{ Prefix: 'b/' }])
  const rest = await versions({ Delimiter: '/', KeyMarker: rolled.listed.NextKeyMarker })
  expect(rest.versions.map(([key]) => key)).toEqual(['c', 'c'])
})

test('replaced versions expire by their own days, and the markers that nothing is left under', async () => {
  await setVersioning('Enabled')
  const Rules = [
    {
      ID: 'r',
      Status: 'Enabled' as const,
      Filter: { Prefix: '' },
      Expiration: { ExpiredObjectDeleteMarker: true },
      NoncurrentVersionExpiration: { NoncurrentDays: 2, NewerNoncurrentVersions: 1 },
    },
  ]
  await s3.client.send(
    new PutBucketLifecycleConfigurationCommand({ ...here, LifecycleConfiguration: { Rules } }),
  )
  await put('k', '1')
  const kept = await put('k', '2')
  const current = await put('k', '3')
  await remove('gone')
  const later = new Date(Date.now() + 4 * 86_400_000).toISOString()
  expect(await s3.control.expire()).toBe(1)
  expect(await s3.control.expire(later)).toBe(1)
  expect(await versions()).toMatchObject({
    versions: [
      ['k', current, true],
      ['k', kept, false],
    ],
    markers: [],
  })
})
