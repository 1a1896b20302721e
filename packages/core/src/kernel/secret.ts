import { createHash, randomBytes } from 'node:crypto'

/** 256 bits that nobody guesses, fit for a link or a cookie. */
export const newSecret = () => randomBytes(32).toString('base64url')

/** What is stored of a secret that is as long as ours: SHA-256, since there is nothing to guess slowly. */
export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url')
