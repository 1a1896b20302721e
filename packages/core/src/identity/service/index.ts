export type { OpenedSession } from '../credentials.ts'
export { hashPassword, requireStrong } from '../password.ts'
export { presentUser } from '../present.ts'
export { type Addressee, addresseesOf } from './addressees.ts'
export {
  endedSessionCookie,
  endedSignUpCookie,
  sessionCookie,
  sessionCookieName,
  sessionTokenOf,
  signUpCookie,
  signUpSecretOf,
} from './cookies.ts'
export { type Consumed, consume, forgetGuesses, takeGuess, takeTurn } from './limits.ts'
export { changePassword, requestPasswordReset, resetPassword } from './password.ts'
export { isRegistered, nobody, peopleByIds, userIdOf, workIn } from './people.ts'
export { changeProfile } from './profile.ts'
export { register } from './register.ts'
export { answerRequest, sweepRequests } from './requests.ts'
export { registerVerified } from './seed.ts'
export { listSessions, openSession, revokeOtherSessions, revokeSession } from './sessions.ts'
export { signIn, signOut } from './sign-in.ts'
export { pendingLifetimeMs, requestVerification, signUp } from './sign-up.ts'
export { verifyEmail } from './verify.ts'
