import { z } from 'zod'

const port = (example: number) =>
  z.coerce
    .number({ error: `is not a port; example: ${example}` })
    .int()
    .min(1)
    .max(65_535)
    .default(example)

const address = (example: string) =>
  z
    .string()
    .regex(/^[a-z+]+:\/\//, `is not an address; example: ${example}`)
    .optional()

const Environment = z.object({
  NODE_ENV: z.string().optional(),
  PATH: z.string().default(''),
  /** Holds programs that were unpacked because they may not be installed; `~/.cache` unless told otherwise. */
  XDG_CACHE_HOME: z.string().optional(),
  /** `1` says that this machine's own secrets, plain http and a production build are what is meant. */
  INSULA_LOCAL: z.string().optional(),
  /** `embedded`, `mongod` or an address: skips the ladder that looks for a real mongod. */
  INSULA_MONGO: z
    .string()
    .regex(
      /^(embedded|mongod|mongodb(\+srv)?:\/\/.+)$/,
      'is neither "embedded", "mongod" nor a mongodb:// address',
    )
    .optional(),

  MONGODB_URI: address('mongodb://127.0.0.1:27017/insula?replicaSet=rs0'),
  REDIS_URL: address('redis://127.0.0.1:6379'),
  REDIS_CACHE_URL: address('redis://127.0.0.1:6379/1'),
  S3_ENDPOINT: address('http://127.0.0.1:9000'),
  STRIPE_API_BASE: address('https://api.stripe.com'),
  SENDGRID_API_BASE: address('https://api.sendgrid.com'),

  /** The product that stands on this cloud, linked from the page. */
  APP_URL: address('http://localhost:3000'),

  LOCAL_PAGE_PORT: port(4000),
  MONGO_PORT: port(4001),
  REDIS_PORT: port(4002),
  S3_PORT: port(4003),
  STRIPE_PORT: port(4004),
  SENDGRID_PORT: port(4005),

  AUTH_SECRET: z.string().optional(),
  S3_REGION: z.string().optional(),
  S3_BUCKET: z.string().optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  STRIPE_SECRET_KEY: z.string().optional(),
  STRIPE_WEBHOOK_SECRET: z.string().optional(),
  SENDGRID_API_KEY: z.string().optional(),
  MAIL_FROM: z.string().optional(),
})

export type LocalEnvironment = z.infer<typeof Environment>

/**
 * What the environment says about the local cloud. An empty variable counts as absent.
 * Throws one error that names every variable that is wrong, what is wrong with it, and an example.
 */
export function readEnvironment(from: Record<string, string | undefined> = process.env): LocalEnvironment {
  const given = Object.fromEntries(Object.entries(from).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(given)
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`)
  throw new Error(`The environment of the local cloud is wrong:\n${lines.join('\n')}`)
}

/** The local cloud answers to anyone on this machine and generates its own secrets: never where real data lives. */
export function refuseProduction(env: Pick<LocalEnvironment, 'NODE_ENV' | 'INSULA_LOCAL'>): void {
  if (env.NODE_ENV !== 'production' || env.INSULA_LOCAL === '1') return
  throw new Error(
    'The local cloud does not start with NODE_ENV=production: it keeps no secrets and forgets nothing it is told to forget. ' +
      'Unset NODE_ENV, or set INSULA_LOCAL=1 if a production build on this machine is what you want.',
  )
}

/** What a child process is given: our own environment, and more. */
export function childEnvironment(more: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...more }
}
