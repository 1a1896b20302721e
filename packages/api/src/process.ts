import { shutDown, startUp } from '@insula/core/wiring/start-up'
import { apiEnv } from './env.ts'

export { CannotStart } from '@insula/contracts/env'
export { ownAnswer, send } from '@insula/core/kernel/process/answers'
export { processEnv } from '@insula/core/kernel/process/env'
export { openDoor, type Serve } from '@insula/core/kernel/process/server'
export { listen, onStopSignal, stopTimes } from '@insula/core/kernel/process/stop'
export { clientAddressOf, frontDoor, serveApp } from './http/door.ts'
export { insideApp } from './http/inside.ts'

/** Reads the environment of the API and of `extraEnvs`, naming every variable at fault, and connects. */
export const startUpApi = (extraEnvs: (() => unknown)[] = []) => startUp([apiEnv, ...extraEnvs])

/** Closes every connection, so that the process can end by itself. */
export const shutDownApi = () => shutDown()
