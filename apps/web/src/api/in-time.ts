/** Longer than the server itself takes for anything: who has no answer by then waits for a line that is dead. */
export const patienceMs = 30_000

/** `fetch` that gives up after `patienceMs`, as one whose connection broke; the body counts, too. */
export const fetchInTime = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new TypeError('No answer in time')), patienceMs)
  const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal
  try {
    const answer = await fetch(input, { ...init, signal })
    // Read here, so that a body that stops half-way is bound by the same time.
    const body = await answer.arrayBuffer()
    const { status, statusText, headers } = answer
    return new Response(nullBody.has(status) ? null : body, { status, statusText, headers })
  } finally {
    clearTimeout(timer)
  }
}

/** Statuses with which a `Response` may hold no body. */
const nullBody = new Set([204, 205, 304])
