import { idPrefixes, type Page, type PlatformTenant, type PlatformTenantQuery } from '@insula/contracts'
import { acrossTenants, MemberModel, TenantModel } from '@insula/db'
import type { z } from 'zod'
import { usedByEach } from '../../kernel/claims.ts'
import { containing, orderOf, pageOf } from '../../kernel/pages.ts'
import { plansOf } from '../../kernel/plans.ts'

/** All tenants, newest first or as `sort` says, with what they use. */
export async function listAllTenants(
  query: z.output<typeof PlatformTenantQuery>,
): Promise<Page<PlatformTenant>> {
  const order = orderOf(query.sort, { created: '_id', name: 'folded.name' }, idPrefixes.tenant)
  const docs = await TenantModel.find({
    $and: [order.after(query.cursor), query.search ? containing(query.search, ['name', 'slug']) : {}],
  })
    .sort(order.by)
    .limit(query.limit + 1)
    .maxTimeMS(5_000)
    .lean()
  const ids = docs.map((doc) => doc._id)
  const [members, storage, planOf] = await Promise.all([
    acrossTenants(
      MemberModel.aggregate<{ _id: string; count: number }>([
        { $match: { tenantId: { $in: ids } } },
        { $group: { _id: '$tenantId', count: { $sum: 1 } } },
      ]),
      'the operator sees all tenants',
    ),
    usedByEach(ids, 'storage-bytes'),
    plansOf(docs.map(({ planId }) => planId)),
  ])
  const memberCount = new Map(members.map((row) => [row._id, row.count]))
  return pageOf(
    docs,
    query.limit,
    (doc) => ({
      id: doc._id,
      slug: doc.slug,
      name: doc.name,
      planId: doc.planId,
      planName: planOf(doc.planId).name,
      members: memberCount.get(doc._id) ?? 0,
      storageBytes: storage.get(doc._id) ?? 0,
      createdAt: doc.createdAt.toISOString(),
    }),
    order,
  )
}
