import { describe, expect, test } from 'vitest'
import { cssVariables, theme } from './theme.ts'

/** Relative luminance of `#rrggbb`, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

const ofLibrary = { light: { text: theme.black ?? '', body: '#ffffff', input: '#ffffff' } }
const dark = theme.colors?.dark ?? expect.unreachable()
const schemes = {
  light: ofLibrary.light,
  dark: { text: dark[0] ?? '', body: dark[7] ?? '', input: dark[6] ?? '' },
}
const readable = 4.5

describe.each(['light', 'dark'] as const)('in the %s theme', (scheme) => {
  const { text, body, input } = schemes[scheme]
  const own = cssVariables({} as never)[scheme]
  const colour = (name: string) => own[`--${name}`] ?? expect.unreachable(name)

  test.each(['gray', 'green', 'yellow', 'red', 'blue'])('a %s badge can be read', (name) => {
    const ground = colour(`mantine-color-${name}-light`)
    expect(contrast(colour(`mantine-color-${name}-light-color`), ground)).toBeGreaterThan(readable)
  })

  test('quiet words can be read on a card, on the ground and under the pointer', () => {
    for (const ground of [body, colour('insula-ground'), colour('insula-hover')]) {
      expect(contrast(colour('mantine-color-dimmed'), ground)).toBeGreaterThan(readable)
    }
  })

  test('what a field suggests can be read, and is no value', () => {
    const placeholder = colour('mantine-color-placeholder')
    for (const ground of [body, input]) expect(contrast(placeholder, ground)).toBeGreaterThan(readable)
    expect(contrast(text, input) / contrast(placeholder, input)).toBeGreaterThan(2)
  })

  test('an error can be read where it stands', () => {
    for (const ground of [body, colour('insula-ground')]) {
      expect(contrast(colour('mantine-color-error'), ground)).toBeGreaterThan(readable)
    }
  })
})

test('a card has the one ground that every surface has', () => {
  expect(cssVariables({} as never).dark['--mantine-color-body']).toBe(schemes.dark.body)
})
