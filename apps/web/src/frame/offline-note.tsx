'use client'

import { IconWifiOff } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import classes from './frame.module.css'

const subscribe = (listener: () => void) => {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}

/** Says that there is no connection, for as long as there is none. */
export const OfflineNote = () => {
  const online = useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  )
  return (
    <div role="status" className={classes.offline} data-shown={!online || undefined}>
      {online ? null : (
        <>
          <IconWifiOff size={16} aria-hidden="true" />
          You are offline. What you type is kept; nothing is sent until you send it.
        </>
      )}
    </div>
  )
}
