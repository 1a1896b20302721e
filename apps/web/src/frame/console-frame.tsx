'use client'

import { AppShell, Drawer } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import dynamic from 'next/dynamic'
import { type CSSProperties, type ReactNode, useEffect, useState } from 'react'
import { Live } from '../api/live.tsx'
import { useMe } from '../api/me.ts'
import { BillingBanner } from '../features/billing/billing-banner.tsx'
import { useUploads } from '../features/files/uploads.ts'
import { lastTenant } from '../features/tenants/last-tenant.ts'
import { NoLonger } from '../features/tenants/no-longer.tsx'
import { ContactContext } from '../patterns/contact.ts'
import { LeaveGuard } from '../patterns/leave-guard.tsx'
import { leaveFor } from '../patterns/leaving.ts'
import { Entrance } from './entrance.tsx'
import classes from './frame.module.css'
import { LocalBanner } from './local-banner.tsx'
import { Mismatch } from './mismatch.tsx'
import { Nav } from './nav.tsx'
import { OfflineNote } from './offline-note.tsx'
import { SessionEnded } from './session-ended.tsx'
import { TopBar } from './top-bar.tsx'

const Palette = dynamic(() => import('./palette.tsx').then((module) => module.Palette), { ssr: false })
const UploadTray = dynamic(
  () => import('../features/files/upload-tray.tsx').then((module) => module.UploadTray),
  {
    ssr: false,
  },
)

const bannerHeight = 32

/** Navigation at the left, top bar, content; and what belongs to no page: palette, upload tray, toasts, live line. */
export const ConsoleFrame = ({
  localPageUrl,
  contactEmail,
  children,
}: {
  localPageUrl: string | null
  contactEmail: string | null
  children: ReactNode
}) => {
  const [navOpened, nav] = useDisclosure(false)
  const [paletteWanted, setPaletteWanted] = useState(false)
  const openPalette = () => {
    setPaletteWanted(true)
    void import('@mantine/spotlight').then(({ spotlight }) => spotlight.open())
  }
  useHotkeys([['mod+K', openPalette]], [])
  const uploading = useUploads().length > 0
  const me = useMe()
  useEffect(() => lastTenant.remember(me), [me])
  const [madeIn] = useState(me.tenant)
  const notice = me.tenant?.billingNotice ?? null
  // One banner at a time: what somebody has to do comes before what is merely so.
  const banner = notice ? (
    <BillingBanner notice={notice} />
  ) : localPageUrl ? (
    <LocalBanner localPageUrl={localPageUrl} />
  ) : null

  if (madeIn && !me.tenant)
    return (
      <Entrance localPageUrl={localPageUrl}>
        <NoLonger name={madeIn.name} me={me} onNew={() => leaveFor('/onboarding')} />
      </Entrance>
    )
  return (
    <ContactContext value={contactEmail}>
      <ModalsProvider>
        <div style={{ '--insula-banner': banner ? `${bannerHeight}px` : '0px' } as CSSProperties}>
          <a href="#content" className={classes.skip}>
            Skip to content
          </a>
          {banner}
          <AppShell
            layout="alt"
            header={{ height: 56 }}
            navbar={{ width: { base: 240, sm: 60, lg: 240 }, breakpoint: 'sm', collapsed: { mobile: true } }}
            transitionDuration={0}
          >
            <AppShell.Header className={classes.header}>
              <TopBar navOpened={navOpened} onToggleNav={nav.toggle} onSearch={openPalette} />
            </AppShell.Header>
            <AppShell.Navbar className={`${classes.navbar} ${classes.rail}`} visibleFrom="sm" component="div">
              <Nav />
            </AppShell.Navbar>
            <AppShell.Main className={classes.main} id="content" tabIndex={-1}>
              <div className={classes.content}>{children}</div>
            </AppShell.Main>
          </AppShell>
          <Drawer
            opened={navOpened}
            onClose={nav.close}
            size={280}
            padding={0}
            styles={{ header: { paddingInline: 20 } }}
            title="Navigation"
            hiddenFrom="sm"
          >
            <Nav onFollow={nav.close} />
          </Drawer>
          <Live />
          <Mismatch />
          <SessionEnded />
          <LeaveGuard />
          <OfflineNote />
          {paletteWanted ? <Palette /> : null}
          {uploading ? <UploadTray /> : null}
          <Notifications position="bottom-left" autoClose={6000} limit={3} />
        </div>
      </ModalsProvider>
    </ContactContext>
  )
}
