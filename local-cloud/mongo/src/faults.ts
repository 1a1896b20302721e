import { setTimeout as pause } from 'node:timers/promises'
import { nextOf, type Switch } from '@insula/local-kit/armed'
import { MongoError } from './language/error.ts'
import { type Doc, isNumeric, toDouble, type Value } from './language/value.ts'

/** When a fail point does its work. */
interface FailPoint {
  /** How many more times; Infinity for always on. */
  times: number
  /** How many times it lets pass first. */
  skip: number
}

/** The `failCommand` fail point, as the drivers' specifications describe it. */
export interface FailCommand extends FailPoint {
  failCommands: string[]
  errorCode?: number
  errorLabels?: string[]
  closeConnection?: boolean
  /** Milliseconds to wait before anything else. */
  blockTimeMs?: number
  /** Sent with the reply after the work was done. */
  writeConcernError?: Doc
  appName?: string
}

/** The `onPrimaryTransactionalWrite` fail point, which meets each statement of a retryable write. */
export interface FailWrite extends FailPoint {
  /** Whether the command's answer is lost with its connection. */
  closeConnection: boolean
  /** The statement fails with this code instead of doing its work. */
  failBeforeCommitExceptionCode: number | undefined
}

/** The `failGetMoreAfterCursorCheckout` fail point: the cursor is found, and then lost. */
export interface FailGetMore extends FailPoint {
  errorCode: number | undefined
  closeConnection: boolean
}

/** Thrown to cut the connection instead of answering. */
export class Cut extends Error {}

/** What a command met on its way. */
export interface Met {
  writeConcernError: Doc | undefined
  errorLabels: string[] | undefined
}

const durableCommands = new Set([
  'insert',
  'update',
  'delete',
  'findAndModify',
  'bulkWrite',
  'commitTransaction',
])

/** The server's fault switches: MongoDB's own fail point and two of the local cloud's. */
export class Faults {
  failCommand: FailCommand | undefined
  failWrite: FailWrite | undefined
  failGetMore: FailGetMore | undefined
  slowMs = 0
  dropReplies = 0
  /** How often the fail point was entered. */
  entered = 0

  /** Meets what is switched on, before the command does its work. Throws the error or Cut. */
  async meet(command: string, appName: string | undefined): Promise<Met> {
    if (this.slowMs > 0) await pause(this.slowMs)
    const met: Met = { writeConcernError: undefined, errorLabels: undefined }
    const fail = this.failCommand
    if (!fail?.failCommands.includes(command)) return met
    if (fail.appName !== undefined && fail.appName !== appName) return met
    if (!this.#enters(fail)) return met
    if (fail.blockTimeMs) await pause(fail.blockTimeMs)
    if (fail.closeConnection) throw new Cut()
    met.errorLabels = fail.errorLabels
    if (fail.errorCode !== undefined) {
      const extra: Doc | undefined =
        fail.errorLabels && new Map<string, Value>([['errorLabels', fail.errorLabels]])
      throw new MongoError(fail.errorCode, "Failing command via 'failCommand' failpoint", extra)
    }
    met.writeConcernError = fail.writeConcernError
    return met
  }

  /** Meets what is switched on for a statement of a retryable write, before it does its work. */
  meetWrite(call: { cut: boolean }): void {
    const fail = this.failWrite
    if (!fail || !this.#enters(fail)) return
    if (fail.closeConnection) call.cut = true
    if (fail.failBeforeCommitExceptionCode === undefined) return
    throw new MongoError(
      fail.failBeforeCommitExceptionCode,
      'Failing write due to failpoint. The write must not be reflected.',
    )
  }

  /** Meets what is switched on for a cursor that was found. Throws the error or Cut. */
  meetGetMore(): void {
    const fail = this.failGetMore
    if (!fail || !this.#enters(fail)) return
    if (fail.closeConnection) throw new Cut()
    if (fail.errorCode === undefined) return
    throw new MongoError(fail.errorCode, "Hit 'failGetMoreAfterCursorCheckout' failpoint")
  }

  #enters(fail: FailPoint): boolean {
    if (fail.skip > 0) {
      fail.skip--
      return false
    }
    if (fail.times <= 0) return false
    fail.times--
    this.entered++
    return true
  }

  get active(): boolean {
    return this.slowMs > 0 || this.failCommand !== undefined
  }

  /** Whether the reply to a write that is now durable must not arrive. */
  dropsReply(command: string, inTransaction: boolean): boolean {
    if (this.dropReplies === 0 || !durableCommands.has(command)) return false
    if (inTransaction && command !== 'commitTransaction') return false
    this.dropReplies--
    return true
  }

  /** Each switch by the name of the control's method or of the fail point that sets it. */
  switches(): Record<string, Switch> {
    const point = (name: 'failCommand' | 'failWrite' | 'failGetMore', what: () => string): Switch => ({
      does: () => {
        const times = this[name]?.times ?? 0
        if (times <= 0) return undefined
        return `${what()}, ${times === Number.POSITIVE_INFINITY ? 'until taken back' : `${times} more times`}`
      },
      takeBack: () => {
        this[name] = undefined
      },
    })
    const commands = () => {
      const { failCommands = [], errorCode, closeConnection, blockTimeMs } = this.failCommand ?? {}
      const how = errorCode !== undefined ? `Fails with ${errorCode}` : closeConnection ? 'Cuts' : 'Delays'
      return `${how}${blockTimeMs ? ` after ${blockTimeMs} ms` : ''}: ${failCommands.join(', ')}`
    }
    return {
      failCommand: point('failCommand', commands),
      onPrimaryTransactionalWrite: point('failWrite', () => 'Fails statements of retryable writes'),
      failGetMoreAfterCursorCheckout: point('failGetMore', () => 'Fails getMore after its cursor was found'),
      slow: {
        does: () => (this.slowMs > 0 ? `Waits ${this.slowMs} ms before each answer` : undefined),
        takeBack: () => {
          this.slowMs = 0
        },
      },
      dropReplyAfterCommit: {
        does: () => {
          const replies = nextOf(this.dropReplies, 'durable write', 'durable writes')
          return replies && `Drops the reply to ${replies}`
        },
        takeBack: () => {
          this.dropReplies = 0
        },
      },
    }
  }

  reset(): void {
    this.failCommand = undefined
    this.failWrite = undefined
    this.failGetMore = undefined
    this.slowMs = 0
    this.dropReplies = 0
  }
}

/** Reads a fail point's mode and data as `configureFailPoint` gives them. Throws BadValue (2). */
export function parseFailCommand(mode: Value | undefined, data: Doc): FailCommand | undefined {
  if (mode === 'off') return undefined
  const { times, skip } = parseMode(mode)
  const commands = data.get('failCommands')
  if (!Array.isArray(commands))
    throw new MongoError(2, 'failCommand needs data.failCommands, an array of names')
  const fail: FailCommand = { failCommands: commands.map(String), times, skip }
  for (const [name, value] of data) {
    if (name === 'errorCode' && isNumeric(value)) fail.errorCode = toDouble(value)
    else if (name === 'errorLabels' && Array.isArray(value)) fail.errorLabels = value.map(String)
    else if (name === 'closeConnection') fail.closeConnection = value === true
    else if (name === 'blockConnection')
      fail.blockTimeMs = value === true ? Number(data.get('blockTimeMS')) : 0
    else if (name === 'writeConcernError' && value instanceof Map) fail.writeConcernError = value
    else if (name === 'appName' && typeof value === 'string') fail.appName = value
    else if (!['failCommands', 'blockTimeMS', 'failInternalCommands'].includes(name)) {
      throw new MongoError(2, `this server's failCommand does not know data.${name}`)
    }
  }
  return fail
}

/** Reads a fail point's mode and data as `configureFailPoint` gives them. Throws BadValue (2). */
export function parseFailWrite(mode: Value | undefined, data: Doc): FailWrite | undefined {
  if (mode === 'off') return undefined
  const { times, skip } = parseMode(mode)
  const code = data.get('failBeforeCommitExceptionCode')
  for (const name of data.keys()) {
    if (name === 'closeConnection' || name === 'failBeforeCommitExceptionCode') continue
    throw new MongoError(2, `this server's onPrimaryTransactionalWrite does not know data.${name}`)
  }
  return {
    times,
    skip,
    closeConnection: data.get('closeConnection') !== false,
    failBeforeCommitExceptionCode: isNumeric(code) ? toDouble(code) : undefined,
  }
}

/** Reads a fail point's mode and data as `configureFailPoint` gives them. Throws BadValue (2). */
export function parseFailGetMore(mode: Value | undefined, data: Doc): FailGetMore | undefined {
  if (mode === 'off') return undefined
  const code = data.get('errorCode')
  for (const name of data.keys()) {
    if (name === 'errorCode' || name === 'closeConnection') continue
    throw new MongoError(2, `this server's failGetMoreAfterCursorCheckout does not know data.${name}`)
  }
  return {
    ...parseMode(mode),
    errorCode: isNumeric(code) ? toDouble(code) : undefined,
    closeConnection: data.get('closeConnection') === true,
  }
}

function parseMode(mode: Value | undefined): { times: number; skip: number } {
  if (mode === 'alwaysOn') return { times: Number.POSITIVE_INFINITY, skip: 0 }
  if (mode instanceof Map && mode.size === 1) {
    const [[kind, amount]] = [...mode] as [[string, Value]]
    if (kind === 'times' && isNumeric(amount)) return { times: toDouble(amount), skip: 0 }
    if (kind === 'skip' && isNumeric(amount))
      return { times: Number.POSITIVE_INFINITY, skip: toDouble(amount) }
  }
  throw new MongoError(2, "a fail point's mode is 'off', 'alwaysOn', { times: n } or { skip: n }")
}
