import { type Problem, problem } from './error.ts'
import {
  additional,
  asList,
  type Fields,
  invalidType,
  isAddress,
  isFields,
  isText,
  isTextMap,
} from './shape.ts'
import { customArgs, headers } from './validate-fields.ts'

const known = 'to cc bcc from subject headers substitutions custom_args send_at dynamic_template_data'.split(
  ' ',
)
const mostRecipients = 1000

export function personalizations(body: Fields): Problem[] {
  const list = body.personalizations
  if (!Array.isArray(list) || list.length === 0) {
    return [
      problem(
        'The personalizations field is required and must have at least one personalization.',
        'personalizations',
        '-Personalizations-Errors',
      ),
    ]
  }
  if (list.length > 1000) {
    return [
      problem(
        `The personalization block is limited to 1000 personalizations per API request. You have provided ${list.length} personalizations. Please consider splitting this into multiple requests and resending your request.`,
        'personalizations',
        '-Personalizations-Errors',
      ),
    ]
  }
  const problems = list.flatMap((one, index) => personalization(one, `personalizations.${index}`))
  const recipients = list.filter(isFields).flatMap((one) => [one.to, one.cc, one.bcc].flatMap(asList))
  if (recipients.length > mostRecipients) {
    problems.push(
      problem(
        'There is a limit of 1000 total recipients (to + cc + bcc) per request.',
        'personalizations',
        '-Personalizations-Errors',
      ),
    )
  }
  return problems
}

function personalization(source: unknown, field: string): Problem[] {
  if (!isFields(source)) return [invalidType(field, 'object', source)]
  const problems = additional(source, known, field)
  if (!Array.isArray(source.to) || source.to.length === 0) {
    problems.push(
      problem(
        'The to array is required for all personalization objects, and must have at least one email object with a valid email address.',
        `${field}.to`,
      ),
    )
  }
  const seen = new Set<string>()
  for (const kind of ['to', 'cc', 'bcc']) {
    if (source[kind] !== undefined && !Array.isArray(source[kind]))
      problems.push(invalidType(`${field}.${kind}`, 'array', source[kind]))
    for (const [index, address] of asList(source[kind]).entries()) {
      if (!isAddress(address)) {
        problems.push(
          problem(
            'Does not contain a valid address.',
            `${field}.${kind}.${index}.email`,
            `message.personalizations.${kind}`,
          ),
        )
        continue
      }
      const email = address.email.toLowerCase()
      if (seen.has(email)) {
        problems.push(
          problem(
            `Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [${address.email}] in the ${field}.${kind} field.`,
            field,
            'message.recipient-errors',
          ),
        )
        return problems
      }
      seen.add(email)
    }
  }
  if (source.from !== undefined && !isAddress(source.from)) {
    problems.push(problem('The from email does not contain a valid address.', `${field}.from`))
  }
  if (source.subject !== undefined && !isText(source.subject)) {
    problems.push(
      problem(
        'The personalizations.subject field must be a string at least one character in length.',
        `${field}.subject`,
      ),
    )
  }
  if (source.substitutions !== undefined && !isTextMap(source.substitutions)) {
    problems.push(problem('The value of each substitution must be a string.', `${field}.substitutions`))
  }
  return [
    ...problems,
    ...headers(source.headers, `${field}.headers`),
    ...customArgs(source.custom_args, `${field}.custom_args`),
  ]
}

export function sender({ from }: Fields): Problem[] {
  if (!isFields(from) || from.email === undefined) {
    return [
      problem(
        'The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.  e.g. {"email" : "example@example.com"}  or {"email" : "example@example.com", "name" : "Example Recipient"}.',
        'from.email',
        'message.from',
      ),
    ]
  }
  return isAddress(from)
    ? []
    : [problem('The from email does not contain a valid address.', 'from.email', 'message.from')]
}

export function replyTo(body: Fields): Problem[] {
  const problems: Problem[] = []
  if (body.reply_to !== undefined && body.reply_to_list !== undefined) {
    problems.push(problem('The reply_to and reply_to_list fields are mutually exclusive.', 'reply_to'))
  }
  if (body.reply_to !== undefined && !isAddress(body.reply_to)) {
    problems.push(
      problem('The reply_to email does not contain a valid address.', 'reply_to.email', 'message.reply_to'),
    )
  }
  for (const [index, address] of asList(body.reply_to_list).entries()) {
    if (!isAddress(address)) {
      problems.push(
        problem('Does not contain a valid address.', `reply_to_list.${index}.email`, 'message.reply_to_list'),
      )
    }
  }
  return problems
}
