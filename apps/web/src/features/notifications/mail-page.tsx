'use client'

import { isPossible, type Mail, mailMachine, mailStates } from '@insula/contracts'
import { IconMail } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useApi, useApiClient } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { ApiCall } from '../../patterns/api-call.tsx'
import type { Column } from '../../patterns/data-table.tsx'
import type { ListFilter } from '../../patterns/list-filter.tsx'
import { ListPage } from '../../patterns/list-page.tsx'
import { PageHead } from '../../patterns/page-head.tsx'
import { Time } from '../../patterns/time.tsx'
import { useFilters } from '../../patterns/use-filters.ts'
import { useList } from '../../patterns/use-list.ts'
import { MailStateBadge, templateNameOf } from './mail-state.tsx'
import { mailsQuery, mailsShape } from './mails.ts'

const MailDetails = dynamic(() => import('./mail-details.tsx').then((module) => module.MailDetails), {
  ssr: false,
})

const columns: Column<Mail>[] = [
  {
    key: 'subject',
    head: 'Subject',
    card: 'title',
    sort: 'subject',
    cell: (mail) => (
      <strong style={{ fontWeight: 550 }}>
        <bdi>{mail.subject}</bdi>
      </strong>
    ),
  },
  { key: 'to', head: 'To', card: 'fact', sort: 'to', cell: (mail) => mail.to },
  { key: 'template', head: 'Template', card: 'left-out', cell: (mail) => templateNameOf(mail.template) },
  { key: 'state', head: 'State', card: 'corner', cell: (mail) => <MailStateBadge state={mail.state} /> },
  { key: 'attempts', head: 'Attempts', card: 'left-out', align: 'end', cell: (mail) => mail.attempts.length },
  {
    key: 'at',
    head: 'Created',
    card: 'fact',
    align: 'end',
    sort: 'created',
    cell: (mail) => <Time at={mail.createdAt} />,
  },
]

const filters: ListFilter[] = [
  {
    kind: 'choice',
    name: 'state',
    label: 'State',
    any: 'Any state',
    options: mailStates.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) })),
  },
]

export const MailPage = () => {
  const api = useApi()
  const client = useApiClient()
  const queryClient = useQueryClient()
  const mayWrite = useMay('mail:write')
  const list = useList(mailsShape)
  const opened = useFilters(['mail'])
  const source = useInfiniteQuery(
    api.notifications.listMails.infiniteQueryOptions(mailsQuery(list), {
      getNextPageParam: (page) => page.nextCursor,
      placeholderData: keepPreviousData,
    }),
  )
  const resend = async ({ id }: Mail) => {
    await client.notifications.resendMail.mutate({ mailId: id })
    void queryClient.invalidateQueries({ queryKey: api.notifications.pathKey() })
  }

  return (
    <>
      <PageHead
        title="Mail log"
        about="Every mail that was sent for your tenant, with each attempt."
        actions={<ApiCall method="GET" path="/mails" scope="mail:read" />}
      />
      <ListPage
        name="mails"
        label="Mail log"
        noun={['mail', 'mails']}
        list={list}
        source={source}
        rows={source.data?.pages.flatMap((page) => page.items)}
        columns={columns}
        keyOf={(mail) => mail.id}
        nameOf={(mail) => `${mail.subject} to ${mail.to}`}
        search="Search by subject or address"
        filters={filters}
        opens="mail"
        bulk={
          mayWrite
            ? [
                {
                  label: 'Send again',
                  takes: ({ state }) => isPossible(mailMachine, 'resend', state),
                  run: resend,
                  done: ['mail is on its way again', 'mails are on their way again'],
                },
              ]
            : []
        }
        empty={{
          icon: <IconMail size={36} stroke={1.4} />,
          title: 'No mail yet',
          description:
            'Invitations, verifications and billing notices will stand here, whether they arrived or not.',
        }}
        emptyFiltered={{ all: 'Show all mail' }}
      />
      {opened.values.mail ? (
        <MailDetails mailId={opened.values.mail} onClose={() => opened.set({ mail: null })} />
      ) : null}
    </>
  )
}
