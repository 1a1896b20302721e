import { platformTenantSorts } from '@insula/contracts'
import type { ListChoice } from '../../patterns/list-address.ts'

const filters = ['search'] as const
export const tenantsShape = { filters, sorts: platformTenantSorts } as const

type Choice = Pick<
  ListChoice<(typeof filters)[number], (typeof platformTenantSorts)[number]>,
  'values' | 'sort' | 'size'
>

/** What the tenants are asked for by, as it stands in the address. */
export const tenantsQuery = ({ values, sort, size }: Choice) => ({
  search: values.search || undefined,
  sort,
  limit: size,
})
