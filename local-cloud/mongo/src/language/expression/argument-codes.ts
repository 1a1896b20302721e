/** What MongoDB refuses wrong named arguments with: no document, a name it does not know, a name that is missing. */
export interface ArgumentCodes {
  object: number
  unknown: number
  missing: number | Readonly<Record<string, number>>
}

const trimming: ArgumentCodes = { object: 50696, unknown: 50694, missing: 50695 }
const matching: ArgumentCodes = { object: 51103, unknown: 31024, missing: { input: 31022, regex: 31023 } }
const moving: ArgumentCodes = { object: 5166400, unknown: 5166401, missing: 5166402 }
const datePart: ArgumentCodes = { object: 40536, unknown: 40535, missing: 40539 }
const choosing: ArgumentCodes = { object: 5787900, unknown: 5787901, missing: { n: 5787906, input: 5787907 } }
const fromEnd: ArgumentCodes = { ...choosing, object: 5787801 }
const ranking: ArgumentCodes = {
  object: 5788001,
  unknown: 5788002,
  missing: { n: 5788003, output: 5788004, sortBy: 5788005 },
}
const replacing: ArgumentCodes = {
  object: 51751,
  unknown: 51750,
  missing: { input: 51749, find: 51748, replacement: 51747 },
}
const settingField: ArgumentCodes = {
  object: 4161100,
  unknown: 4161101,
  missing: { field: 4161102, value: 4161103, input: 4161109 },
}

const codes: Readonly<Record<string, ArgumentCodes>> = {
  $bottom: ranking,
  $bottomN: ranking,
  $dateAdd: moving,
  $dateDiff: {
    object: 5166301,
    unknown: 5166302,
    missing: { startDate: 5166303, endDate: 5166304, unit: 5166305 },
  },
  $dateFromParts: { object: 40519, unknown: 40518, missing: 40516 },
  $dateFromString: { object: 40540, unknown: 40541, missing: 40542 },
  $dateSubtract: moving,
  $dateToParts: { object: 40524, unknown: 40520, missing: 40522 },
  $dateToString: { object: 18629, unknown: 18534, missing: 18628 },
  $dateTrunc: { object: 5439007, unknown: 5439008, missing: { date: 5439009, unit: 5439010 } },
  $filter: { object: 28646, unknown: 28647, missing: { input: 28648, cond: 28650 } },
  $firstN: fromEnd,
  $getField: { object: 3041704, unknown: 3041701, missing: { field: 3041702, input: 3041703 } },
  $lastN: fromEnd,
  $let: { object: 16874, unknown: 16875, missing: { vars: 16876, in: 16877 } },
  $ltrim: trimming,
  $map: { object: 16878, unknown: 16879, missing: { input: 16880, in: 16882 } },
  $maxN: choosing,
  $minN: choosing,
  $reduce: { object: 40075, unknown: 40076, missing: { input: 40077, initialValue: 40078, in: 40079 } },
  $regexFind: matching,
  $regexFindAll: matching,
  $regexMatch: matching,
  $replaceAll: replacing,
  $replaceOne: replacing,
  $rtrim: trimming,
  $setField: settingField,
  $sortArray: { object: 2942500, unknown: 2942501, missing: { input: 2942502, sortBy: 2942503 } },
  $switch: { object: 40060, unknown: 40067, missing: 40068 },
  $top: ranking,
  $topN: ranking,
  $trim: trimming,
  $unsetField: settingField,
  $zip: { object: 34460, unknown: 34464, missing: 34465 },
  $dayOfMonth: datePart,
  $dayOfWeek: datePart,
  $dayOfYear: datePart,
  $hour: datePart,
  $isoDayOfWeek: datePart,
  $isoWeek: datePart,
  $isoWeekYear: datePart,
  $millisecond: datePart,
  $minute: datePart,
  $month: datePart,
  $second: datePart,
  $week: datePart,
  $year: datePart,
}
const parsing: ArgumentCodes = { object: 9, unknown: 9, missing: 9 }

/** The codes of an operator's own parser, or FailedToParse (9) where it has none. */
export const argumentCodes = (operator: string): ArgumentCodes => codes[operator] ?? parsing
