import { z } from 'zod'

/** A process must not start, and waiting changes nothing: somebody has to do what the message says. */
export class CannotStart extends Error {
  override readonly name: string = 'CannotStart'
}

/** The environment is wrong; the message lists every variable at fault, so that one look mends all. */
export class EnvError extends CannotStart {
  override readonly name = 'EnvError'
}

/**
 * Parses the environment by a schema whose fields carry `.meta({ example })`. There are no defaults for
 * secrets and addresses: a process that would guess them does not start.
 */
export function readEnv<Shape extends z.ZodObject>(
  schema: Shape,
  source: Record<string, string | undefined> = process.env,
): z.infer<Shape> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0])
    const example = (schema.shape[name] as z.ZodType | undefined)?.meta()?.example
    const wrong = given[name] === undefined ? 'is missing' : issue.message
    return `  ${name} ${wrong}${example ? ` (for example ${name}=${String(example)})` : ''}`
  })
  throw new EnvError(`The environment is not complete:\n${lines.join('\n')}`)
}

const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * Where people open the console, as an origin without a slash at the end: links are made by putting a path behind it.
 * In production it begins with https://, unless it is this very machine.
 */
export const appUrl = () =>
  z
    .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
    .refine((given) => !URL.canParse(given) || new URL(given).href === `${new URL(given).origin}/`, {
      error: 'must be an address without a path, a query or a name in it',
    })
    .refine((given) => process.env.NODE_ENV !== 'production' || isSafe(given), {
      error: 'must begin with https:// in production, for passwords and sessions travel over it',
    })
    .transform((given) => new URL(given).origin)
    .meta({ example: 'https://app.example.com' })

function isSafe(given: string): boolean {
  const url = URL.parse(given)
  return url === null || url.protocol === 'https:' || loopback.test(url.hostname)
}

/** Opens metrics and the details of health, in every process that has them. */
export const metricsToken = () =>
  z.string().min(16, 'must have at least 16 characters').optional().meta({
    example: '$(openssl rand -hex 16)',
    description:
      'Who sends it as a bearer token may see metrics; without one, only a direct call from the machine',
  })
