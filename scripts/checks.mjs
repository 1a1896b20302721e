// What can be said about the sources without running them: `npm run check`, and the first steps of `npm test`.
import { join } from 'node:path'
import { root } from './leash.mjs'

const tool = (name) => join(root, 'node_modules/.bin', name)

/** Each check is one or more commands that are silent, or say what is wrong and fail. */
export const checks = [
  { name: 'format, lint', commands: [[tool('biome'), ['check', '--error-on-warnings', '.']]] },
  {
    name: 'arrows',
    commands: [
      [tool('depcruise'), ['--config', '--output-type', 'err-long', 'apps', 'packages', 'local-cloud']],
    ],
  },
  { name: 'dead code', commands: [[tool('knip'), ['--no-progress']]] },
  {
    name: 'types',
    commands: [
      [tool('tsc'), ['-p', 'tsconfig.json']],
      // the console's routes have types that Next derives from its folders
      [tool('next'), ['typegen', 'apps/web']],
      [tool('tsc'), ['-p', 'apps/web/tsconfig.json']],
    ],
  },
]
