import { setFlagsFromString } from 'node:v8'

/**
 * Lets V8 collect garbage early rather than let it grow by a hundred MB and more, which it otherwise does where there
 * is room: several small servers, or a server and a test, share one process or one machine.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=25')
}
