import { UserModel } from '@insula/db'
import { nameOf } from './people.ts'

export interface Addressee {
  userId: string
  name: string
  email: string
}

/** Who to write to, for domains that mail people. Ids that nobody has are left out. */
export async function addresseesOf(userIds: readonly string[]): Promise<Addressee[]> {
  const users = await UserModel.find({ _id: { $in: userIds } }, { name: 1, email: 1 }).lean()
  return users.flatMap((user) =>
    typeof user.email === 'string' ? [{ userId: user._id, name: nameOf(user.name), email: user.email }] : [],
  )
}
