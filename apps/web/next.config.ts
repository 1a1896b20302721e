import type { NextConfig } from 'next'

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
}

export default config
