import type { z } from 'zod'

/** The environment is wrong; the message lists every variable at fault, so that one look mends all. */
export class EnvError extends Error {
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
