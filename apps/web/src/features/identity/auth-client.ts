'use client'

import { createAuthClient } from 'better-auth/react'

/** Speaks with `/api/auth` on this origin: every flow that makes, ends or recovers a session. */
export const authClient = createAuthClient({ basePath: '/api/auth' })
