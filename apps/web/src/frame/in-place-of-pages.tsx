'use client'

import dynamic from 'next/dynamic'

// Next.js gives these to every page, whichever is shown: what they are made of comes with the one that is.

export const RootErrorPage = dynamic(() =>
  import('./root-error-page.tsx').then((module) => module.RootErrorPage),
)
export const NotFoundPage = dynamic(() =>
  import('./not-found-page.tsx').then((module) => module.NotFoundPage),
)
export const ForbiddenPage = dynamic(() =>
  import('./forbidden-page.tsx').then((module) => module.ForbiddenPage),
)
