export { LeaseHeld, LeaseLost, type MigrateOptions, migrate } from './migrate.ts'
export { MigrationsMissing, requireMigrated } from './require.ts'
