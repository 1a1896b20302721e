'use client'

import { Tabs } from '@mantine/core'
import dynamic from 'next/dynamic'
import { PageHead } from '../../patterns/page-head.tsx'
import { useFilters } from '../../patterns/use-filters.ts'
import { Health } from './health.tsx'
import { Queues } from './queues.tsx'
import { Tenants } from './tenants.tsx'

const Plans = dynamic(() => import('./plans.tsx').then((module) => module.Plans), { ssr: false })

const tabs = ['tenants', 'plans', 'queues', 'health']

/** Across all tenants, for those who run the platform. */
export const PlatformPage = () => {
  const { values, set } = useFilters(['tab'])
  const tab = tabs.includes(values.tab) ? values.tab : 'tenants'
  return (
    <>
      <PageHead
        title="Platform"
        about="All tenants, the plans they can have, what is queued for later, and what everything stands on."
      />
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next === 'tenants' ? null : next })}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          <Tabs.Tab value="tenants">Tenants</Tabs.Tab>
          <Tabs.Tab value="plans">Plans</Tabs.Tab>
          <Tabs.Tab value="queues">Queues</Tabs.Tab>
          <Tabs.Tab value="health">Health</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="tenants">
          <Tenants />
        </Tabs.Panel>
        <Tabs.Panel value="plans">
          <Plans />
        </Tabs.Panel>
        <Tabs.Panel value="queues">
          <Queues />
        </Tabs.Panel>
        <Tabs.Panel value="health">
          <Health />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
