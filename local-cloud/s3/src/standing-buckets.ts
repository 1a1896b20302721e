import { writeSetting } from './settings.ts'
import { commit, type Store } from './store.ts'

/** Lets any page send to and read from a bucket, since on this machine consoles live on ports of their own. */
const openToPages =
  '<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule><AllowedOrigin>*</AllowedOrigin>' +
  ['GET', 'PUT', 'HEAD', 'POST', 'DELETE']
    .map((method) => `<AllowedMethod>${method}</AllowedMethod>`)
    .join('') +
  '<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader></CORSRule></CORSConfiguration>'

/** Makes the buckets that are to be there from the start, as a deployment's infrastructure would. */
export async function createStandingBuckets(
  store: Store,
  names: readonly string[],
  region: string,
): Promise<void> {
  for (const name of names) {
    const created = await commit(store, () =>
      store.catalogue.run('INSERT OR IGNORE INTO buckets VALUES (?, ?, ?)', name, region, store.now()),
    )
    if (created > 0) await writeSetting(store, name, 'cors', openToPages)
  }
}
