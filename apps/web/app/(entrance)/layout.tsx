import type { ReactNode } from 'react'
import { Api } from '../../src/api/provider.tsx'
import { webEnv } from '../../src/env.ts'
import { Entrance } from '../../src/frame/entrance.tsx'
import { currentMe } from '../../src/session.ts'

const EntranceLayout = async ({ children }: { children: ReactNode }) => (
  <Api me={await currentMe()}>
    <Entrance localPageUrl={webEnv().localPageUrl}>{children}</Entrance>
  </Api>
)

export default EntranceLayout
