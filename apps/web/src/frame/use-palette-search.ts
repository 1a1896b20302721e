'use client'

import { IconFileInvoice, IconKey, IconMail, IconPhoto, IconUser } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../api/client.ts'
import { useMe } from '../api/me.ts'

interface Hit {
  id: string
  label: string
  description?: string
  href: string
}

interface Hits {
  group: string
  icon: typeof IconKey
  found: Hit[]
}

const shown = 5
const folded = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** What is in the tenant by a word of two letters or more: only kinds that this person may read are asked for. */
export const usePaletteSearch = (search: string): { hits: Hits[]; searching: boolean } => {
  const api = useApi()
  const { tenant } = useMe()
  const wanted = (permission: string) =>
    search.length > 1 && (tenant?.permissions.some((held) => held === permission) ?? false)
  const isHit = (...texts: (string | null)[]) =>
    texts.some((text) => text !== null && folded(text).includes(folded(search)))

  const files = useQuery(
    api.files.list.queryOptions(
      { search, limit: shown, variant: 'thumb' },
      { enabled: wanted('files:read') },
    ),
  )
  const mails = useQuery(
    api.notifications.listMails.queryOptions({ search, limit: shown }, { enabled: wanted('mail:read') }),
  )
  const people = useQuery(api.tenants.people.queryOptions(undefined, { enabled: wanted('members:read') }))
  const apiKeys = useQuery(
    api.access.listApiKeys.queryOptions(undefined, { enabled: wanted('api-keys:read') }),
  )
  const invoices = useQuery(
    api.billing.listInvoices.queryOptions({ limit: 100 }, { enabled: wanted('billing:read') }),
  )

  const hits: Hits[] = [
    {
      group: 'Files',
      icon: IconPhoto,
      found: (files.data?.items ?? []).map(({ id, name }) => ({
        id,
        label: name,
        href: `/files?file=${id}`,
      })),
    },
    {
      group: 'People',
      icon: IconUser,
      found: [
        ...(people.data?.members ?? [])
          .filter(({ name, email }) => isHit(name, email))
          .map(({ id, name, email }) => ({ id, label: name, description: email, email })),
        ...(people.data?.invitations ?? [])
          .filter(({ state, email }) => state === 'pending' && isHit(email))
          .map(({ id, email }) => ({ id, label: email, description: 'Invited', email })),
      ].map(({ email, ...hit }) => ({ ...hit, href: `/members?search=${encodeURIComponent(email)}` })),
    },
    {
      group: 'Invoices',
      icon: IconFileInvoice,
      found: (invoices.data?.items ?? [])
        .filter(({ number }) => isHit(number))
        .map(({ id, number, state }) => ({ id, label: number ?? id, description: state, href: '/billing' })),
    },
    {
      group: 'API keys',
      icon: IconKey,
      found: (apiKeys.data ?? [])
        .filter(({ name, prefix }) => isHit(name, prefix))
        .map(({ id, name, prefix }) => ({ id, label: name, description: `${prefix}…`, href: '/api-keys' })),
    },
    {
      group: 'Mails',
      icon: IconMail,
      found: (mails.data?.items ?? []).map(({ id, subject, to }) => ({
        id,
        label: subject,
        description: to,
        href: `/mail?mail=${id}`,
      })),
    },
  ]
  const searching = [files, mails, people, apiKeys, invoices].some(
    ({ isFetching, isPending, isEnabled }) => isEnabled && isPending && isFetching,
  )
  return {
    hits: search.length > 1 ? hits.map((kind) => ({ ...kind, found: kind.found.slice(0, shown) })) : [],
    searching,
  }
}
