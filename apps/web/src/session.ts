import { serverCaller } from '@insula/api/server-caller'
import type { Me, Permission, PlatformPermission } from '@insula/contracts'
import { platformRoles } from '@insula/contracts'
import { TRPCError } from '@trpc/server'
import { headers } from 'next/headers'
import { forbidden, redirect } from 'next/navigation'
import { cache } from 'react'
import { tellUnavailable } from './unavailable.ts'

/** The API as this visitor has it: who they are is looked up once a request. */
export const currentCaller = cache(async () => serverCaller(await headers()))
export type Caller = Awaited<ReturnType<typeof currentCaller>>

/** Who is asking, or null. Asked once a request, however many layouts and pages want to know. */
export const currentMe = cache(async (): Promise<Me | null> => {
  try {
    const caller = await currentCaller()
    return await caller.identity.me()
  } catch (error) {
    const code = error instanceof TRPCError ? error.code : null
    if (code === 'UNAUTHORIZED') return null
    // Neither signed in nor signed out: nobody could look. Of an error only its digest reaches the browser.
    if (code === 'SERVICE_UNAVAILABLE') {
      tellUnavailable()
      throw Object.assign(new Error('unavailable'), { digest: 'unavailable' })
    }
    throw error
  }
})

/** Sends whoever is not signed in to sign in first, and back here afterwards. */
export const requireMe = async (): Promise<Me> => {
  const me = await currentMe()
  if (me) return me
  const here = (await headers()).get('insula-path') ?? '/'
  redirect(here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`)
}

/** For pages of a tenant: sends on whoever has none, and answers 403 without the permission. */
export const requireTenant = async (permission?: Permission) => {
  const me = await requireMe()
  if (!me.tenant) redirect(me.user.platformRole ? '/platform' : '/onboarding')
  if (permission && !me.tenant.permissions.includes(permission)) forbidden()
  return { me, tenant: me.tenant }
}

/** For the frame: whoever runs the platform may be in it without a tenant. */
export const requireFrame = async () => {
  const me = await requireMe()
  if (!me.tenant && !me.user.platformRole) redirect('/onboarding')
  return me
}

/** For the pages of those who run the platform. */
export const requirePlatform = async (permission: PlatformPermission) => {
  const me = await requireMe()
  const held: readonly PlatformPermission[] = me.user.platformRole ? platformRoles[me.user.platformRole] : []
  if (!held.includes(permission)) forbidden()
  return me
}
