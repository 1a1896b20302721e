import { MailState, mailSorts } from '@insula/contracts'
import type { ListChoice } from '../../patterns/list-address.ts'

const filters = ['search', 'state'] as const
export const mailsShape = { filters, sorts: mailSorts } as const

type Choice = Pick<
  ListChoice<(typeof filters)[number], (typeof mailSorts)[number]>,
  'values' | 'sort' | 'size'
>

/** What the mail log asks for, by what stands in the address. */
export const mailsQuery = ({ values, sort, size }: Choice) => ({
  search: values.search || undefined,
  state: MailState.safeParse(values.state).data,
  sort,
  limit: size,
})
