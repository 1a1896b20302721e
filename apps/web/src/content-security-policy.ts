/**
 * The policy of a console page, https://www.w3.org/TR/CSP3/. Scripts run by nonce only. Style elements need the
 * nonce too; style attributes are allowed because the component library renders sizes and colours into them.
 */
export const contentSecurityPolicy = (given: {
  nonce: string
  storeOrigin: string
  development: boolean
}) => {
  const { nonce, storeOrigin, development } = given
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    development ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    `img-src 'self' data: blob: ${storeOrigin}`,
    `connect-src 'self' ${storeOrigin}`,
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
