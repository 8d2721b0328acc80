// Types of services.mjs for the TypeScript that imports it.

/** Running instances; `stop` ends those we started and removes their data. It may be called more than once. */
export type Services = {
  /** `postgres://…` of a maintenance database; empty when PostgreSQL was not asked for */
  databaseUrl: string
  /** `redis://…`; empty when Redis was not asked for */
  redisUrl: string
  /** ends one of ours as a power cut would (SIGKILL) */
  kill(name: 'postgres' | 'redis'): Promise<void>
  /** starts it again: same port, same data; resolves when it answers */
  start(name: 'postgres' | 'redis'): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts private instances, or takes TEST_DATABASE_URL / TEST_REDIS_URL. `own`: never takes those, because what is started
 * is going to be killed. Throws one line that says what to do.
 */
export function startServices(wanted?: {
  postgres?: boolean
  redis?: boolean
  own?: boolean
}): Promise<Services>
