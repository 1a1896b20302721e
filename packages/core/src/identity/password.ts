import { passwordLength } from '@insula/contracts'
import { type Algorithm, hash, verify } from '@node-rs/argon2'

/** OWASP's first choice: argon2id, 19 MiB, two passes, one lane. Runs off the main thread. */
const cost = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The same password typed on another keyboard may arrive in another Unicode form (NIST SP 800-63B 3.1.1.2). */
const normal = (password: string) => password.normalize('NFKC')

export const hashPassword = (password: string) => hash(normal(password), cost)
export const verifyPassword = (stored: string, password: string) => verify(stored, normal(password))

const common = [
  'password',
  'passwort',
  'qwertyuiop',
  'qwertzuiop',
  'abcdefghijklmnopqrstuvwxyz',
  '1234567890',
  'iloveyou',
  'letmein',
  'administrator',
  'welcome',
]

/**
 * Why a password will not do, or null. Length is what counts; beyond that only what an attacker tries first is
 * refused: repeated patterns, common words and one's own address.
 */
export function weaknessOf(password: string, email: string): string | null {
  const plain = normal(password)
  if ([...plain].length < passwordLength.min) {
    return `Use at least ${passwordLength.min} characters; a sentence is easiest`
  }
  if ([...plain].length > passwordLength.max) return `Use at most ${passwordLength.max} characters`
  const folded = plain.toLowerCase()
  if (new Set(folded).size < 5) return 'Use more than a few different characters'
  if (/^(.{1,6})\1+$/u.test(folded)) return 'Do not repeat one short pattern'
  let rest = folded.replaceAll(/[^\p{L}\p{N}]+/gu, '')
  for (const word of [...common, ...email.toLowerCase().split(/[@.]/)]) {
    if (word.length > 3) rest = rest.replaceAll(word, '')
  }
  rest = rest.replaceAll(/(\d)\1+|0123456789|123456789|12345678|1234567|123456|12345|1234|123/g, '')
  if (rest.length < 6) return 'This is one of the first that an attacker tries; choose a sentence of your own'
  return null
}
