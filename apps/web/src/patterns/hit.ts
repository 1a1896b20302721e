import { fold } from '@insula/contracts'

/** How many things of each kind the palette shows. */
export const hitsShown = 5

/** Whether one of these texts holds a word, however either is typed. */
export const isHit = (word: string, ...texts: (string | null)[]) =>
  texts.some((text) => text !== null && fold(text).includes(fold(word)))
