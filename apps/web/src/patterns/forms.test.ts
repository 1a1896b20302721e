import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const src = join(import.meta.dirname, '..')
const files = globSync('**/*.tsx', { cwd: src }).map((path) => ({
  path,
  text: readFileSync(join(src, path), 'utf8'),
}))

/** The names of all forms of the console, as their files give them. */
const named = files.flatMap(({ path, text }) =>
  [...text.matchAll(/useCheckedForm\(\{\s*name: (['`])(.+?)\1/g)].map(([, , name]) => ({ path, name })),
)

describe('nothing that is typed into the console is lost', () => {
  it('every form is a checked form, which keeps what was typed', () => {
    const bare = files.filter(
      ({ path, text }) => /<form[\s>]/.test(text) && path !== 'patterns/checked-form.tsx',
    )
    expect(bare.map(({ path }) => path)).toEqual([])
  })

  it('every checked form is named first of all, and no two alike', () => {
    const uses = files.flatMap(({ text }) => [...text.matchAll(/useCheckedForm\(\{/g)])
    expect(named).toHaveLength(uses.length)
    expect(new Set(named.map(({ name }) => name)).size).toBe(named.length)
    expect(named.length).toBeGreaterThan(10)
  })

  it('a dialog or drawer that holds a form asks before it closes', () => {
    // The frame's own drawer holds the navigation.
    const holders = files.filter(
      ({ path, text }) => /<(Modal|Drawer)\b/.test(text) && path !== 'frame/console-frame.tsx',
    )
    const formFiles = new Set(named.map(({ path }) => path.split('/').at(-1)))
    const holding = holders.filter(({ text }) =>
      [...text.matchAll(/from '\.\/([\w-]+\.tsx)'/g)].some(([, file]) => formFiles.has(file)),
    )
    expect(holding.map(({ path }) => path)).toEqual([])
  })

  it('every full load that the console begins itself is one that was asked about', () => {
    const own = files.filter(
      ({ path, text }) => /location\.(assign|reload|href =)/.test(text) && path !== 'patterns/leaving.ts',
    )
    expect(own.map(({ path }) => path)).toEqual([])
  })
})
