/** Runs once when the server starts, not while it is built: a console without its addresses does not start. */
export const register = async () => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { requireEnv } = await import('./src/require-env.ts')
  await requireEnv()
}
