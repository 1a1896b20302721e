import { describe, expect, it } from 'vitest'
import { Long, ObjectId, Timestamp, toDoc, toPlain, toValue } from '../value.ts'
import { compileExpression, evaluate } from './compile.ts'

const result = (expression: object) => toPlain(evaluate(compileExpression(toValue(expression)), toDoc({})))
const at = (text: string) => new Date(text)

describe('parts of dates', () => {
  it.each<[object, unknown]>([
    [{ $year: at('2024-12-31T23:30:00Z') }, 2024],
    [{ $year: { date: at('2024-12-31T23:30:00Z'), timezone: 'Europe/Berlin' } }, 2025],
    [{ $year: { date: at('2024-12-31T23:30:00Z'), timezone: '+0030' } }, 2025],
    [{ $month: [at('2024-02-29T00:00:00Z')] }, 2],
    [{ $dayOfMonth: at('2024-02-29T00:00:00Z') }, 29],
    [{ $dayOfYear: at('2024-12-31T00:00:00Z') }, 366],
    [{ $dayOfWeek: at('2024-09-01T00:00:00Z') }, 1],
    [{ $isoDayOfWeek: at('2024-09-01T00:00:00Z') }, 7],
    [{ $week: at('2016-01-01T00:00:00Z') }, 0],
    [{ $week: at('2016-01-03T00:00:00Z') }, 1],
    [{ $isoWeek: at('2016-01-04T00:00:00Z') }, 1],
    [{ $isoWeek: at('2016-01-03T00:00:00Z') }, 53],
    [{ $isoWeekYear: at('2016-01-03T00:00:00Z') }, Long.fromNumber(2015)],
    [{ $hour: { date: at('2024-07-01T12:00:00Z'), timezone: 'America/New_York' } }, 8],
    [{ $minute: { date: at('2024-07-01T12:00:00Z'), timezone: 'Asia/Kolkata' } }, 30],
    [{ $second: at('2024-07-01T12:00:09Z') }, 9],
    [{ $millisecond: at('1969-12-31T23:59:59.999Z') }, 999],
    [{ $year: new ObjectId('5ab9cbfa31c2ab715d42129e') }, 2018],
    [{ $year: null }, null],
    [{ $year: { date: at('2024-01-01T00:00:00Z'), timezone: null } }, null],
    [
      { $dateToParts: { date: at('2017-01-01T01:29:09.123Z'), timezone: 'America/New_York' } },
      { year: 2016, month: 12, day: 31, hour: 20, minute: 29, second: 9, millisecond: 123 },
    ],
    [
      { $dateToParts: { date: at('2017-01-01T01:29:09.123Z'), iso8601: true } },
      { isoWeekYear: 2016, isoWeek: 52, isoDayOfWeek: 7, hour: 1, minute: 29, second: 9, millisecond: 123 },
    ],
    [{ $dateFromParts: { year: 2017, month: 2, day: 8, hour: 12 } }, at('2017-02-08T12:00:00Z')],
    [{ $dateFromParts: { year: 2017, month: 14, day: 1 } }, at('2018-02-01T00:00:00Z')],
    [{ $dateFromParts: { year: 1970, second: 1_502_095_918 } }, at('2017-08-07T08:51:58Z')],
    [{ $dateFromParts: { year: 2017, day: null } }, null],
    [{ $dateToParts: { date: at('2017-01-01T00:00:00Z'), iso8601: null } }, null],
    [{ $dateTrunc: { date: at('2017-01-01T00:00:00Z'), unit: 'hour', binSize: null } }, null],
    [{ $dateDiff: { startDate: null, endDate: 'x', unit: 'eon', timezone: 1 } }, null],
    [{ $tsSecond: new Timestamp({ t: 5, i: 7 }) }, Long.fromNumber(5)],
    [{ $tsIncrement: new Timestamp({ t: 5, i: 7 }) }, Long.fromNumber(7)],
    [{ $dateFromParts: { year: 2017, month: 0, day: 1 } }, at('2016-12-01T00:00:00Z')],
    [
      { $dateFromParts: { isoWeekYear: 2017, isoWeek: 6, isoDayOfWeek: 3, hour: 12 } },
      at('2017-02-08T12:00:00Z'),
    ],
    [
      { $dateFromParts: { year: 2016, month: 12, day: 31, hour: 23, timezone: 'America/New_York' } },
      at('2017-01-01T04:00:00Z'),
    ],
  ])('%j is %j', (expression, expected) => {
    expect(result(expression)).toEqual(expected)
  })
})

describe('dates as text', () => {
  it.each<[object, unknown]>([
    [{ $dateToString: { date: at('2014-01-01T08:15:39.736Z') } }, '2014-01-01T08:15:39.736Z'],
    [
      { $dateToString: { date: at('2014-01-01T08:15:39.736Z'), format: '%Y-%m-%d %H:%M:%S:%L %j %w %%' } },
      '2014-01-01 08:15:39:736 001 4 %',
    ],
    [
      {
        $dateToString: {
          date: at('2014-01-01T08:15:39.736Z'),
          format: '%H:%M %z',
          timezone: 'America/New_York',
        },
      },
      '03:15 -0500',
    ],
    [{ $dateToString: { date: at('2014-01-01T08:15:39.736Z'), format: '%Z', timezone: '+04:30' } }, '270'],
    [
      { $dateToString: { date: at('2014-01-01T08:15:39.736Z'), format: '%G-W%V-%u %U %b %B' } },
      '2014-W01-3 00 Jan January',
    ],
    [{ $dateToString: { date: at('2014-01-01T08:15:39.736Z'), timezone: '+01' } }, '2014-01-01T09:15:39.736'],
    [{ $dateToString: { date: null, onNull: 'none' } }, 'none'],
    [{ $dateFromString: { dateString: '1.1.1', format: '%V.%u.%G' } }, at('0001-01-01T00:00:00Z')],
    [{ $dateFromString: { dateString: '2017-07-14T12:02:44 GMT+02:00' } }, at('2017-07-14T10:02:44Z')],
    [
      { $dateFromString: { dateString: '14.07.2017 GMT+02', format: '%d.%m.%Y%z' } },
      at('2017-07-13T22:00:00Z'),
    ],
    [{ $dateFromString: { dateString: '2017-02-08T12:10:40.787' } }, at('2017-02-08T12:10:40.787Z')],
    [
      { $dateFromString: { dateString: '2017-02-08T12:10:40.787', timezone: 'America/New_York' } },
      at('2017-02-08T17:10:40.787Z'),
    ],
    [{ $dateFromString: { dateString: '2017-02-08' } }, at('2017-02-08T00:00:00Z')],
    [{ $dateFromString: { dateString: '06-15-2018', format: '%m-%d-%Y' } }, at('2018-06-15T00:00:00Z')],
    [
      { $dateFromString: { dateString: '15 Jun 2018 4:05', format: '%d %b %Y %H:%M' } },
      at('2018-06-15T04:05:00Z'),
    ],
    [{ $dateFromString: { dateString: 'nonsense', onError: 'bad' } }, 'bad'],
    [{ $dateFromString: { dateString: null, onNull: 'none' } }, 'none'],
  ])('%j is %j', (expression, expected) => {
    expect(result(expression)).toEqual(expected)
  })
})

describe('moving dates', () => {
  const add = (start: string, unit: string, amount: number, timezone = 'UTC') =>
    result({ $dateAdd: { startDate: at(start), unit, amount, timezone } })

  it.each([
    ['2024-01-31T10:00:00Z', 'month', 1, 'UTC', '2024-02-29T10:00:00Z'],
    ['2023-01-31T10:00:00Z', 'month', 1, 'UTC', '2023-02-28T10:00:00Z'],
    ['2024-02-29T00:00:00Z', 'year', 1, 'UTC', '2025-02-28T00:00:00Z'],
    ['2024-03-31T00:00:00Z', 'month', -1, 'UTC', '2024-02-29T00:00:00Z'],
    ['2024-11-30T00:00:00Z', 'quarter', 1, 'UTC', '2025-02-28T00:00:00Z'],
    ['2024-03-30T12:00:00Z', 'day', 1, 'Europe/Berlin', '2024-03-31T11:00:00Z'],
    ['2024-03-30T12:00:00Z', 'hour', 24, 'Europe/Berlin', '2024-03-31T12:00:00Z'],
    ['2020-11-01T05:50:02Z', 'hour', 1, 'America/New_York', '2020-11-01T06:50:02Z'],
    ['2024-03-30T01:30:00Z', 'day', 1, 'Europe/Berlin', '2024-03-31T01:30:00Z'],
    ['2024-01-01T00:00:00Z', 'week', 2, 'UTC', '2024-01-15T00:00:00Z'],
    ['2024-01-01T00:00:00Z', 'millisecond', 5, 'UTC', '2024-01-01T00:00:00.005Z'],
  ])('%s and a %s times %i in %s is %s', (start, unit, amount, timezone, expected) => {
    expect(add(start, unit, amount, timezone)).toEqual(at(expected))
  })

  it.each([
    ['2010-12-31T23:59:59Z', '2011-01-01T00:00:00Z', 'year', 'UTC', 1],
    ['2024-01-31T00:00:00Z', '2024-02-01T00:00:00Z', 'month', 'UTC', 1],
    ['2024-03-31T00:00:00Z', '2024-04-01T00:00:00Z', 'quarter', 'UTC', 1],
    ['2024-09-07T00:00:00Z', '2024-09-08T00:00:00Z', 'week', 'UTC', 1],
    ['2024-01-01T23:00:00Z', '2024-01-02T01:00:00Z', 'day', 'UTC', 1],
    ['2024-01-01T23:00:00Z', '2024-01-02T01:00:00Z', 'day', 'America/New_York', 0],
    ['2024-03-31T00:00:00Z', '2024-03-31T03:00:00Z', 'hour', 'Europe/Berlin', 3],
    ['2024-01-01T00:59:59Z', '2024-01-01T01:00:00Z', 'hour', 'UTC', 1],
    ['2024-01-02T00:00:00Z', '2024-01-01T00:00:00Z', 'minute', 'UTC', -1440],
  ])('from %s to %s crosses %s in %s: %i', (start, end, unit, timezone, expected) => {
    const difference = result({ $dateDiff: { startDate: at(start), endDate: at(end), unit, timezone } })
    expect(difference).toEqual(Long.fromNumber(expected))
  })

  it('goes back by what it is told to subtract, to a month’s last day at most', () => {
    const back = { startDate: at('2024-03-31T10:00:00Z'), unit: 'month', amount: 1 }
    expect(result({ $dateSubtract: back })).toEqual(at('2024-02-29T10:00:00Z'))
  })

  it('begins weeks where it is told to', () => {
    const dates = { startDate: at('2024-09-08T00:00:00Z'), endDate: at('2024-09-09T00:00:00Z') }
    expect(result({ $dateDiff: { ...dates, unit: 'week' } })).toEqual(Long.ZERO)
    expect(result({ $dateDiff: { ...dates, unit: 'week', startOfWeek: 'Monday' } })).toEqual(Long.ONE)
  })

  it.each([
    ['2021-03-20T11:30:05Z', { unit: 'hour' }, '2021-03-20T11:00:00Z'],
    ['2021-03-20T11:30:05Z', { unit: 'hour', binSize: 2 }, '2021-03-20T10:00:00Z'],
    ['2021-03-20T11:30:05Z', { unit: 'day', timezone: 'America/New_York' }, '2021-03-20T04:00:00Z'],
    ['2021-03-20T11:30:05Z', { unit: 'week' }, '2021-03-14T00:00:00Z'],
    [
      '2021-03-20T11:30:05Z',
      { unit: 'week', binSize: 2, startOfWeek: 'Monday', timezone: 'America/Los_Angeles' },
      '2021-03-15T07:00:00Z',
    ],
    ['2021-03-20T11:30:05Z', { unit: 'month', binSize: 5 }, '2020-11-01T00:00:00Z'],
    ['2021-03-20T11:30:05Z', { unit: 'quarter' }, '2021-01-01T00:00:00Z'],
    ['1999-12-31T11:30:05Z', { unit: 'year', binSize: 10 }, '1990-01-01T00:00:00Z'],
  ])('%s truncated by %j is %s', (date, options, expected) => {
    expect(result({ $dateTrunc: { date: at(date), ...options } })).toEqual(at(expected))
  })
})
