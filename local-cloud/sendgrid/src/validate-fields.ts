import { type Problem, problem } from './error.ts'
import { asList, type Fields, invalidType, isFields, isTextMap } from './shape.ts'

const reservedHeaders =
  'x-sg-id x-sg-eid received dkim-signature content-type content-transfer-encoding to from subject reply-to cc bcc'.split(
    ' ',
  )
const customArgsBytes = 10_000
const scheduleAheadSeconds = 72 * 60 * 60

export function headers(source: unknown, field: string): Problem[] {
  if (source === undefined) return []
  if (!isTextMap(source)) return [problem('The headers must be a map of strings to strings.', field)]
  return Object.keys(source)
    .filter((name) => reservedHeaders.includes(name.toLowerCase()))
    .map((name) =>
      problem(
        `The headers field cannot contain the reserved header ${name}.`,
        `${field}.${name}`,
        'message.headers',
      ),
    )
}

export function categories({ categories: source }: Fields): Problem[] {
  if (source === undefined) return []
  const list = asList(source)
  if (!Array.isArray(source) || !list.every((one) => typeof one === 'string'))
    return [invalidType('categories', 'array', source)]
  const problems: Problem[] = []
  if (list.length > 10)
    problems.push(problem('You cannot have more than 10 categories per request.', 'categories'))
  if (new Set(list).size < list.length)
    problems.push(problem('You cannot have duplicate categories in your request.', 'categories'))
  if (list.some((one) => String(one).length > 255))
    problems.push(problem('Each category cannot exceed 255 characters.', 'categories'))
  return problems
}

export function customArgs(source: unknown, field: string): Problem[] {
  if (source === undefined) return []
  if (!isTextMap(source)) {
    return [problem('The values of custom_args must be strings.', field)]
  }
  const bytes = Buffer.byteLength(JSON.stringify(source))
  if (bytes <= customArgsBytes) return []
  return [problem('The size of all custom_args may not exceed 10000 bytes.', field)]
}

export function sendAt(source: unknown, field: string, now: number): Problem[] {
  if (source === undefined) return []
  if (!Number.isInteger(source)) return [invalidType(field, 'integer', source)]
  if (Number(source) <= Math.floor(now / 1000) + scheduleAheadSeconds) return []
  return [problem('Scheduling more than 72 hours in advance is forbidden.', field)]
}

export function templates(body: Fields): Problem[] {
  const named = asList(body.personalizations).some(
    (one) => isFields(one) && one.dynamic_template_data !== undefined,
  )
  if (body.template_id === undefined && body.sections === undefined && !named) return []
  return [
    problem('The local cloud keeps no templates: render the mail and send it as content.', 'template_id'),
  ]
}
