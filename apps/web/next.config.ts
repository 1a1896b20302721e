import type { NextConfig } from 'next'

/** What every answer of the console carries. The nonce-bound policy comes from proxy.ts; the API sets its own. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()' },
]

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: true,
  // `npm run check` reads the types of the whole house; a build need not do it again
  typescript: { ignoreBuildErrors: true },
  transpilePackages: [
    '@insula/api',
    '@insula/contracts',
    '@insula/core',
    '@insula/db',
    '@insula/jobs',
    '@insula/providers',
  ],
  experimental: {
    authInterrupts: true,
    optimizePackageImports: ['@mantine/core', '@mantine/hooks', '@tabler/icons-react'],
  },
  headers: async () => [{ source: '/((?!api/).*)', headers: securityHeaders }],
}

export default config
