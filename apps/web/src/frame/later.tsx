'use client'

import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { frameLater } from '../patterns/later.ts'
import { Mismatch } from './mismatch.tsx'
import { SessionEnded } from './session-ended.tsx'

/** What no page needs to show itself, and every page needs soon after: toasts, questions, and what stops a page. */
export const Later = () => {
  useEffect(() => frameLater.arrived(), [])
  return (
    <>
      <ModalsProvider>{null}</ModalsProvider>
      <Mismatch />
      <SessionEnded />
      <Notifications position="bottom-left" autoClose={6000} limit={3} />
    </>
  )
}
