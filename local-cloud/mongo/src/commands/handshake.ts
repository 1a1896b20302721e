import type { Call, Command } from '../command.ts'
import { MongoError } from '../language/error.ts'
import { type Doc, int, type Value } from '../language/value.ts'
import { sessionTimeoutMinutes } from '../sessions.ts'
import { maxDocumentBytes } from '../storage/record.ts'
import { maxMessageBytes } from '../wire.ts'

export const setName = 'rs0'
/** The server version whose behaviour this one follows, and its wire version. */
export const version = '8.0.0'
const maxWireVersion = 25

/** The one member of the replica set introduces itself; there is no topologyVersion, so monitors poll. */
function hello(call: Call): Doc {
  if (call.flag('loadBalanced'))
    throw new MongoError(238, 'this server does not stand behind a load balancer')
  const { address } = call.engine
  return new Map<string, Value>([
    ['helloOk', true],
    [call.name === 'hello' ? 'isWritablePrimary' : 'ismaster', true],
    ['secondary', false],
    ['setName', setName],
    ['setVersion', int(1)],
    ['hosts', [address]],
    ['primary', address],
    ['me', address],
    ['maxBsonObjectSize', int(maxDocumentBytes)],
    ['maxMessageSizeBytes', int(maxMessageBytes)],
    ['maxWriteBatchSize', int(100_000)],
    ['localTime', new Date()],
    ['logicalSessionTimeoutMinutes', int(sessionTimeoutMinutes)],
    ['connectionId', int(1)],
    ['minWireVersion', int(0)],
    ['maxWireVersion', int(maxWireVersion)],
    ['readOnly', false],
  ])
}

const helloCommand: Command = {
  fields: {},
  lenient: true,
  subject: 'any',
  run: hello,
}

/** Whoever shows a name and a password is told that there is none to be known here. */
const authenticate: Command = {
  fields: {},
  lenient: true,
  subject: 'any',
  run() {
    throw new MongoError(
      18,
      'Authentication failed: the embedded MongoDB has no users; connect without a name',
    )
  },
}

export const handshakeCommands: Record<string, Command> = {
  hello: helloCommand,
  isMaster: helloCommand,
  ismaster: helloCommand,
  saslStart: authenticate,
  authenticate,
  ping: { fields: {}, subject: 'any', run: () => new Map() },
}
