import { account } from './account.ts'
import { audit } from './audit.ts'
import { billing } from './billing.ts'
import type { Break } from './break.ts'
import { cloud } from './cloud.ts'
import { ofTheConsole } from './console.ts'
import { door } from './door.ts'
import { files } from './files.ts'
import { gates } from './gates.ts'
import { invitations } from './invitations.ts'
import { keys } from './keys.ts'
import { limits } from './limits.ts'
import { live } from './live.ts'
import { mails } from './mails.ts'
import { migrations } from './migrations.ts'
import { pages } from './pages.ts'
import { passwords } from './passwords.ts'
import { rest } from './rest.ts'
import { restart } from './restart.ts'
import { secrets } from './secrets.ts'
import { sessions } from './sessions.ts'
import { signatures } from './signatures.ts'
import { states } from './states.ts'
import { stripe } from './stripe.ts'
import { tenancy } from './tenancy.ts'
import { text } from './text.ts'
import { waits } from './waits.ts'
import { words } from './words.ts'

/** What guards, broken line by line. `npm run mutants` tries each. */
export const breaks: readonly Break[] = [
  ...account,
  ...audit,
  ...billing,
  ...cloud,
  ...ofTheConsole,
  ...door,
  ...files,
  ...gates,
  ...invitations,
  ...keys,
  ...limits,
  ...live,
  ...mails,
  ...migrations,
  ...pages,
  ...passwords,
  ...rest,
  ...restart,
  ...secrets,
  ...sessions,
  ...signatures,
  ...states,
  ...stripe,
  ...tenancy,
  ...text,
  ...waits,
  ...words,
]
