'use client'

import { loadAnew } from './leaving.ts'

const key = 'insula-reloaded-at'
const onceWithinMs = 30_000

/** Whether an error is that a part of the console, which a newer release has replaced, could not be loaded. */
export const isMissingPart = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'ChunkLoadError' ||
    /loading (css )?chunk|failed to load chunk|dynamically imported module|importing a module script failed/i.test(
      error.message,
    ))

const answers = () =>
  fetch('/api/health/live', { cache: 'no-store', signal: AbortSignal.timeout(5_000) }).then(
    (answer) => answer.ok,
    () => false,
  )

/**
 * Loads the page anew, with what was typed, after a new release took a part of it away: once, and only while the server
 * answers, since without a connection the page that stands is worth more than none. Resolves with whether it does.
 */
export const takeNewRelease = async (now = Date.now()): Promise<boolean> => {
  try {
    if (now - Number(sessionStorage.getItem(key)) < onceWithinMs) return false
    if (!(await answers())) return false
    sessionStorage.setItem(key, String(now))
  } catch {
    return false
  }
  loadAnew()
  return true
}

/** Listens for parts that fail to load outside of what React renders. Returns how to stop. */
export const watchForNewRelease = (): (() => void) => {
  const onRejection = ({ reason }: PromiseRejectionEvent) => {
    if (isMissingPart(reason)) void takeNewRelease()
  }
  const onError = ({ error, target }: ErrorEvent) => {
    const part = target instanceof HTMLScriptElement && target.src.includes('/_next/static/')
    if (part || isMissingPart(error)) void takeNewRelease()
  }
  window.addEventListener('unhandledrejection', onRejection)
  window.addEventListener('error', onError, { capture: true })
  return () => {
    window.removeEventListener('unhandledrejection', onRejection)
    window.removeEventListener('error', onError, { capture: true })
  }
}
