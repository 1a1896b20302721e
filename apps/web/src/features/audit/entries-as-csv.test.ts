import type { AuditEntry } from '@insula/contracts'
import { describe, expect, it } from 'vitest'
import { entriesAsCsv } from './entries-as-csv.ts'

const entry = (name: string): AuditEntry => ({
  id: 'aud_1',
  at: '2026-11-21T09:00:00.000Z',
  action: 'file.uploaded',
  actor: { kind: 'user', id: 'usr_1', name },
  target: { kind: 'file', id: 'fil_1', name: null },
  ipAddress: null,
  userAgent: 'a "browser", or so',
  requestId: 'req_1',
  before: null,
  after: { bytes: 5 },
})
const line = (name: string) => entriesAsCsv([entry(name)]).split('\r\n')[1]

describe('the audit log as a table for spreadsheets', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('%j is text and no formula', (name) => {
    expect(line(name)).toContain(`"'${name}`)
  })

  it('keeps quotes, commas and line breaks inside their cell', () => {
    expect(line('Ada, "the first"')).toContain('"Ada, ""the first"""')
    expect(line('Ada')).toBe(
      '"2026-11-21T09:00:00.000Z","file.uploaded","user","usr_1","Ada","file","fil_1","","","a ""browser"", or so","req_1","","{""bytes"":5}"',
    )
  })

  it('says what its columns are, also when there is nothing', () => {
    expect(entriesAsCsv([])).toMatch(/^\uFEFFat,action,actor_kind,[a-z_,]+\r\n$/)
  })
})
