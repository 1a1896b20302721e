// Bundles an app for production: its own sources and ours in one file, packages from npm left where they are.
// Run in the app's folder: node ../../scripts/bundle.mjs src/index.ts src/seed.ts
import { existsSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { context } from 'esbuild'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    watch: { type: 'boolean' },
    outdir: { type: 'string', default: 'dist' },
    outbase: { type: 'string' },
  },
})

/** The entries stand in the app's own `build` script, so that watching bundles the same. */
function entriesOfBuildScript() {
  const { build } = JSON.parse(readFileSync('package.json', 'utf8')).scripts
  return build.split(' ').filter((word) => word.startsWith('src/'))
}

/** Whether Node would find an npm package from the app's folder. One that npm nested under ours it would not. */
function isInReach(packageName, folder = process.cwd()) {
  if (existsSync(join(folder, 'node_modules', packageName))) return true
  return dirname(folder) !== folder && isInReach(packageName, dirname(folder))
}
const packageNameOf = (path) =>
  path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/')

/** What is ours is inlined, because it has no build of its own; what npm installed is found at run time. */
const packagesStayOutside = {
  name: 'packages-stay-outside',
  setup({ onResolve }) {
    const builtin = new Set(builtinModules)
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point' || path.startsWith('@insula/')) return undefined
      const isBuiltin = builtin.has(path) || path.startsWith('node:')
      if (!isBuiltin && !isInReach(packageNameOf(path))) return undefined
      return { path, external: true, sideEffects: !isBuiltin }
    })
  },
}

/** Tells whoever watches that there is something new to run. */
const reportBuilt = {
  name: 'report-built',
  setup({ onEnd }) {
    onEnd(({ errors }) => {
      if (errors.length === 0) process.send?.('built')
    })
  },
}

const bundling = await context({
  entryPoints: positionals.length > 0 ? positionals : entriesOfBuildScript(),
  outdir: values.outdir,
  outbase: values.outbase,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  jsx: 'automatic',
  sourcemap: true,
  logLevel: 'info',
  plugins: values.watch ? [packagesStayOutside, reportBuilt] : [packagesStayOutside],
})
if (values.watch) await bundling.watch()
else {
  // what is wrong has been said already, with its place
  await bundling.rebuild().catch(() => {
    process.exitCode = 1
  })
  await bundling.dispose()
}
