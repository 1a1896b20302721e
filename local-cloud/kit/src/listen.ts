import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Starts accepting calls. @returns the port, picked by the system where 0 is asked for */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return (server.address() as AddressInfo).port
}
