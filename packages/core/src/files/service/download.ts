import { type DownloadLink, type DownloadQuery, fileMachine, requirePossible } from '@insula/contracts'
import type { FileDoc } from '@insula/db'
import { objectStore } from '@insula/providers/s3'
import type { z } from 'zod'
import type { Actor } from '../../kernel/actor.ts'
import { record } from '../../kernel/record.ts'
import { keys } from '../keys.ts'
import { target } from '../kinds.ts'
import { ownFile } from './read.ts'

const linkSeconds = 60

/** A link, good for a minute, that saves the image or one of its variants. */
export async function downloadFile(
  actor: Actor,
  { fileId, variant }: z.output<typeof DownloadQuery>,
): Promise<z.output<typeof DownloadLink>> {
  const file = await ownFile(actor, fileId)
  requirePossible(fileMachine, 'download', file.state)
  const key = variant ? keys.variant(file, variant) : keys.original(file)
  const expiresAt = new Date(Date.now() + linkSeconds * 1_000)
  const url = objectStore().presignDownload(key, downloadName(file, variant), linkSeconds)
  await record(actor, 'file.downloaded', target(file), { after: { variant: variant ?? 'original' } })
  return { url, expiresAt: expiresAt.toISOString() }
}

const extensions: Record<string, RegExp> = {
  'image/jpeg': /\.jpe?g$/i,
  'image/png': /\.png$/i,
  'image/webp': /\.webp$/i,
  'image/gif': /\.gif$/i,
  'image/avif': /\.avif$/i,
}

/** What turns the writing direction, and would show an ending that the file has not. */
const turning = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** The file's own name, with the ending that its bytes have, whatever it was called. */
export function downloadName(file: Pick<FileDoc, 'name' | 'contentType'>, variant?: string): string {
  const name = file.name.replace(turning, '_')
  const bare = name.replace(/\.[a-z0-9]{1,5}$/i, '')
  if (variant) return `${bare}-${variant}.webp`
  if (extensions[file.contentType]?.test(name)) return name
  return `${bare}.${file.contentType === 'image/jpeg' ? 'jpg' : file.contentType.split('/')[1]}`
}
