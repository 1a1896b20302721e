import { transaction } from '@insula/db'

/**
 * Two changes that meet: `second` is tried while all that `first` did stands there and is not committed, and `first` commits
 * once that try is over. Each may run again, as transactions do; both are settled at the end.
 */
export async function meeting<First, Second>(
  first: () => Promise<First>,
  second: () => Promise<Second>,
): Promise<[PromiseSettledResult<First>, PromiseSettledResult<Second>]> {
  const done = Promise.withResolvers<void>()
  const tried = Promise.withResolvers<void>()
  const held = transaction(async () => {
    try {
      return await first()
    } finally {
      done.resolve()
      await tried.promise
    }
  })
  const met = done.promise.then(() =>
    transaction(async () => {
      try {
        return await second()
      } finally {
        tried.resolve()
      }
    }),
  )
  return Promise.allSettled([held, met])
}
