import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const keyOf = (secret: string) => Buffer.from(hkdfSync('sha256', secret, '', 'insula:mail-link:v1', 32))
const ivBytes = 12
const tagBytes = 16

/**
 * Encrypts a mail's secret link for the time it waits in the database: AES-256-GCM under a key derived from
 * `AUTH_SECRET`. The mail's id is authenticated with it, so that a sealed link moved to another mail does not open.
 */
export function sealLink(secret: string, mailId: string, link: string): string {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), iv).setAAD(Buffer.from(mailId))
  const sealed = Buffer.concat([cipher.update(link, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** Throws when the link was sealed under another secret, for another mail, or was tampered with. */
export function openLink(secret: string, mailId: string, sealedLink: string): string {
  const bytes = Buffer.from(sealedLink, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  })
    .setAAD(Buffer.from(mailId))
    .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString(
    'utf8',
  )
}
