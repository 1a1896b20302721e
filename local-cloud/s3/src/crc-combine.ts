import type { ChecksumAlgorithm } from './checksums.ts'

interface Field {
  width: bigint
  /** Reflected, without the leading term. */
  polynomial: bigint
  /** x^(2^n) modulo the polynomial, for n = 0, 1, 2 ... */
  powers: bigint[]
}

const fields: Partial<Record<ChecksumAlgorithm, Field>> = {
  CRC32: { width: 32n, polynomial: 0xedb88320n, powers: [] },
  CRC32C: { width: 32n, polynomial: 0x82f63b78n, powers: [] },
  CRC64NVME: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n, powers: [] },
}

export interface CheckedRun {
  /** The CRC of these bytes alone. */
  crc: Buffer
  bytes: number
}

/**
 * The CRC of runs of bytes one after another, from those of each: a multipart object's checksum without reading
 * its bytes again. Appending n bytes multiplies a CRC by x^(8n) modulo the polynomial.
 */
export function combineCrcs(algorithm: ChecksumAlgorithm, runs: readonly CheckedRun[]): Buffer {
  const field = fields[algorithm]
  if (!field) throw new Error(`${algorithm} can't be combined: it is no cyclic redundancy check.`)
  const total = runs.reduce((crc, run) => {
    const shifted = multiply(field, power(field, BigInt(run.bytes) * 8n), crc)
    return shifted ^ BigInt(`0x${run.crc.toString('hex')}`)
  }, 0n)
  return Buffer.from(total.toString(16).padStart(Number(field.width) / 4, '0'), 'hex')
}

function multiply({ width, polynomial }: Field, left: bigint, right: bigint): bigint {
  let product = 0n
  let term = right
  for (let bit = 1n << (width - 1n); bit > 0n; bit >>= 1n) {
    if (left & bit) product ^= term
    term = term & 1n ? (term >> 1n) ^ polynomial : term >> 1n
  }
  return product
}

function power(field: Field, exponent: bigint): bigint {
  let result = 1n << (field.width - 1n)
  for (let index = 0, rest = exponent; rest > 0n; index += 1, rest >>= 1n) {
    const last = field.powers.at(-1)
    if (index === field.powers.length)
      field.powers.push(last ? multiply(field, last, last) : 1n << (field.width - 2n))
    if (rest & 1n) result = multiply(field, field.powers[index]!, result)
  }
  return result
}
