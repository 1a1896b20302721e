import { z } from 'zod'
import { id } from '../ids.ts'
import { Instant, PageInput, sortBy } from '../page.ts'
import { stored } from '../stored.ts'
import { fileNameText, SearchText } from '../text.ts'

/** Image types that the worker accepts, as found in the bytes. */
export const imageTypes = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'] as const
export const ImageType = z.enum(imageTypes)

/** Widths in pixels of the WebP variants that are made of every image. */
export const variantWidths = { thumb: 256, medium: 1024, large: 2048 } as const
export type VariantName = keyof typeof variantWidths
export const variantNames = Object.keys(variantWidths) as [VariantName, ...VariantName[]]
export const VariantName = z.enum(variantNames)

/**
 * What an image may decode to; more is refused before decoding. Each frame is held to `pixels` and `side`, and an animation
 * to `frames` and to `pixelsInAll` of its frames together. A side is bounded for itself because decoders work by the row: an
 * image one pixel wide and sixteen million high is small and takes twenty seconds. Panoramas and screenshots of whole
 * pages end below.
 */
export const imageBounds = {
  pixels: 50_000_000,
  side: 30_000,
  frames: 1_000,
  pixelsInAll: 100_000_000,
} as const

/**
 * uploading: room reserved, bytes not confirmed. processing: the worker has it. ready: variants made.
 * failed: refused or given up, with the reason, which tells whether trying again may mend it.
 */
export const fileStates = ['uploading', 'processing', 'ready', 'failed'] as const
export const FileState = z.enum(fileStates)
/** One word for one state, wherever it is shown. */
export const fileStateNames = {
  uploading: 'Uploading',
  processing: 'Processing',
  ready: 'Ready',
  failed: 'Failed',
} as const satisfies Record<FileState, string>
export type FileState = z.infer<typeof FileState>

export const Variant = z.object({
  name: stored(variantNames),
  width: z.number().int(),
  height: z.number().int(),
  bytes: z.number().int(),
  /** A link that works for at least ten minutes. */
  url: z.string(),
})

export const File = z.object({
  id: id('file'),
  name: z.string(),
  state: stored(fileStates),
  bytes: z.number().int().describe('As it was uploaded'),
  storedBytes: z
    .number()
    .int()
    .describe(
      'What it takes of the plan’s storage: what was sent, and once it is ready the image as it was written anew, with its variants',
    ),
  contentType: z
    .string()
    .describe('As found in the bytes once the file is ready; before that, as it was announced'),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  /** Base64 of a ThumbHash, https://evanw.github.io/thumbhash/ */
  thumbhash: z.string().nullable(),
  variants: z.array(Variant),
  failure: z
    .object({
      code: z.string(),
      message: z.string(),
      retryable: z
        .boolean()
        .describe('Whether trying again may mend it. Where it cannot, discard the file and upload another.'),
    })
    .nullable(),
  uploadedBy: z.object({ id: z.string(), name: z.string() }),
  createdAt: Instant,
  trashedAt: Instant.nullable(),
})
export type File = z.infer<typeof File>

export const FileName = fileNameText('The file needs a name', 200)

export const NewFile = z.strictObject({
  name: FileName,
  bytes: z.number().int().min(1, 'The file is empty').max(5_000_000_000),
  contentType: z
    .string()
    .max(200)
    .optional()
    .describe('A hint such as `image/jpeg`; leave it out when it is not known, since the bytes decide'),
})
/** A presigned POST: send `fields` and then the bytes as `file` in one multipart form to `url`. */
export const UploadTicket = z.object({
  file: File,
  post: z.object({ url: z.string(), fields: z.record(z.string(), z.string()), expiresAt: Instant }),
})
export type UploadTicket = z.infer<typeof UploadTicket>
export const FileRef = z.strictObject({ fileId: id('file') })
export const FileRename = z.strictObject({ fileId: id('file'), name: FileName })
export const fileSorts = ['created', 'name', 'size'] as const
export const FileQuery = PageInput.extend({
  sort: sortBy(fileSorts),
  search: SearchText.optional(),
  state: FileState.optional(),
  trashed: z.boolean().default(false),
  variant: VariantName.optional().describe(
    'Has each file carry this variant alone, with its link. Left out: all that there are',
  ),
})
export const DownloadQuery = z.strictObject({
  fileId: id('file'),
  variant: VariantName.optional().describe('Leave out for the original, without metadata'),
})
export const DownloadLink = z.object({ url: z.string(), expiresAt: Instant })

/** What a call of `emptyTrash` did away with, and how many files it left for the next one. */
export const EmptiedTrash = z.object({
  files: z.number().int(),
  bytes: z.number().int(),
  left: z.number().int(),
})
export type EmptiedTrash = z.infer<typeof EmptiedTrash>

/** What the tenant's files take of its plan, in bytes. Files in the trash count until they are purged. */
export const FileUsage = z.object({
  trash: z.object({ files: z.number().int(), bytes: z.number().int() }),
  used: z.number().int(),
  limit: z.number().int(),
  maxFileBytes: z.number().int(),
})
export type FileUsage = z.infer<typeof FileUsage>

const taken = 'Insula takes JPEG, PNG, WebP, GIF and AVIF images.'
const inMillions = (pixels: number) => pixels / 1_000_000
const inThousands = (count: number) => count.toLocaleString('en')

export const UploadsQuery = z.strictObject({
  days: z.coerce.number().int().min(1).max(90).default(30).describe('How many days up to today'),
})
/** How many uploads began on each day, oldest first, days without any included. Days are those of the tenant's time zone. */
export const UploadsByDay = z.object({
  days: z.array(z.object({ day: z.iso.date(), uploads: z.number().int() })),
})
export type UploadsByDay = z.infer<typeof UploadsByDay>

/** Why an upload did not become an image. `gave-up`: our side failed each time it tried. */
export const fileFailures = {
  'not-an-image': 'These bytes are not an image that Insula can read, whatever the name says.',
  'type-not-allowed': `${taken} This is something else.`,
  'too-many-pixels': `The image has more pixels than Insula opens (${inMillions(imageBounds.pixels)} megapixels). Make it smaller first.`,
  'too-long': `The image is longer on one side than Insula opens (${inThousands(imageBounds.side)} pixels). Cut it into parts or make it smaller first.`,
  'too-many-frames': `The animation is longer than Insula opens (${inThousands(imageBounds.frames)} frames, and ${inMillions(imageBounds.pixelsInAll)} megapixels in all of them together). Shorten it or make it smaller first.`,
  'too-much-work':
    'The image takes longer to open than Insula allows. Save it anew in a simpler form, or make it smaller first.',
  damaged: 'The image is damaged or was cut off on its way. Upload it anew, or choose another file.',
  'size-mismatch': 'What arrived is not as large as was announced. Upload the file again.',
  changed: 'The bytes are no longer those that were checked. Try again, or upload the file anew.',
  'over-quota':
    'There is no room for the image and its variants. Empty the trash or get more room, then try again.',
  'gave-up': 'The image could not be processed, though we tried several times. Try again later.',
} as const
export type FileFailureCode = keyof typeof fileFailures

/** What the same upload may outlive: our side failed, the plan was full, or it is the checking that came too late. */
const passing: ReadonlySet<string> = new Set<FileFailureCode>(['gave-up', 'over-quota', 'changed'])

/**
 * Whether trying again may mend a failure; where it cannot, another file has to be chosen. Decided by the code, so that it
 * holds for rows of earlier releases as well; of a code that this one does not know, the row's own word is taken.
 */
export const mayMend = (failure: { code: string; retryable: boolean }): boolean =>
  failure.code in fileFailures ? passing.has(failure.code) : failure.retryable

/** What is said of types that people send often and whose bytes are of no use to us. */
const knownTypes: Record<string, string> = {
  'image/svg+xml':
    'This is an SVG drawing and not an image of pixels. It can hold scripts, so Insula does not take it. Export it as PNG first.',
  'image/heic':
    'This is a HEIC photo, as iPhones take them, which most browsers cannot show. Export it as JPEG first.',
  'image/heif': 'This is a HEIF photo, which most browsers cannot show. Export it as JPEG first.',
}

/** The sentence for a failure, more exact when the type that was `found` in the bytes is known. */
export const failureMessage = (code: FileFailureCode, found?: string): string =>
  knownTypes[found ?? ''] ??
  (code === 'type-not-allowed' && found ? `${taken} This is ${found}.` : fileFailures[code])
