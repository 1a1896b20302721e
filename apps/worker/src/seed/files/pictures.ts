import type { Buffer } from 'node:buffer'
import sharp from 'sharp'

const width = 2_400
const height = 1_600

/** Numbers between 0 and 1 that are the same each time, so that the demo looks the same everywhere (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const sky = (id: string, from: string, to: string) =>
  `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient>`

/** Ranges of hills before a low sun. */
function hills(seed: number, [top, bottom, sun, near]: [string, string, string, string]): string {
  const next = numbers(seed)
  const ranges = Array.from({ length: 5 }, (_, depth) => {
    const base = height * (0.5 + depth * 0.1)
    const points = Array.from({ length: 13 }, (_, step) => {
      const y = base - (next() * 0.16 - 0.02) * height * (1 - depth * 0.12)
      return `${(step / 12) * width},${Math.round(y)}`
    })
    return `<polygon points="0,${height} ${points.join(' ')} ${width},${height}" fill="${near}" opacity="${0.25 + depth * 0.17}"/>`
  })
  return `<defs>${sky('s', top, bottom)}</defs><rect width="100%" height="100%" fill="url(#s)"/>
    <circle cx="${width * (0.25 + next() * 0.5)}" cy="${height * 0.42}" r="150" fill="${sun}"/>${ranges.join('')}`
}

/** A wall of bricks, each a little different. */
function bricks(seed: number): string {
  const next = numbers(seed)
  const rows = []
  for (let row = 0; row < 20; row += 1) {
    for (let column = -1; column < 13; column += 1) {
      const fill = `hsl(${8 + next() * 14} ${38 + next() * 22}% ${34 + next() * 18}%)`
      const x = column * 200 + (row % 2) * 100
      rows.push(`<rect x="${x}" y="${row * 80}" width="190" height="70" rx="6" fill="${fill}"/>`)
    }
  }
  return `<rect width="100%" height="100%" fill="#cfc4b6"/>${rows.join('')}`
}

/** A floor of small stones in rings. */
function mosaic(seed: number): string {
  const next = numbers(seed)
  const stones = []
  for (let ring = 1; ring < 26; ring += 1) {
    const count = ring * 7
    for (let stone = 0; stone < count; stone += 1) {
      const angle = (stone / count) * 2 * Math.PI + next() * 0.05
      const x = width / 2 + Math.cos(angle) * ring * 58
      const y = height / 2 + Math.sin(angle) * ring * 58
      const fill = ring % 4 === 0 ? '#b4472e' : `hsl(${30 + next() * 20} 24% ${62 + next() * 26}%)`
      stones.push(
        `<rect x="${x}" y="${y}" width="44" height="44" rx="8" fill="${fill}" transform="rotate(${(angle * 180) / Math.PI} ${x} ${y})"/>`,
      )
    }
  }
  return `<rect width="100%" height="100%" fill="#6f665c"/>${stones.join('')}`
}

/** A house around a courtyard, as a plan. */
function courtyard(seed: number): string {
  const next = numbers(seed)
  const rooms = []
  for (let column = 0; column < 8; column += 1) {
    for (let row = 0; row < 5; row += 1) {
      if (column > 1 && column < 6 && row > 0 && row < 4) continue
      const fill = `hsl(14 ${44 + next() * 16}% ${48 + next() * 14}%)`
      rooms.push(
        `<rect x="${240 + column * 240}" y="${160 + row * 256}" width="228" height="244" rx="4" fill="${fill}"/>`,
      )
    }
  }
  return `<rect width="100%" height="100%" fill="#efe7da"/>${rooms.join('')}
    <rect x="730" y="430" width="940" height="740" rx="8" fill="#7f9a6c"/><ellipse cx="1200" cy="800" rx="180" ry="130" fill="#7fb2c4"/>`
}

const pictures: Record<string, string> = {
  'Courtyard, seen from above.jpg': courtyard(3),
  'Evening over Ostia.jpg': hills(7, ['#2f2a4a', '#f0a868', '#ffe2b0', '#3b2536']),
  'Brick wall.jpg': bricks(11),
  'Mosaic floor.jpg': mosaic(19),
  'Morning on the Tiber.jpg': hills(23, ['#bcd9ea', '#fdf3e3', '#fff8e0', '#5d7a72']),
}

/** Names and JPEGs of what the demo's tenant has uploaded. */
export async function* demoPictures(): AsyncGenerator<{ name: string; bytes: Buffer }> {
  const grain = await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 9 },
    },
  })
    .png()
    .toBuffer()
  for (const [name, drawing] of Object.entries(pictures)) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawing}</svg>`
    const bytes = await sharp(new TextEncoder().encode(svg))
      .composite([{ input: grain, blend: 'soft-light' }])
      .flatten()
      .jpeg({ quality: 82 })
      .toBuffer()
    yield { name, bytes }
  }
}
