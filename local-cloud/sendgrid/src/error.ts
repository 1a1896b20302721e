/** One entry of SendGrid's error answers. */
export interface Problem {
  message: string
  field: string | null
  help: string | null
}

/** A refusal that leaves as `{"errors": [...]}`. */
export class SendgridError extends Error {
  readonly status: number
  readonly problems: Problem[]

  constructor(status: number, problems: Problem[] | string) {
    const list = typeof problems === 'string' ? [{ message: problems, field: null, help: null }] : problems
    super(list.map(({ message }) => message).join(' '))
    this.name = 'SendgridError'
    this.status = status
    this.problems = list
  }
}

const help = 'http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html'

/** What is wrong with one field of a mail, with SendGrid's link to its explanation. */
export function problem(
  message: string,
  field: string,
  anchor = `message.${field.replace(/\.\d+/g, '')}`,
): Problem {
  return { message, field, help: `${help}#${anchor}` }
}

const injected: Record<number, string> = {
  401: 'Permission denied, wrong credentials',
  429: 'too many requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** The refusal an injected fault looks like. */
export function injectedError(status: number): SendgridError {
  return new SendgridError(status, injected[status] ?? 'Request failed')
}
