import { PlatformRole, type User } from '@insula/contracts'
import type { UserDoc } from '@insula/db'
import { textOf } from '../kernel/stored.ts'
import { nameOf } from './service/people.ts'

export const presentUser = (doc: UserDoc): User => ({
  id: doc._id,
  name: nameOf(doc.name),
  email: textOf(doc.email, ''),
  emailVerified: doc.emailVerified === true,
  platformRole: PlatformRole.nullable()
    .catch(null)
    .parse(doc.platformRole ?? null),
})
