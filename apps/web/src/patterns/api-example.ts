import type { Permission } from '@insula/contracts'

export interface ApiExample {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/api/v1`, such as `/files`. */
  path: string
  body?: Record<string, unknown>
  /** What the API key must hold. */
  scope: Permission
}

/** The call as a line for a shell. */
export const curl = ({ method, path, body }: ApiExample, origin: string) =>
  [
    `curl ${method === 'GET' ? '' : `-X ${method} `}'${origin}/api/v1${path}'`,
    `  -H "Authorization: Bearer $INSULA_API_KEY"`,
    ...(body
      ? [`  -H 'Content-Type: application/json'`, `  -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`]
      : []),
  ].join(' \\\n')

/** The same as a program. */
export const typescript = ({ method, path, body }: ApiExample, origin: string) =>
  [
    `const answer = await fetch('${origin}/api/v1${path}', {`,
    ...(method === 'GET' ? [] : [`  method: '${method}',`]),
    `  headers: {`,
    `    Authorization: 'Bearer ' + process.env.INSULA_API_KEY,`,
    ...(body ? [`    'Content-Type': 'application/json',`] : []),
    `  },`,
    ...(body ? [`  body: JSON.stringify(${JSON.stringify(body)}),`] : []),
    `})`,
    `if (!answer.ok) throw new Error((await answer.json()).detail)`,
    `console.log(answer.status === 204 ? 'done' : await answer.json())`,
  ].join('\n')
