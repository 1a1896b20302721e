const base = 'https://same.invalid'

/**
 * Where to go on to after signing in: the given path if it stays on this site, else `/`. Browsers read `//host`,
 * `/\host` and addresses with tabs or line breaks as another site, so those count as leaving.
 */
export const sameSitePath = (next: string | null | undefined): string => {
  if (!next?.startsWith('/') || !URL.canParse(next, base)) return '/'
  const url = new URL(next, base)
  // Parsed once more, because `/.//host` only shows its second slash after the first parse.
  const path = url.pathname + url.search + url.hash
  const stays = url.origin === base && URL.canParse(path, base) && new URL(path, base).origin === base
  return stays ? path : '/'
}
