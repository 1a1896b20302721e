import { type File, type FileQuery, type FileUsage, idPrefixes, type Page, Refusal } from '@insula/contracts'
import { type FileDoc, FileModel } from '@insula/db'
import type { z } from 'zod'
import type { Actor } from '../../kernel/actor.ts'
import { entitlementsOf, planUsageOf } from '../../kernel/claims.ts'
import { containing, orderOf, pageOf } from '../../kernel/pages.ts'
import { presentFile } from '../present.ts'

/** The tenant's files, newest first or as `sort` says; with all their variants, or with one alone. */
export async function listFiles(actor: Actor, query: z.output<typeof FileQuery>): Promise<Page<File>> {
  const fields = { created: '_id', name: 'folded.name', size: 'bytes' }
  const order = orderOf(query.sort, fields, idPrefixes.file)
  const files = await FileModel.find({
    tenantId: actor.tenantId,
    trashed: query.trashed,
    ...(query.state && { state: query.state }),
    $and: [order.after(query.cursor), query.search ? containing(query.search, ['name']) : {}],
  })
    .sort(order.by)
    .limit(query.limit + 1)
    .maxTimeMS(2_000)
    .lean()
  return pageOf(files, query.limit, (file) => presentFile(file, query.variant), order)
}

export async function getFile(actor: Actor, fileId: string): Promise<File> {
  return presentFile(await ownFile(actor, fileId))
}

/** What the files take of the plan, and how large one may be. */
export async function fileUsage(actor: Actor): Promise<FileUsage> {
  const [usage, entitlements, [trash]] = await Promise.all([
    planUsageOf(actor),
    entitlementsOf(actor),
    FileModel.aggregate<{ files: number; bytes: number }>([
      { $match: { tenantId: actor.tenantId, trashed: true } },
      { $group: { _id: null, files: { $sum: 1 }, bytes: { $sum: { $ifNull: ['$claimed', '$bytes'] } } } },
    ]),
  ])
  const storage = usage.find(({ key }) => key === 'storage-bytes')
  return {
    used: storage?.used ?? 0,
    limit: entitlements['storage-bytes'],
    maxFileBytes: entitlements['max-file-bytes'],
    trash: { files: trash?.files ?? 0, bytes: trash?.bytes ?? 0 },
  }
}

/** The actor's tenant's file; another tenant's is answered as one that is not there. */
export async function ownFile(actor: Pick<Actor, 'tenantId'>, fileId: string): Promise<FileDoc> {
  const file = await FileModel.findOne({ _id: fileId, tenantId: actor.tenantId }).lean()
  if (!file) throw new Refusal('not_found', 'There is no such file.')
  return file
}
