// Types of services.mjs for the TypeScript that imports it.

/** Running instances; `stop` ends those we started and removes their data. It may be called more than once. */
export type Services = {
  /** `postgres://…` of a maintenance database; empty when PostgreSQL was not asked for */
  databaseUrl: string
  /** `redis://…`; empty when Redis was not asked for */
  redisUrl: string
  stop(): Promise<void>
}

/** Starts private instances, or takes TEST_DATABASE_URL / TEST_REDIS_URL. Throws one line that says what to do. */
export function startServices(wanted?: { postgres?: boolean; redis?: boolean }): Promise<Services>
