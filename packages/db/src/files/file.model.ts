import { type FileState, fileStates, type VariantName, variantNames } from '@insula/contracts'
import { Schema } from 'mongoose'
import { foldedFields } from '../folded.ts'
import { newId } from '../id.ts'
import { model } from '../model.ts'
import { tenantField, tenantGuard } from '../tenancy.ts'

export interface FileDoc {
  _id: string
  tenantId: string
  name: string
  state: FileState
  /** As announced, and exactly what the upload form allows. */
  bytes: number
  /**
   * What is claimed of the tenant's storage for it: `bytes` at first, what lies in S3 once it is ready. Null in files of
   * releases that did not settle: those have claimed `bytes`.
   */
  claimed: number | null
  /** As the uploader named it; once the bytes have been looked at, as they are. */
  contentType: string
  /** S3's tag of the bytes that were confirmed. Bytes with another tag are never read. */
  etag: string | null
  /** Whether the bytes as they were sent may still lie in S3. They are removed once the file is ready. */
  uploadKept: boolean
  /** Rises each time the file enters `processing`; what an earlier run still brings is not taken. */
  run: number
  /** The run whose images lie in S3 as the file's; null until it is ready, and in files of releases that did not keep it. */
  madeIn: number | null
  /** Attempts begun in this run, counted here because a worker that is killed cannot say so. */
  attempts: number
  width: number | null
  height: number | null
  thumbhash: string | null
  variants: { name: VariantName; width: number; height: number; bytes: number }[]
  failure: { code: string; message: string; retryable: boolean } | null
  uploadedBy: { id: string; name: string }
  /** When the state last changed. */
  stateAt: Date
  trashed: boolean
  trashedAt: Date | null
  createdAt: Date
  updatedAt: Date
}

const dimension = { type: Number, required: true } as const

const failure = new Schema({ code: String, message: String, retryable: Boolean }, { _id: false })
const uploader = new Schema({ id: String, name: String }, { _id: false })

const schema = new Schema<FileDoc>(
  {
    _id: { type: String, default: () => newId('file') },
    ...tenantField,
    name: { type: String, required: true },
    state: { type: String, enum: fileStates, required: true, default: 'uploading' },
    bytes: { type: Number, required: true, immutable: true },
    claimed: { type: Number, default: null },
    contentType: { type: String, required: true },
    etag: { type: String, default: null },
    uploadKept: { type: Boolean, required: true, default: true },
    run: { type: Number, required: true, default: 0 },
    madeIn: { type: Number, default: null },
    attempts: { type: Number, required: true, default: 0 },
    width: { type: Number, default: null },
    height: { type: Number, default: null },
    thumbhash: { type: String, default: null },
    variants: {
      type: [
        {
          _id: false,
          name: { type: String, enum: variantNames, required: true },
          width: dimension,
          height: dimension,
          bytes: dimension,
        },
      ],
      default: [],
    },
    failure: { type: failure, default: null },
    uploadedBy: { type: uploader, required: true },
    stateAt: { type: Date, required: true },
    trashed: { type: Boolean, required: true, default: false },
    trashedAt: { type: Date, default: null },
  },
  { collection: 'files', timestamps: true, versionKey: false },
)
schema.index({ tenantId: 1, trashed: 1, _id: -1 })
schema.index({ tenantId: 1, trashed: 1, state: 1, _id: -1 })
schema.index({ tenantId: 1, trashed: 1, 'folded.name': 1, _id: 1 })
schema.index({ tenantId: 1, trashed: 1, bytes: 1, _id: 1 })
schema.index({ tenantId: 1, stateAt: 1, _id: 1 }, { partialFilterExpression: { state: 'processing' } })
// For the sweeps, which look at all tenants.
schema.index({ uploadKept: 1, state: 1, stateAt: 1 })
schema.index({ state: 1, claimed: 1 })
schema.index({ trashedAt: 1 }, { partialFilterExpression: { trashed: true } })
foldedFields(schema, ['name'])
schema.plugin(tenantGuard)

export const FileModel = model<FileDoc>('File', schema)
