/** What the HTTP server knows beside the request itself. */
export interface AppBindings {
  /** The address at the other end of the socket; absent where the host does not tell. */
  remoteAddress?: string | undefined
  /** The id that our own server gave the request; absent where another stands in front. */
  requestId?: string | undefined
}
