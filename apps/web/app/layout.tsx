import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import '@mantine/dropzone/styles.layer.css'
import '@mantine/spotlight/styles.layer.css'
import '@fontsource-variable/inter/wght.css'
import '../src/theme/ground.css'
import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { webEnv } from '../src/env.ts'
import { toPrintedAddress } from '../src/printed-address.ts'
import { ThemeProvider } from '../src/theme/theme-provider.tsx'

export const metadata: Metadata = {
  title: { default: 'Insula', template: '%s · Insula' },
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f8f6f2' },
    { media: '(prefers-color-scheme: dark)', color: '#181513' },
  ],
}

const RootLayout = async ({ children }: { children: ReactNode }) => {
  const nonce = (await headers()).get('insula-nonce') ?? ''
  return (
    <html lang="en" {...mantineHtmlProps}>
      <head>
        <script
          nonce={nonce}
          suppressHydrationWarning
          // biome-ignore lint/security/noDangerouslySetInnerHtml: our own text, with nothing in it but APP_URL
          dangerouslySetInnerHTML={{ __html: toPrintedAddress(webEnv().appUrl) }}
        />
        <ColorSchemeScript defaultColorScheme="auto" nonce={nonce} suppressHydrationWarning />
      </head>
      <body>
        <ThemeProvider nonce={nonce}>{children}</ThemeProvider>
      </body>
    </html>
  )
}

export default RootLayout
