import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { startChecksum } from './checksums.ts'
import { combineCrcs } from './crc-combine.ts'

test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
  'the %s of parts put together is that of the whole',
  async (algorithm) => {
    const parts = [0, 1, 70_000, 3, 12_345].map((bytes) => randomBytes(bytes))
    const digest = async (bytes: Buffer): Promise<Buffer> => {
      const running = startChecksum(algorithm)
      running.update(bytes)
      return running.digest()
    }
    const runs = await Promise.all(
      parts.map(async (part) => ({ crc: await digest(part), bytes: part.length })),
    )
    expect(combineCrcs(algorithm, runs)).toEqual(await digest(Buffer.concat(parts)))
  },
)

test.each([
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
] as const)('%s has its published check value', async (algorithm, expected) => {
  const running = startChecksum(algorithm)
  running.update(Buffer.from('123456789'))
  expect((await running.digest()).toString('hex')).toBe(expected)
})
