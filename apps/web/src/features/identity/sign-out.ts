'use client'

/** Ends the session and leaves, with a full load so that nothing that was read stays in memory. */
export const signOut = async (destination = '/sign-in') => {
  const { authClient } = await import('./auth-client.ts')
  await authClient.signOut()
  window.location.assign(destination)
}
