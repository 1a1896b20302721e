import { findProgram } from './program.ts'

const programs = ['redis-server', 'valkey-server']

/** The Redis of this machine. Throws with what to type when there is none. */
export function findRedis(path: string): string {
  const found = findProgram(programs, path)
  if (found !== undefined) return found
  throw new Error(
    'Insula needs Redis, and neither redis-server nor valkey-server is on the PATH. Install one ' +
      '(Debian and Ubuntu: sudo apt-get install redis-server; macOS: brew install redis) or set REDIS_URL, ' +
      'for example REDIS_URL=redis://127.0.0.1:6379.',
  )
}
