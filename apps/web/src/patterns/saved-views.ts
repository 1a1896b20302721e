'use client'

import { useLocalStorage } from '@mantine/hooks'
import { useMe } from '../api/me.ts'

/** A named set of a list's filters, order, columns and page size. */
export interface SavedView {
  name: string
  /** As it stands in the address, without the question mark. */
  query: string
}

const isView = (one: unknown): one is SavedView =>
  typeof one === 'object' &&
  one !== null &&
  'name' in one &&
  typeof one.name === 'string' &&
  'query' in one &&
  typeof one.query === 'string'

/** Reads what an older or newer release may have kept. */
export const readViews = (text: string | undefined): SavedView[] => {
  try {
    const kept: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(kept) ? kept.filter(isView) : []
  } catch {
    return []
  }
}

export const mostViews = 20

/** A view of the same name is replaced. */
export const withView = (views: readonly SavedView[], view: SavedView) => [
  ...views.filter(({ name }) => name !== view.name),
  view,
]

/** The views that this person keeps of a list in this tenant, in this browser; all its tabs have the same. */
export const useSavedViews = (list: string) => {
  const { user, tenant } = useMe()
  const [views, setViews] = useLocalStorage<SavedView[]>({
    key: `insula-views/${tenant?.id ?? 'platform'}/${user.id}/${list}`,
    defaultValue: [],
    deserialize: readViews,
  })
  return {
    views,
    save: (view: SavedView) => setViews((before) => withView(before, view)),
    remove: (name: string) => setViews((before) => before.filter((view) => view.name !== name)),
  }
}
