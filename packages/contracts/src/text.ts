import { z } from 'zod'

/** Characters that say which way the text beside them runs, so that a name can be shown as what it is not. */
const directed = '\\u202a-\\u202e\\u2066-\\u2069'
const notInNames = new RegExp(`[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}${directed}]`, 'u')
const notInFileNames = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}/\\]/u
const notInSearches = /[\p{Cc}\p{Cs}]/u
const unseen = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\u2800]/gu

/** As people count: an emoji outside of the first plane is one. */
export const lengthOf = (text: string) => [...text].length

const line = (given: { empty: string; max: number; refused: RegExp; message: string }) =>
  z
    .string()
    .normalize('NFC')
    .trim()
    .refine((text) => text.replace(unseen, '') !== '', given.empty)
    .refine((text) => lengthOf(text) <= given.max, `Use at most ${given.max} characters`)
    .refine((text) => !given.refused.test(text), given.message)
    .meta({ minLength: 1, maxLength: given.max })

/**
 * What somebody calls a person, a tenant or a key: one line, stored composed (Unicode NFC) and trimmed. Refused are
 * control characters, line breaks, halves of characters, and the marks that turn the direction of what is beside them.
 */
export const nameText = (empty: string, max: number) =>
  line({
    empty,
    max,
    refused: notInNames,
    message: 'A name may not hold line breaks, control characters or marks that turn the writing direction',
  })

/** A name that a file has on somebody's disk. Marks of direction are taken, since the upload is honest; see `visible`. */
export const fileNameText = (empty: string, max: number) =>
  line({
    empty,
    max,
    refused: notInFileNames,
    message: 'A name may not hold slashes, line breaks or control characters',
  })

/** What is searched for. Spaces of any kind count as one. */
export const SearchText = z
  .string()
  .overwrite((text) => text.normalize('NFC').replace(/\s+/gu, ' '))
  .trim()
  .refine((text) => lengthOf(text) <= 100, 'Use at most 100 characters')
  .refine((text) => !notInSearches.test(text), 'A search may not hold control characters')
  .meta({ maxLength: 100 })

/** Latin letters that Unicode does not take apart into a letter and a mark. */
const spelled: Record<string, string> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ł: 'l',
  ŧ: 't',
  þ: 'th',
  ς: 'σ',
}

/**
 * What two texts are compared by: the same for every way to type one word. Compatibility forms are unified (NFKC), case
 * is folded, marks on Latin, Greek and Cyrillic letters and what cannot be seen are dropped, and spaces are counted
 * once. For searching, never for showing: `Ärzte` and `arzte` are the same.
 */
export const fold = (text: string): string =>
  text
    .toWellFormed()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]|\p{Default_Ignorable_Code_Point}/gu, '')
    // Down, up and down again: `ß` has no single capital and becomes `ss` on the way, and `ẞ` becomes `ß` first.
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replace(/[\u0300-\u036f]/gu, '')
    .replace(/[æœøđðħłŧþς]/gu, (letter) => spelled[letter] ?? letter)
    .replace(/\s+/gu, ' ')
    .trim()
    .normalize('NFC')

/**
 * For showing a name that may hold marks which turn the writing direction: each stands there as its code in
 * brackets, as `photo[U+202E]gpj.exe`, instead of acting.
 */
export const visible = (text: string): string =>
  text.replace(
    new RegExp(`[\\p{Cc}\\p{Zl}\\p{Zp}\\u061c\\u200e\\u200f${directed}]`, 'gu'),
    (mark) => `[U+${mark.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`,
  )
