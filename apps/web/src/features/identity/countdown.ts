'use client'

import { useInterval } from '@mantine/hooks'
import { useState } from 'react'

/** Seconds that run down to 0 once they are started. */
export const useCountdown = (initial = 0) => {
  const [seconds, start] = useState(initial)
  useInterval(() => start((left) => Math.max(0, left - 1)), 1_000, { autoInvoke: true })
  return { seconds, start }
}

/** `14:05`, or `30 s` for less than a minute. */
export const clockOf = (seconds: number) =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
