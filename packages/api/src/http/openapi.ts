import { Problem } from '@insula/contracts'
import { generateOpenApiDocument } from 'trpc-to-openapi'
import { z } from 'zod'
import { allProcedures } from '../procedures.ts'
import { appRouter } from '../root.ts'

type Document = ReturnType<typeof generateOpenApiDocument>
type Schemas = NonNullable<NonNullable<Document['components']>['schemas']>

const problemSchema = z.toJSONSchema(Problem, { target: 'draft-2020-12' }) as Schemas[string]

/** OpenAPI 3.1 of everything under `/api/v1`, made from the procedures themselves. */
export function openApiDocument(appUrl: string) {
  const document = generateOpenApiDocument(appRouter, {
    title: 'Insula',
    description:
      'Everything the console does. Authenticate with an API key: `Authorization: Bearer ins_…`. Lists are paged by cursor; errors are RFC 9457 problem details with a stable `code`.',
    version: '1.0.0',
    openApiVersion: '3.1.0',
    baseUrl: `${appUrl}/api/v1`,
    securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'ins_…' } },
  })
  // The generator describes errors in a form of its own; what is served is told by hand.
  document.components = {
    ...document.components,
    schemas: { Problem: problemSchema },
  }
  for (const { meta, output } of allProcedures()) {
    const place = meta.openapi
    const operation = place && operationAt(document, place.path, place.method)
    if (!operation) continue
    operation.responses = { ...success(operation, output), ...failures(place.path) }
  }
  return document
}

interface Operation {
  responses?: Record<string, unknown>
}

function operationAt(document: Document, path: string, method: string): Operation | undefined {
  const item = document.paths?.[path] as Record<string, Operation> | undefined
  return item?.[method.toLowerCase()]
}

const success = (operation: Operation, output: unknown) =>
  output instanceof z.ZodVoid ? { 204: { description: 'Done' } } : { 200: operation.responses?.[200] }

const problem = (description: string) => ({
  description,
  headers: { 'X-Request-Id': { schema: { type: 'string' }, description: 'To look it up by' } },
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})
const later = (description: string) => {
  const told = problem(description)
  const wait = { schema: { type: 'integer' }, description: 'Seconds' }
  return { ...told, headers: { ...told.headers, 'Retry-After': wait } }
}

const failures = (path: string) => ({
  400: problem('The input is not valid; `errors` names the fields'),
  401: problem('The API key is missing or not valid'),
  403: problem('The API key lacks the scope'),
  ...(path.includes('{') && { 404: problem('There is no such thing') }),
  429: later('Too many requests'),
  503: later('Not available at the moment; `outcome` is `unknown` where it may have been done'),
  default: problem('Any other failure'),
})
