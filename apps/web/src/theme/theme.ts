'use client'

import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const brick: MantineColorsTuple = [
  '#fdf3f0',
  '#fae3dc',
  '#f2c5b9',
  '#eaa492',
  '#e18770',
  '#d46b51',
  '#bf5238',
  '#b4472e',
  '#983a25',
  '#7c2f1f',
]
const gray: MantineColorsTuple = [
  '#faf8f5',
  '#f3f0eb',
  '#e9e5de',
  '#dcd6cd',
  '#c8c0b5',
  '#a8a095',
  '#7d756b',
  '#655e56',
  '#453f39',
  '#2b2723',
]
/** Of what cannot be taken back: dark enough for white words on it. */
const red: MantineColorsTuple = [
  '#fdf1f0',
  '#fbe0dd',
  '#f5bfba',
  '#ee9b94',
  '#e4756c',
  '#d9544a',
  '#c93a30',
  '#b3261e',
  '#941e17',
  '#741610',
]
const dark: MantineColorsTuple = [
  '#dfd9d1',
  '#c2bab0',
  '#a79f95',
  '#7f776d',
  '#4b453f',
  '#3a3530',
  '#2a2622',
  '#211d1a',
  '#181513',
  '#12100e',
]

/** The accent is for the primary action and the current place, and for nothing else. */
export const theme = createTheme({
  primaryColor: 'brick',
  primaryShade: { light: 7, dark: 6 },
  colors: { brick, gray, red, dark },
  black: '#2b2723',
  fontFamily: "'Inter Variable', 'Inter Fallback', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  defaultRadius: 'md',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '28px' },
      h2: { fontSize: '16px', lineHeight: '24px' },
      h3: { fontSize: '14px', lineHeight: '20px' },
    },
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    Anchor: { defaultProps: { underline: 'always' } },
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: 100 } } },
    // A dialog's head is not the page's: without this it would count as a second banner landmark.
    Modal: {
      defaultProps: {
        attributes: { header: { role: 'none' } },
        centered: true,
        transitionProps: { duration: 120 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Drawer: {
      defaultProps: {
        attributes: { header: { role: 'none' } },
        transitionProps: { duration: 140 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    // Within a landmark, and with nothing in it that is no item: the first one has the focus at once.
    Menu: {
      defaultProps: {
        transitionProps: { duration: 100 },
        shadow: 'sm',
        withInitialFocusPlaceholder: false,
        portalProps: { target: '#content' },
      },
    },
    Badge: {
      defaultProps: { variant: 'light', radius: 'sm' },
      // In a narrow column a badge keeps its line and its neighbours give way.
      styles: { root: { flex: 'none' }, label: { textTransform: 'none', fontWeight: 550 } },
    },
    Skeleton: { defaultProps: { radius: 'sm' } },
    // Seen on the page's own ground, too, which is as light as the library's grey.
    Code: { styles: { root: { backgroundColor: 'var(--insula-hover)' } } },
    // Clipped rather than hidden, or a table's head would stick to the card instead of to the page.
    Card: {
      defaultProps: { withBorder: true, padding: 'lg' },
      styles: {
        root: {
          overflow: 'clip',
          backgroundColor: 'var(--mantine-color-body)',
          borderColor: 'var(--insula-border)',
        },
      },
    },
    Progress: { defaultProps: { radius: 'xl', size: 6 } },
  },
})

/** Background and text of each status colour, dark enough on it to be read at 11 px. */
const badges = (pairs: Record<string, [string, string]>) =>
  Object.fromEntries(
    Object.entries(pairs).flatMap(([color, [background, text]]) => [
      [`--mantine-color-${color}-light`, background],
      [`--mantine-color-${color}-light-color`, text],
    ]),
  )

/** The few colours that the library has no word for: the ground that cards lie on, and borders. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--insula-ground': '#f8f6f2',
    '--insula-border': '#e4dfd7',
    '--insula-hover': '#f1ede7',
    '--insula-accent-text': '#983a25',
    '--mantine-color-dimmed': '#6a635a',
    '--mantine-color-placeholder': '#7d756b',
    '--mantine-color-default-border': '#d9d3ca',
    '--mantine-color-error': '#b3261e',
    ...badges({
      gray: ['#efebe5', '#4b453f'],
      green: ['#e2f1e5', '#1d5c32'],
      yellow: ['#f9ecca', '#694605'],
      red: ['#fbe4e1', '#8f1d15'],
      blue: ['#e2edf6', '#1d4d7a'],
    }),
  },
  dark: {
    '--insula-ground': '#181513',
    '--insula-border': '#37322d',
    '--insula-hover': '#2a2622',
    '--insula-accent-text': '#e9a08c',
    '--mantine-color-body': '#211d1a',
    '--mantine-color-dimmed': '#a79f95',
    '--mantine-color-placeholder': '#978f84',
    '--mantine-color-default': '#2a2622',
    '--mantine-color-default-hover': '#332e2a',
    '--mantine-color-default-border': '#443e38',
    '--mantine-color-error': '#f2958c',
    ...badges({
      gray: ['#35302b', '#cbc3b9'],
      green: ['#1f3528', '#97d6a9'],
      yellow: ['#3d3117', '#eaca82'],
      red: ['#45211d', '#f4aaa2'],
      blue: ['#1e3144', '#a2c8ec'],
    }),
  },
})
