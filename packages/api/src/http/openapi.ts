import { generateOpenApiDocument } from 'trpc-to-openapi'
import { appRouter } from '../root.ts'

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
  return document
}
