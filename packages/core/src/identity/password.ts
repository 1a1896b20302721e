import { passwordLength, passwordLengthOf, Refusal } from '@insula/contracts'
import { type Algorithm, hash, verify } from '@node-rs/argon2'

/** OWASP's first choice: argon2id, 19 MiB, two passes, one lane. Runs off the main thread. */
const cost = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The same password typed on another keyboard may arrive in another Unicode form (NIST SP 800-63B 3.1.1.2). */
const normal = (password: string) => password.normalize('NFKC')

export const hashPassword = (password: string) => hash(normal(password), cost)
export const verifyPassword = (stored: string, password: string) => verify(stored, normal(password))

/**
 * Fewer guesses than this and a password is on somebody's list, or made of what is: a random one of fifteen letters
 * and digits takes 10^15, the leaked ones of that length that people chose themselves mostly less than 10^10.
 */
const enoughGuessesLog10 = 13.5
/** How many characters are judged at a time, from either end: the time that it takes grows faster than the length. */
const judgedAtOnce = 40

/**
 * Why a password will not do for this person, or null. Length is what counts; beyond that what an attacker tries first
 * is refused: short patterns, leaked passwords and what they are made of, famous lines, and one's own address and name.
 */
export async function weaknessOf(password: string, email: string, name = ''): Promise<string | null> {
  const plain = normal(password)
  const length = passwordLengthOf(plain)
  if (length < passwordLength.min) {
    return `Use at least ${passwordLength.min} characters; a sentence is easiest`
  }
  if (length > passwordLength.max) return `Use at most ${passwordLength.max} characters`
  const folded = plain.toLowerCase()
  if (new Set(folded).size < 5) return 'Use more than a few different characters'
  if (/^(.{1,6})\1+$/u.test(folded)) return 'Do not repeat one short pattern'
  const own = ownWords(email, name)
  let remaining = folded
  for (const word of own) remaining = remaining.replaceAll(word, ' ')
  if (passwordLengthOf(remaining.replaceAll(/[\s\p{P}]+/gu, '')) < 6) {
    return 'This is made of your own name and address; choose a sentence that nobody knows'
  }
  if (await isGuessed(plain, own)) {
    return 'This is one of the first that an attacker tries; choose a sentence of your own'
  }
  return null
}

/** The address, the name and their parts, the longest first. */
function ownWords(email: string, name: string): string[] {
  const whole = [email, name].map((text) => normal(text).toLowerCase().trim())
  const words = [...whole, ...whole.flatMap((text) => text.split(/[\s@.+_-]+/))]
  return [...new Set(words.filter((word) => word.length > 2))].sort((one, two) => two.length - one.length)
}

async function isGuessed(plain: string, own: string[]): Promise<boolean> {
  const { guessesLog10 } = await import('./guesses.ts')
  const characters = [...plain]
  const parts = [characters.slice(0, judgedAtOnce), characters.slice(-judgedAtOnce)]
  // What is strong in one part is strong as a whole.
  return parts.every((part) => guessesLog10(part.join(''), own) < enoughGuessesLog10)
}

/** Throws `invalid` for `field` with what to do, when a password will not do for this person. */
export async function requireStrong(
  password: string,
  person: { field: string; email: string; name: string },
): Promise<void> {
  const weakness = await weaknessOf(password, person.email, person.name)
  if (weakness) throw new Refusal('invalid', weakness, { field: person.field })
}
