import { type Problem, problem } from './error.ts'
import { additional, asList, type Fields, invalidType, isFields, isText } from './shape.ts'

export function subject(body: Fields): Problem[] {
  const everyOwn = asList(body.personalizations).every((one) => isFields(one) && isText(one.subject))
  if (isText(body.subject) || body.template_id !== undefined) return []
  if (body.subject === undefined && everyOwn && asList(body.personalizations).length > 0) return []
  return [
    problem(
      'The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.',
      'subject',
    ),
  ]
}

export function content(body: Fields): Problem[] {
  if (body.template_id !== undefined) return []
  const blocks = asList(body.content)
  if (blocks.length === 0) {
    return [
      problem(
        'Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block. We typically suggest both text/plain and text/html blocks are included, but only one block is required.',
        'content',
      ),
    ]
  }
  const problems: Problem[] = []
  const types: string[] = []
  for (const [index, block] of blocks.entries()) {
    if (!isFields(block)) {
      problems.push(invalidType(`content.${index}`, 'object', block))
      continue
    }
    if (!isText(block.type) || /[;,\s]/.test(block.type)) {
      problems.push(
        problem("The content type cannot contain ';', spaces, or CRLF characters.", `content.${index}.type`),
      )
    } else {
      types.push(block.type.toLowerCase())
    }
    if (!isText(block.value)) {
      problems.push(
        problem(
          'The content value must be a string at least one character in length.',
          `content.${index}.value`,
        ),
      )
    }
  }
  if (new Set(types).size < types.length) {
    problems.push(problem('If present, text/plain and text/html may only be provided once.', 'content'))
  }
  const order = types
    .map((type) => ['text/plain', 'text/html'].indexOf(type))
    .map((rank) => (rank < 0 ? 2 : rank))
  if (order.some((rank, index) => index > 0 && rank < order[index - 1]!)) {
    problems.push(
      problem(
        'If present, text/plain must be first, followed by text/html, followed by any other content.',
        'content',
      ),
    )
  }
  return problems
}

export function attachments(body: Fields): Problem[] {
  return asList(body.attachments).flatMap((attachment, index) => {
    const field = `attachments.${index}`
    if (!isFields(attachment)) return [invalidType(field, 'object', attachment)]
    const problems = additional(
      attachment,
      ['content', 'filename', 'type', 'disposition', 'content_id'],
      field,
    )
    if (!isText(attachment.content)) {
      problems.push(
        problem(
          'The attachment content must be a string at least one character in length.',
          `${field}.content`,
        ),
      )
    } else if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(attachment.content)) {
      problems.push(problem('The attachment content must be base64 encoded.', `${field}.content`))
    }
    if (!isText(attachment.filename)) {
      problems.push(
        problem(
          'The filename of an attachment must be a string at least one character in length.',
          `${field}.filename`,
        ),
      )
    }
    if (attachment.type !== undefined && (!isText(attachment.type) || /[;\r\n]/.test(attachment.type))) {
      problems.push(problem("The attachment type cannot contain ';', or CRLF characters.", `${field}.type`))
    }
    if (
      attachment.disposition !== undefined &&
      attachment.disposition !== 'inline' &&
      attachment.disposition !== 'attachment'
    ) {
      problems.push(
        problem(
          'The disposition of an attachment must be either "inline" or "attachment".',
          `${field}.disposition`,
        ),
      )
    }
    if (attachment.content_id !== undefined && !isText(attachment.content_id)) {
      problems.push(
        problem(
          'The content_id of an attachment must be a string at least one character in length.',
          `${field}.content_id`,
        ),
      )
    }
    return problems
  })
}
