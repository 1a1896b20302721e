'use client'

import type { AuditEntry } from '@insula/contracts'
import { Button } from '@mantine/core'
import { IconDownload, IconPlayerStop } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useApiClient } from '../../api/client.ts'
import { notify, notifyFault } from '../../patterns/notify.tsx'
import { entriesAsCsv } from './entries-as-csv.ts'

type Query = Parameters<ReturnType<typeof useApiClient>['audit']['list']['query']>[0]

const perPage = 100

const saveAs = (name: string, text: string) => {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  URL.revokeObjectURL(url)
}

/** Saves everything that the filters find, page by page; pressed again while it reads, it stops and saves nothing. */
export const ExportAudit = ({ query }: { query: Query }) => {
  const client = useApiClient()
  const [read, setRead] = useState<number | null>(null)
  const reading = useRef<AbortController | null>(null)
  useEffect(() => () => reading.current?.abort(), [])

  const collect = async (signal: AbortSignal) => {
    const entries: AuditEntry[] = []
    let cursor: string | undefined
    do {
      const page = await client.audit.list.query({ ...query, limit: perPage, cursor }, { signal })
      entries.push(...page.items)
      cursor = page.nextCursor ?? undefined
      setRead(entries.length)
    } while (cursor !== undefined)
    return entries
  }
  const start = async () => {
    const controller = new AbortController()
    reading.current = controller
    setRead(0)
    try {
      const entries = await collect(controller.signal)
      if (entries.length === 0) return notify('There is nothing to save: no entry matches')
      saveAs(`audit-${new Date().toISOString().slice(0, 10)}.csv`, entriesAsCsv(entries))
      notify(`${entries.length} ${entries.length === 1 ? 'entry' : 'entries'} saved`)
    } catch (error) {
      if (!controller.signal.aborted) notifyFault(error)
    } finally {
      setRead(null)
    }
  }
  const busy = read !== null
  return (
    <Button
      variant="default"
      leftSection={busy ? <IconPlayerStop size={16} /> : <IconDownload size={16} />}
      onClick={() => (busy ? reading.current?.abort() : void start())}
    >
      {busy ? `Stop (${read} read)` : 'Export CSV'}
    </Button>
  )
}
