'use client'

import type { Me } from '@insula/contracts'
import { NoLonger } from '../features/tenants/shared/no-longer.tsx'
import { leaveFor } from '../patterns/leaving.ts'
import { Entrance } from './entrance.tsx'

/** In place of the console, for whoever was removed from the tenant that it showed. */
export const NoLongerPage = (given: { name: string; localPageUrl: string | null; me: Me }) => (
  <Entrance localPageUrl={given.localPageUrl}>
    <NoLonger name={given.name} me={given.me} onNew={() => leaveFor('/onboarding')} />
  </Entrance>
)
