/** Words that stand for something else in a room, in the language or in what is made. */
const reserved = new Set(
  `actions actors apis apps arrays booleans buttons calls cases catches classes columns consts continues creations dates defaults
  deletes domains elses entries enums errors events exports facts fields fors functions handlers homes icons ids ifs imports inputs
  interfaces jobs kernels lets limits lists maps menus migrations models modals names nulls numbers objects occasions pages
  permissions places promises queries queues refusals returns roles rows schemas searches sentences sets strings switches symbols
  targets tests texts things throws times touches tries types vars voids whiles wirings withs words yields`.split(
    /\s+/,
  ),
)

/** `companies` is `company`, `boxes` is `box`, `orders` is `order`; null for what is no plural of these kinds. */
export function singularOf(word) {
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`
  if (/(ss|ch|sh|x|z)es$/.test(word)) return word.slice(0, -2)
  return /[^s]s$/.test(word) ? word.slice(0, -1) : null
}

/** Why a word cannot be a domain's, or null. `taken` says what there is already. */
export function refusalOf(word, taken) {
  if (!/^[a-z]{4,30}$/.test(word))
    return `“${word}” is not one word of 4 to 30 lower-case letters, such as customers.`
  const singular = singularOf(word)
  if (!singular) return `“${word}” is not a plural noun, such as customers or companies.`
  if (taken.domains.includes(word)) return `There is a domain “${word}” already.`
  if (reserved.has(word) || taken.folders.includes(word))
    return `“${word}” has another meaning here. Choose a word of its own.`
  const kind = taken.kinds.find((one) => one === singular)
  if (kind) return `“${kind}” is a kind of thing of another domain already.`
  return null
}

/** Three letters of the word, in their order, that no other kind of thing begins its ids with. */
export function prefixOf(singular, taken) {
  for (let second = 1; second < singular.length; second += 1)
    for (let third = second + 1; third < singular.length; third += 1) {
      const prefix = singular[0] + singular[second] + singular[third]
      if (!taken.includes(prefix)) return prefix
    }
  return null
}
