import type { Domain } from '@insula/contracts'
import type { LaterManifest, Manifest } from '../patterns/manifest.ts'
import * as manifests from './manifests.ts'

/** A domain that is not to be found in the console does not compile. */
const features: Readonly<Record<Domain | 'home', Manifest>> = manifests
const all: readonly Manifest[] = Object.values(features)

export const allPlaces = all.flatMap(({ places = [] }) => places)

export const allTouches = Object.assign({}, ...all.map(({ touches }) => touches)) as Manifest['touches'] & {}

let read: Promise<readonly LaterManifest[]> | undefined
const everyLater = () => {
  read ??= Promise.all(all.map(({ later }) => later?.() ?? {}))
  // What could not be fetched is fetched anew when it is next wanted.
  read.catch(() => {
    read = undefined
  })
  return read
}

const inTurn = (one: { order: number }, other: { order: number }) => one.order - other.order

/** What all features bring to the palette. */
export const forPalette = async () => {
  const laters = await everyLater()
  return {
    creations: laters.flatMap(({ creations = [] }) => creations).sort(inTurn),
    searches: laters.flatMap(({ searches = [] }) => searches).sort(inTurn),
  }
}
export type ForPalette = Awaited<ReturnType<typeof forPalette>>

/** Every audit action as a sentence. */
export const allSentences = async (): Promise<Readonly<Record<string, string>>> =>
  Object.assign({}, ...(await everyLater()).map(({ sentences }) => sentences))
