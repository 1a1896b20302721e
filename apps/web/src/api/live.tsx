'use client'

import type { EventType } from '@insula/contracts'
import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect, useEffectEvent } from 'react'
import { useApi, useApiClient } from './client.ts'
import { joinLine } from './live-line.ts'
import { useMe } from './me.ts'

type Domain = EventType extends `${infer Kind}.${string}` ? Kind : never

/** Keeps the open page true: whatever the server says has changed is asked for again. */
export const Live = () => {
  const { user, sessionId, tenant } = useMe()
  const api = useApi()
  const client = useApiClient()
  const queryClient = useQueryClient()
  const router = useRouter()

  const touched: Record<Domain, () => QueryKey[]> = {
    user: () => [api.tenants.people.pathKey()],
    tenant: () => [api.tenants.get.pathKey(), api.identity.me.pathKey()],
    member: () => [api.tenants.people.pathKey(), api.identity.me.pathKey(), api.billing.overview.pathKey()],
    invitation: () => [api.tenants.people.pathKey(), api.tenants.listInvitations.pathKey()],
    file: () => [api.files.pathKey(), api.billing.overview.pathKey()],
    subscription: () => [api.identity.me.pathKey(), api.billing.pathKey(), api.files.usage.pathKey()],
    'billing-invoice': () => [api.billing.pathKey(), api.identity.me.pathKey()],
    mail: () => [api.notifications.pathKey()],
  }

  const hear = useEffectEvent(({ type }: { type: string }) => {
    const domain = type.slice(0, type.indexOf('.')) as Domain
    for (const queryKey of [...(touched[domain]?.() ?? [[]]), api.audit.pathKey()])
      void queryClient.invalidateQueries({ queryKey })
    // What a role or plan opens is decided by the server when it renders the frame.
    if (domain === 'member' || domain === 'subscription') router.refresh()
  })
  const line = tenant ? `insula-live/${user.id}/${sessionId}/${tenant.id}` : null

  useEffect(() => {
    if (!line) return
    return joinLine(line, (handlers) => openStream(client, handlers, askWhoIsHere), {
      onEvent: hear,
      onStarted: () => void queryClient.invalidateQueries({ stale: true }),
    })
    // Refused: this page's person is perhaps out of the tenant or signed out, which asking for them tells.
    function askWhoIsHere() {
      void queryClient.invalidateQueries({ queryKey: api.identity.me.queryKey() })
    }
  }, [line, client, queryClient, api])
  return null
}

const againAfterMs = 5_000

/** Keeps a stream open. One that the server ends is opened again after a while. */
const openStream = (
  client: ReturnType<typeof useApiClient>,
  { onEvent, onStarted }: Parameters<Parameters<typeof joinLine>[1]>[0],
  onRefused: () => void,
) => {
  let again: ReturnType<typeof setTimeout> | undefined
  let closed = false
  let stream: { unsubscribe: () => void } | undefined
  const end = (error?: unknown) => {
    if (closed) return
    if (error !== undefined) onRefused()
    clearTimeout(again)
    again = setTimeout(open, againAfterMs)
  }
  const open = () => {
    stream = client.events.live.subscribe(undefined, {
      onStarted,
      onData: ({ data }) => onEvent(data),
      onComplete: () => end(),
      onError: end,
    })
  }
  open()
  return () => {
    closed = true
    clearTimeout(again)
    stream?.unsubscribe()
  }
}
