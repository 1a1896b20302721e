import type { IncomingMessage, ServerResponse } from 'node:http'
import { ownAnswer, type Serve, send } from '@insula/api/process'
import { servingPage } from '../unavailable.ts'

const allowed = 'GET, HEAD'
const retryAfterSeconds = '2'

/**
 * Serves Next's pages, and says in HTTP what Next cannot: a page that lacks something which is away has the status 503 and
 * a time to come back, where Next knows but 500; and pages are read, so that other methods are 405.
 */
export const servePages =
  (next: (request: IncomingMessage, response: ServerResponse) => unknown, appUrl: string): Serve =>
  (request, response, requestId) => {
    const { method = '', headers } = request
    if (method === 'OPTIONS') {
      response.writeHead(204, { allow: `${allowed}, OPTIONS` }).end()
      return
    }
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', allowed)
      const detail = `This address takes ${allowed.replace(', ', ' or ')}, not ${method}.`
      send(response, ownAnswer(405, detail, { requestId, appUrl, accept: headers.accept }))
      return
    }
    const page = { unavailable: false }
    const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => ServerResponse
    response.writeHead = (status: number, ...more: unknown[]) => {
      if (status !== 500 || !page.unavailable) return writeHead(status, ...more)
      response.setHeader('retry-after', retryAfterSeconds)
      return writeHead(503, ...more)
    }
    servingPage(page, () => void next(request, response))
  }
