/** The pages of a tenant that an owner can open. */
export const ownersPlaces = [
  '/',
  '/files',
  '/members',
  '/api-keys',
  '/billing',
  '/mail',
  '/audit',
  '/settings',
  '/account',
]
