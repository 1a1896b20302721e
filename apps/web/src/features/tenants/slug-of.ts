import { fold, reservedSlugs } from '@insula/contracts'

/**
 * A slug made of a name: `Ärzte & Söhne` becomes `arzte-sohne`, `東京` becomes `dongjing`. One that would be too short or
 * reserved, or whose name has no letter in it, becomes a `-team`.
 */
export async function slugOf(name: string): Promise<string> {
  if (name.trim() === '') return ''
  const latin = cut(await inLatin(fold(name)))
  if (latin.length >= 3 && !reservedSlugs.has(latin)) return latin
  return `${latin || some}-team`
}

const some = crypto.randomUUID().slice(0, 6)

/** The table of all scripts is large, and comes only with a name that needs it. */
async function inLatin(text: string): Promise<string> {
  if (!/[^\p{ASCII}\p{P}\p{S}]|\p{Extended_Pictographic}/u.test(text)) return text
  const { default: spellOut } = await import('any-ascii')
  return spellOut(text).toLowerCase()
}

const cut = (text: string) =>
  text
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40)
    .replace(/-+$/, '')
