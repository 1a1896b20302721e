'use client'

import { MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'
import { useLightOnPaper } from './paper.ts'
import { cssVariables, theme } from './theme.ts'

declare global {
  var __webpack_nonce__: string | undefined
}

/** Dresses everything below in the console's theme. `nonce` lets its style elements pass the page's policy. */
export const ThemeProvider = ({ nonce, children }: { nonce: string; children: ReactNode }) => {
  useLightOnPaper()
  // Where the scroll lock of drawers and dialogs looks for the nonce of the style element that it makes.
  if (typeof window !== 'undefined') globalThis.__webpack_nonce__ = nonce
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
      deduplicateInlineStyles
    >
      {children}
    </MantineProvider>
  )
}
