import type { ReactNode } from 'react'
import { Api } from '../../src/api/provider.tsx'
import { webEnv } from '../../src/env.ts'
import { ConsoleFrame } from '../../src/frame/console-frame.tsx'
import { requireFrame } from '../../src/session.ts'

const ConsoleLayout = async ({ children }: { children: ReactNode }) => {
  const me = await requireFrame()
  const { localPageUrl, contactEmail } = webEnv()
  return (
    <Api me={me}>
      <ConsoleFrame localPageUrl={localPageUrl} contactEmail={contactEmail}>
        {children}
      </ConsoleFrame>
    </Api>
  )
}

export default ConsoleLayout
