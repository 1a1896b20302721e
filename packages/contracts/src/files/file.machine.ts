import type { Machine } from '../state-machine.ts'
import type { FileState } from './files.ts'

/** What becomes of a file's bytes. Where the file lies, on the shelf or in the trash, is `trashMachine`'s. */
export const fileMachine = {
  thing: 'file',
  states: {
    uploading: 'not uploaded yet',
    processing: 'being processed',
    ready: 'ready',
    failed: 'not usable',
    removed: 'removed',
  },
  // A ready file ends by the trash.
  ends: ['ready', 'removed'],
  gone: 'removed',
  steps: {
    start: {
      from: [],
      to: 'uploading',
      by: ['files:write'],
      audit: 'file.upload-started',
      hint: 'file.started',
      done: 'begun',
    },
    resume: {
      from: ['uploading'],
      by: ['files:write'],
      audit: 'file.upload-resumed',
      done: 'sent again',
      instead: 'Its bytes have arrived.',
    },
    complete: {
      from: ['uploading'],
      to: 'processing',
      // The sweep, where the bytes came and nobody said so.
      by: ['files:write', 'system'],
      audit: 'file.uploaded',
      event: 'file.uploaded',
      doneIn: ['processing', 'ready', 'failed'],
      done: 'completed',
    },
    retry: {
      from: ['failed'],
      to: 'processing',
      by: ['files:write', 'system'],
      audit: 'file.retried',
      event: 'file.changed',
      doneIn: ['processing'],
      done: 'tried again',
      instead: 'Only a file that failed can be.',
    },
    finish: {
      from: ['processing'],
      to: 'ready',
      by: ['system'],
      audit: 'file.ready',
      event: 'file.ready',
      done: 'made ready',
    },
    fail: {
      // Of a person's call, too: bytes of another size are found when it says that they have arrived.
      from: ['uploading', 'processing', 'failed'],
      to: 'failed',
      by: ['system', 'files:write'],
      audit: 'file.failed',
      event: 'file.failed',
      done: 'given up',
    },
    download: { from: ['ready'], by: ['files:read'], audit: 'file.downloaded', done: 'downloaded' },
    discard: {
      from: ['uploading', 'processing', 'failed'],
      to: 'removed',
      by: ['files:write', 'system'],
      audit: 'file.discarded',
      event: 'file.purged',
      done: 'discarded',
      instead: 'Move it to the trash instead.',
    },
  },
} as const satisfies Machine<FileState | 'removed'>

/** Where a file lies, whatever its state. */
export const trashMachine = {
  thing: 'file',
  states: { kept: 'not in the trash', trashed: 'in the trash', purged: 'deleted for good' },
  ends: ['purged'],
  gone: 'purged',
  stored: { kept: { trashed: false }, trashed: { trashed: true } },
  steps: {
    start: { from: [], to: 'kept', by: ['files:write'], done: 'begun' },
    rename: {
      from: ['kept', 'trashed'],
      by: ['files:write'],
      audit: 'file.renamed',
      event: 'file.changed',
      done: 'renamed',
    },
    trash: {
      from: ['kept'],
      to: 'trashed',
      by: ['files:write'],
      audit: 'file.trashed',
      event: 'file.changed',
      doneIn: ['trashed'],
      done: 'moved to the trash',
    },
    restore: {
      from: ['trashed'],
      to: 'kept',
      by: ['files:write'],
      audit: 'file.restored',
      event: 'file.changed',
      doneIn: ['kept'],
      done: 'restored',
    },
    purge: {
      from: ['trashed'],
      to: 'purged',
      by: ['files:write', 'system'],
      audit: 'file.purged',
      event: 'file.purged',
      done: 'deleted for good',
      instead: 'Move it there first.',
    },
  },
} as const satisfies Machine<'kept' | 'trashed' | 'purged'>
