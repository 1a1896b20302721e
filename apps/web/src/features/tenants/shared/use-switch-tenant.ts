'use client'

import { useMutation } from '@tanstack/react-query'
import { useApi } from '../../../api/client.ts'
import { leaveFor } from '../../../patterns/leaving.ts'
import { notifyFault } from '../../../patterns/notify.tsx'

/** Moves the session to another tenant and loads the console anew, so that nothing of the old one stays on the page. */
export const useSwitchTenant = () =>
  useMutation(
    useApi().tenants.switch.mutationOptions({
      trpc: { context: { anyTenant: true } },
      onSuccess: () => leaveFor('/'),
      onError: notifyFault,
    }),
  )
