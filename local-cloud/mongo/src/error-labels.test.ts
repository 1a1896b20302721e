import { expect, test } from 'vitest'
import type { Call } from './command.ts'
import { errorLabelsOf } from './error-labels.ts'

const call = (name: string, ...fields: string[]) =>
  ({ name, body: new Map(fields.map((field) => [field, true])) }) as unknown as Call

const inTransaction = ['txnNumber', 'autocommit']

test.each([
  ['a plain command has none', call('find'), 10107, undefined, []],
  [
    'a retryable write may be tried again',
    call('insert', 'txnNumber'),
    10107,
    undefined,
    ['RetryableWriteError'],
  ],
  ['so may one whose concern failed', call('insert', 'txnNumber'), undefined, 91, ['RetryableWriteError']],
  ['but not after a conflict', call('insert', 'txnNumber'), 112, undefined, []],
  [
    'a conflict ends a transaction',
    call('insert', ...inTransaction),
    112,
    undefined,
    ['TransientTransactionError'],
  ],
  ['so does a lost primary', call('find', ...inTransaction), 10107, undefined, ['TransientTransactionError']],
  ['a duplicate key is no passing trouble', call('insert', ...inTransaction), 11000, undefined, []],
  [
    'a commit may be tried again',
    call('commitTransaction', ...inTransaction),
    91,
    undefined,
    ['RetryableWriteError'],
  ],
  [
    'a commit in conflict failed',
    call('commitTransaction', ...inTransaction),
    112,
    undefined,
    ['TransientTransactionError'],
  ],
  [
    'a commit of nothing failed',
    call('commitTransaction', ...inTransaction),
    251,
    undefined,
    ['TransientTransactionError'],
  ],
  [
    'an abort whose concern failed may be tried again',
    call('abortTransaction', ...inTransaction),
    undefined,
    11600,
    ['RetryableWriteError'],
  ],
] as const)('%s', (_, which, code, writeConcernCode, labels) => {
  expect(errorLabelsOf(which, code, writeConcernCode)).toEqual(labels)
})
