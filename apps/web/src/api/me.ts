'use client'

import type { Me, Permission } from '@insula/contracts'
import { useQuery } from '@tanstack/react-query'
import { useApi } from './client.ts'

/** Who is asking. Only below the console's layout, which has put it there. */
export const useMe = (): Me => {
  const { data } = useQuery(useApi().identity.me.queryOptions())
  if (!data) throw new Error('useMe() was called outside of the console’s layout')
  return data
}

/** Who the page was made for, or null before anybody signed in. */
export const useWho = (): Me | null =>
  useQuery(useApi().identity.me.queryOptions(undefined, { enabled: false })).data ?? null

/** The tenant that this page works in. Only below the console's layout, which sends away those who have none. */
export const useTenant = () => {
  const { tenant } = useMe()
  if (!tenant) throw new Error('useTenant() was called without a tenant')
  return tenant
}

/** Whether the person holds a permission in this tenant. It decides what is shown; the server decides what is done. */
export const useMay = (permission: Permission) => useMe().tenant?.permissions.includes(permission) ?? false
