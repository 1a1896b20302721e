/** What was typed and not saved: the fields that differ from what is stored, by their names. */
export type Draft = Record<string, unknown>

const prefix = 'insula-draft/'

/** Passwords and other secrets are never written down, not even in the tab that they were typed in. */
const secretField = /password|secret|token/i

export const isSecret = (field: string) => secretField.test(field)

/** Whose draft it is: nobody finds in a form what somebody else typed, or typed for another tenant. */
export const draftKey = (personId: string | null, tenantId: string | null, form: string) =>
  `${prefix}${personId ?? 'nobody'}/${tenantId ?? 'none'}/${form}`

// A browser that keeps nothing for sites throws; the form then lives as long as its page.
const attempt = <Result>(act: () => Result): Result | null => {
  try {
    return act()
  } catch {
    return null
  }
}

/** Drafts of this tab. They outlive a reload, a dead session and a new deployment, and go with the tab. */
export const drafts = {
  read: (key: string): Draft | null =>
    attempt(() => {
      const draft: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null')
      return typeof draft === 'object' && draft !== null && !Array.isArray(draft) ? (draft as Draft) : null
    }),
  /** Keeps the draft without its secrets; one that is empty then is removed. */
  keep: (key: string, draft: Draft): void => {
    const kept = Object.entries(draft).filter(([field]) => !isSecret(field))
    attempt(() =>
      kept.length > 0
        ? sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(kept)))
        : sessionStorage.removeItem(key),
    )
  },
  remove: (key: string): void => void attempt(() => sessionStorage.removeItem(key)),
  /** At sign-out: whoever comes next at this tab finds nothing. */
  removeAll: (): void =>
    void attempt(() => {
      for (const key of Object.keys(sessionStorage)) {
        if (key.startsWith(prefix)) sessionStorage.removeItem(key)
      }
    }),
}
