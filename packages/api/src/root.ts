import * as domains from './domains.ts'
import { createCallerFactory, router } from './trpc.ts'

export const appRouter = router({ ...domains })
export type AppRouter = typeof appRouter

/** Calls procedures in this process, through the same gates as over HTTP. */
export const createCaller = createCallerFactory(appRouter)
