'use client'

import { drafts } from '../../../patterns/drafts.ts'
import { leaveFor, maySignOut } from '../../../patterns/leaving.ts'
import { notifyFault } from '../../../patterns/notify.tsx'

/**
 * Ends the session and leaves, with a full load so that nothing that was read stays in memory. Asks first where
 * something is unsaved, and forgets it: the next at this tab may be somebody else.
 */
export const signOut = async (destination = '/sign-in') => {
  if (!(await maySignOut())) return
  const { authClient } = await import('./auth-client.ts')
  try {
    await authClient.signOut()
  } catch (error) {
    return notifyFault(error)
  }
  drafts.removeAll()
  leaveFor(destination)
}
