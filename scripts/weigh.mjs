// What a page of the console weighs: run in the app's folder after `next build`. Fails when one has grown too heavy.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/**
 * JavaScript that a page and the boundaries around it name, gzipped, beyond React and Next.js themselves. The goal is 200 kB:
 * this only ever goes down.
 */
const mostBytes = 204_000
const built = '.next'

const sizes = new Map()
const weigh = (file) => {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(built, file))).length)
  return sizes.get(file)
}
const sum = (files) => [...files].reduce((total, file) => total + weigh(file), 0)

/** A manifest is a script that puts one object into a global. */
function clientManifest(path) {
  const holder = {}
  new Function('globalThis', readFileSync(join(built, path), 'utf8'))(holder)
  const [manifest] = Object.values(holder.__RSC_MANIFEST)
  return manifest
}

const { rootMainFiles } = JSON.parse(readFileSync(join(built, 'build-manifest.json'), 'utf8'))
const pages = globSync('server/app/**/page_client-reference-manifest.js', { cwd: built })
  .filter((path) => path.includes('(console)') || path.includes('(entrance)'))
  .map((path) => {
    const { clientModules, entryJSFiles } = clientManifest(path)
    // The router of Next.js stands in chunks of its own, which every page names.
    const ofNext = Object.entries(clientModules)
      .filter(([name]) => name.includes('/node_modules/next/dist/'))
      .flatMap(([, { chunks }]) => chunks.map((chunk) => chunk.replace('/_next/', '')))
    const framework = new Set([...rootMainFiles, ...ofNext])
    const files = new Set(Object.values(entryJSFiles).flat())
    const name = path.replace(/^server\/app\/\(\w+\)/, '').replace(/\/?page_client.*$/, '') || '/'
    return { name, framework: sum(framework), own: sum(files.difference(framework)) }
  })
  .toSorted((a, b) => b.own - a.own)

if (pages.length === 0) throw new Error('The build names no pages: has Next.js changed its manifests?')
const kB = (bytes) => `${(bytes / 1_000).toFixed(1).padStart(6)} kB`
console.log(`JavaScript of each page, gzipped, beyond React and Next.js (${kB(pages[0].framework).trim()}):`)
for (const { name, own } of pages) console.log(`${kB(own)}  ${name}`)
const heavy = pages.filter(({ own }) => own > mostBytes)
if (heavy.length > 0) {
  const names = heavy.map(({ name }) => name).join(', ')
  console.error(
    `${names}: more than ${mostBytes / 1_000} kB. Load what the page does not need to show itself by next/dynamic, when it is wanted.`,
  )
  process.exit(1)
}
