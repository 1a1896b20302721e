import type { SentencesOf } from '../../patterns/manifest.ts'

export const sentences: SentencesOf<'identity'> = {
  'user.registered': '{actor} registered',
  'user.email-verified': '{actor} verified their e-mail address',
  'user.signed-in': '{actor} signed in',
  'user.sign-in-failed': 'Somebody typed a wrong password for {actor}',
  'user.locked': 'Too many wrong passwords: {actor} cannot sign in for a while',
  'user.signed-out': '{actor} signed out',
  'user.password-changed': '{actor} changed their password',
  'user.password-reset': '{actor} reset their password',
  'user.profile-changed': '{actor} changed their profile',
  'session.revoked': '{actor} revoked a session',
}
