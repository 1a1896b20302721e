const isWord = (part: string) => /[\p{L}\p{N}]/u.test(part)
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' })
const firstOf = (word: string) => [...characters.segment(word)][0]?.segment ?? ''

/** The first and the last word of a name by their first character as people see it: `Ada Lovelace` is `AL`. */
export const initialsOf = (name: string): string => {
  const words = name.split(/\s+/).filter(isWord)
  const chosen = words.length > 1 ? [words[0] ?? '', words.at(-1) ?? ''] : words
  return chosen
    .map((word) => firstOf(word.replace(/^[^\p{L}\p{N}]+/u, '')))
    .join('')
    .toLocaleUpperCase()
}
