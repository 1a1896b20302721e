// Makes the rooms of a new domain in every layer: npm run new:domain customers
import { root } from './leash.mjs'
import { CannotMake, makeDomain } from './new-domain/make.mjs'

const [word, ...more] = process.argv.slice(2)
if (!word || more.length > 0) {
  console.error('Say one word for the domain, a plural noun in lower case: npm run new:domain customers')
  process.exit(2)
}
try {
  const { made, edited } = await makeDomain(root, word)
  console.log(`Made ${made.length} files:`)
  for (const path of made) console.log(`  ${path}`)
  console.log('One line more in each of:')
  for (const path of edited) console.log(`  ${path}`)
  console.log('Read the lock files, then shape it: docs/add-a-domain.md')
} catch (error) {
  if (!(error instanceof CannotMake)) throw error
  console.error(`${error.message}\nNothing was changed.`)
  process.exit(1)
}
