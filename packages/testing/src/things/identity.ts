import { aPerson, type SomebodySignedIn, signedIn } from '../builders.ts'
import type { DomainThings } from '../occasion.ts'

const otherSession = async (person: SomebodySignedIn | undefined) =>
  (await signedIn((person ?? (await aPerson())).user)).sessionId

export const things: DomainThings = {
  calls: {
    changeProfile: {
      input: () => ({ name: 'Ada Byron' }),
      leaves: { audit: ['user.profile-changed'] },
    },
    listActivity: {},
    listSessions: {},
    me: {},
    revokeOtherSessions: {
      async input({ caller }) {
        await otherSession(caller.person)
      },
      leaves: { audit: ['session.revoked'] },
    },
    revokeSession: {
      input: async ({ caller }) => ({ sessionId: await otherSession(caller.person) }),
      leaves: { audit: ['session.revoked'] },
    },
  },
}
