/** What supervisor and embedded server say to each other over Node's IPC channel. */
export interface ControlCall {
  call: number
  method: string
  args: unknown[]
}

interface ControlAnswer {
  answer: number
  value?: unknown
  error?: { name: string; message: string }
}

interface ServerReady {
  ready: { url: string; methods: string[] }
}

export type FromServer = ControlAnswer | ServerReady
