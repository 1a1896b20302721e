import { commit, type Store } from './store.ts'

/** A bucket's configurations, kept as the documents they were sent in. */
export type Setting = 'cors' | 'lifecycle' | 'notification' | 'public-access-block' | 'tagging' | 'versioning'

export function readSetting({ catalogue }: Store, bucket: string, name: Setting): string | undefined {
  return catalogue.one<{ document: string }>(
    'SELECT document FROM settings WHERE bucket = ? AND name = ?',
    bucket,
    name,
  )?.document
}

export async function writeSetting(
  store: Store,
  bucket: string,
  name: Setting,
  document: string,
): Promise<void> {
  await commit(store, () =>
    store.catalogue.run('INSERT OR REPLACE INTO settings VALUES (?, ?, ?)', bucket, name, document),
  )
}

export async function forgetSetting(store: Store, bucket: string, name: Setting): Promise<void> {
  await commit(store, () =>
    store.catalogue.run('DELETE FROM settings WHERE bucket = ? AND name = ?', bucket, name),
  )
}
