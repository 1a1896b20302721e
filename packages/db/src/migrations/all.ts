import { billingNames } from './0001-billing-names.ts'
import type { Migration } from './migration.ts'

/** Every migration there is, in order. One that was released is never changed or taken away. */
export const migrations: readonly Migration[] = [billingNames]
