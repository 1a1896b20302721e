import type { User } from '@insula/contracts'
import { transaction, UserModel } from '@insula/db'
import type { Person } from '../../kernel/actor.ts'
import { recordPersonal } from '../../kernel/record.ts'

/** Changes the person's name. The one they have already leaves nothing in the log. */
export async function changeProfile(person: Person, name: string): Promise<User> {
  return transaction(async () => {
    const before = await UserModel.findOneAndUpdate(
      { _id: person.user.id, name: { $ne: name } },
      { name, updatedAt: new Date() },
    ).lean()
    if (before) {
      await recordPersonal(person, 'user.profile-changed', {
        before: { name: before.name },
        after: { name },
      })
    }
    return { ...person.user, name }
  })
}
