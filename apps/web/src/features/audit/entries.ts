import { auditSorts } from '@insula/contracts'
import type { ListChoice } from '../../patterns/list-address.ts'

const filters = ['search', 'action', 'actor', 'target', 'from', 'to'] as const
export const entriesShape = { filters, sorts: auditSorts } as const

type Choice = Pick<
  ListChoice<(typeof filters)[number], (typeof auditSorts)[number]>,
  'values' | 'sort' | 'size'
>

/** A day of the date field as the instant it begins, or ends, in the person's own zone. */
const instantOf = (day: string, end: boolean) =>
  /^\d{4}-\d\d-\d\d$/.test(day)
    ? new Date(`${day}T${end ? '23:59:59.999' : '00:00:00'}`).toISOString()
    : undefined

/** What the log asks for, by what stands in the address. */
export const entriesQuery = ({ values, sort, size }: Choice) => ({
  search: values.search || undefined,
  action: values.action || undefined,
  actorId: values.actor || undefined,
  targetId: values.target || undefined,
  from: instantOf(values.from, false),
  to: instantOf(values.to, true),
  sort,
  limit: size,
})
