import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { aClient, aServer, bucket } from './s3.ts'

const program = `
  const { startS3 } = await import(process.argv[1])
  const server = await startS3({ port: 0, dataDir: process.argv[2] })
  console.log(server.url)
`

/** A server in a process of its own, which can be killed. */
async function aProcess(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const module = new URL('../src/server.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, module, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout!, 'data')
  return { child, url: String(line).trim() }
}

/** The bytes of one write: any other bytes under its key would be a mixture. */
function bytesOf(key: string, round: number): Buffer {
  return Buffer.alloc(20_000, createHash('sha256').update(`${key} ${round}`).digest())
}

test('what was acknowledged survives kill -9, whole, and nothing is left lying about', async () => {
  const seed = Number(process.env.SEED ?? randomInt(1_000_000))
  console.info(`durability seed: ${seed}`)
  const dataDir = await mkdtemp(join(tmpdir(), 'insula-s3-kill-'))
  /** What may be under each key: its last acknowledged write, or one that was cut off since. */
  const possible = new Map<string, number[]>()
  const acknowledged = new Set<string>()
  for (let life = 0; life < 3; life += 1) {
    const { child, url } = await aProcess(dataDir)
    const client = aClient(url)
    if (life === 0) await client.send(new CreateBucketCommand({ Bucket: bucket }))
    const killAfter = 10 + ((seed >> (life * 3)) % 30)
    let written = 0
    const writer = async (name: string): Promise<void> => {
      for (let index = 0; child.exitCode === null && child.signalCode === null; index += 1) {
        const Key = `${name}/${index % 5}`
        const round = life * 10_000 + index
        possible.set(Key, [...(possible.get(Key) ?? []), round])
        try {
          await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: bytesOf(Key, round) }))
        } catch {
          return
        }
        possible.set(Key, [round])
        acknowledged.add(Key)
        written += 1
        if (written === killAfter) child.kill('SIGKILL')
      }
    }
    await Promise.all(['a', 'b', 'c', 'd'].map(writer))
    if (child.signalCode === null) await once(child, 'exit')
    client.destroy()
  }

  const after = await aServer({ dataDir })
  const { Contents = [] } = await after.client.send(new ListObjectsV2Command({ Bucket: bucket }))
  expect(Contents.length).toBeGreaterThanOrEqual(acknowledged.size)
  for (const Key of acknowledged) {
    const object = await after.client.send(new GetObjectCommand({ Bucket: bucket, Key }))
    const bytes = Buffer.from(await object.Body!.transformToByteArray())
    expect(
      possible.get(Key)!.some((round) => bytes.equals(bytesOf(Key, round))),
      Key,
    ).toBe(true)
  }
  const folders = await readdir(join(dataDir, 'blobs'))
  const blobs = await Promise.all(folders.map((folder) => readdir(join(dataDir, 'blobs', folder))))
  expect(blobs.flat()).toHaveLength(Contents.length)
  expect(await readdir(join(dataDir, 'incoming'))).toEqual([])
  await after.stop()
  await rm(dataDir, { recursive: true })
})
