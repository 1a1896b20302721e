import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { mongoHandles } from '@insula/db'
import { onTheLocalCloud } from '@insula/testing'
import { bundle } from '@insula/testing/house'
import { expect, test } from 'vitest'

onTheLocalCloud()

test('the demo brings people of every role, two tenants and pictures, and filled anew it stays what it is', async () => {
  const folder = await bundle('worker')
  const fill = async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'seed.js')])
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '').logins as { role: string }[]
  }
  const there = async () => {
    const { db } = mongoHandles()
    const names = ['users', 'tenants', 'members', 'files']
    return Promise.all(names.map((name) => db.collection(name).countDocuments()))
  }
  try {
    expect((await fill()).map(({ role }) => role)).toEqual([
      'owner',
      'admin',
      'member',
      'viewer',
      'platform admin',
    ])
    expect(await there()).toEqual([5, 2, 5, 5])
    await fill()
    expect(await there()).toEqual([5, 2, 5, 5])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
