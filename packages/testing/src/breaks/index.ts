import { audit } from './audit.ts'
import type { Break } from './break.ts'
import { door } from './door.ts'
import { files } from './files.ts'
import { gates } from './gates.ts'
import { invitations } from './invitations.ts'
import { keys } from './keys.ts'
import { limits } from './limits.ts'
import { live } from './live.ts'
import { pages } from './pages.ts'
import { passwords } from './passwords.ts'
import { secrets } from './secrets.ts'
import { sessions } from './sessions.ts'
import { signatures } from './signatures.ts'
import { tenancy } from './tenancy.ts'
import { words } from './words.ts'

/** What guards, broken line by line. `npm run mutants` tries each. */
export const breaks: readonly Break[] = [
  ...audit,
  ...door,
  ...files,
  ...gates,
  ...invitations,
  ...keys,
  ...limits,
  ...live,
  ...pages,
  ...passwords,
  ...secrets,
  ...sessions,
  ...signatures,
  ...tenancy,
  ...words,
]
