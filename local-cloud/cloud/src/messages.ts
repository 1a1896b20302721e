/** What supervisor and embedded server say to each other over Node's IPC channel. */
export interface ControlCall {
  call: number
  method: string
  args: unknown[]
}

export interface ControlAnswer {
  answer: number
  value?: unknown
  error?: { name: string; message: string }
}

export interface ServerReady {
  ready: { url: string; methods: string[] }
}

export type FromServer = ControlAnswer | ServerReady
