import type { Cloud } from '../cloud.ts'
import { createEndpoint } from './endpoints.ts'

/** The signing secrets of the addresses that `forwardTo` was told, as a note of the store. */
const note = 'forwards'
const forwardsOf = ({ store }: Cloud) => store.note<Record<string, string>>(note) ?? {}

/** Registers an endpoint for all events whose signing secret is known beforehand. @returns its id */
export function forwardTo(cloud: Cloud, url: string, secret: string): string {
  const { store } = cloud
  store.setNote(note, { ...forwardsOf(cloud), [url]: secret })
  const known = store.all('webhook_endpoint').find((one) => one.url === url)
  if (known) store.setNote(`secret:${known.id}`, secret)
  return (known ?? createEndpoint(cloud, { url, enabled_events: ['*'] }, secret)).id
}

/**
 * Where events go belongs to this run of the product and not to what a state holds.
 * @returns what brings the present addresses back once the store has become another
 */
export function keepForwards(cloud: Cloud): () => void {
  const { store } = cloud
  const present = forwardsOf(cloud)
  return () => {
    for (const url of Object.keys(forwardsOf(cloud))) {
      const endpoint = store.all('webhook_endpoint').find((one) => one.url === url)
      if (endpoint && !(url in present)) store.remove('webhook_endpoint', endpoint.id)
    }
    store.setNote(note, {})
    for (const [url, secret] of Object.entries(present)) forwardTo(cloud, url, secret)
  }
}
