'use client'

import { AppShell } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import dynamic from 'next/dynamic'
import { type CSSProperties, type ReactNode, useEffect, useState } from 'react'
import { Live } from '../api/live.tsx'
import { useMe } from '../api/me.ts'
import { BillingBanner } from '../features/billing/shared/billing-banner.tsx'
import { useUploads } from '../features/files/shared/uploads.ts'
import { lastTenant } from '../features/tenants/shared/last-tenant.ts'
import { ContactContext } from '../patterns/contact.ts'
import { LeaveGuard } from '../patterns/leave-guard.tsx'
import { allTouches, forPalette } from './features.ts'
import classes from './frame.module.css'
import { LocalBanner } from './local-banner.tsx'
import { Nav } from './nav.tsx'
import { OfflineNote } from './offline-note.tsx'
import { TopBar } from './top-bar.tsx'

// What weighs and is not needed to show a page comes after it.
const Later = dynamic(() => import('./later.tsx').then((module) => module.Later), { ssr: false })
const NavDrawer = dynamic(() => import('./nav-drawer.tsx').then((module) => module.NavDrawer), { ssr: false })
const NoLongerPage = dynamic(() => import('./no-longer-page.tsx').then((module) => module.NoLongerPage), {
  ssr: false,
})
const Palette = dynamic(
  async () => {
    const [{ Palette }, brought] = await Promise.all([import('./palette.tsx'), forPalette()])
    return () => <Palette {...brought} />
  },
  { ssr: false },
)
const UploadTray = dynamic(
  () => import('../features/files/shared/upload-tray.tsx').then((module) => module.UploadTray),
  {
    ssr: false,
  },
)

const bannerHeight = 32

/** Calls once the browser has nothing better to do, and soon in any case. Returns how to call it off. */
const whenIdle = (call: () => void) => {
  // Safari has no word for it.
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(call, 200)
    return () => clearTimeout(timer)
  }
  const handle = requestIdleCallback(call, { timeout: 1_000 })
  return () => cancelIdleCallback(handle)
}

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
  const [navWanted, setNavWanted] = useState(false)
  const [idle, setIdle] = useState(false)
  useEffect(() => whenIdle(() => setIdle(true)), [])
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

  if (madeIn && !me.tenant) return <NoLongerPage name={madeIn.name} localPageUrl={localPageUrl} me={me} />
  return (
    <ContactContext value={contactEmail}>
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
            <TopBar
              navOpened={navOpened}
              onToggleNav={() => {
                setNavWanted(true)
                nav.toggle()
              }}
              onSearch={openPalette}
            />
          </AppShell.Header>
          <AppShell.Navbar className={`${classes.navbar} ${classes.rail}`} visibleFrom="sm" component="div">
            <Nav />
          </AppShell.Navbar>
          <AppShell.Main className={classes.main} id="content" tabIndex={-1}>
            <div className={classes.content}>{children}</div>
          </AppShell.Main>
        </AppShell>
        {navWanted ? <NavDrawer opened={navOpened} onClose={nav.close} /> : null}
        <Live touches={allTouches} />
        <LeaveGuard />
        <OfflineNote />
        {paletteWanted ? <Palette /> : null}
        {uploading ? <UploadTray /> : null}
        {idle ? <Later /> : null}
      </div>
    </ContactContext>
  )
}
