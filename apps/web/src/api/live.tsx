'use client'

import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect, useEffectEvent } from 'react'
import { useApi, useApiClient } from './client.ts'
import { joinLine } from './live-line.ts'
import { useMe } from './me.ts'

/** What an event makes untrue: queries to read again, and whether the frame is to be made anew. */
export interface Touch {
  reads: (api: ReturnType<typeof useApi>) => QueryKey[]
  frame?: true
}

/**
 * Keeps the open page true: whatever the server says has changed is asked for again. `touches` says what that is by the kind of
 * event, the word before the dot; `*` is touched by each.
 */
export const Live = ({ touches }: { touches: Readonly<Record<string, Touch>> }) => {
  const { user, sessionId, tenant } = useMe()
  const api = useApi()
  const client = useApiClient()
  const queryClient = useQueryClient()
  const router = useRouter()

  const hear = useEffectEvent(({ type }: { type: string }) => {
    const kind = type.slice(0, type.indexOf('.'))
    // Of a kind that only another release knows, anything may have changed.
    const known = touches[kind] ?? { reads: () => [[]] }
    for (const touch of [known, touches['*']])
      for (const queryKey of touch?.reads(api) ?? []) void queryClient.invalidateQueries({ queryKey })
    // What a role or plan opens is decided by the server when it renders the frame.
    if (known.frame) router.refresh()
  })
  const line = tenant ? `insula-live/${user.id}/${sessionId}/${tenant.id}` : null

  useEffect(() => {
    if (!line) return
    return joinLine(line, (handlers) => openStream(client, handlers, askWhoIsHere), {
      onEvent: hear,
      // Also what is a moment old: it was read before anybody listened, as all that came with the page was.
      onStarted: () => void queryClient.invalidateQueries(),
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
