// Vitest global set-up: one private PostgreSQL and one private Redis for the whole run.
// A test reads their URLs with `inject('databaseUrl')`, and takes its own database from test/database.ts.
import type { TestProject } from 'vitest/node'
import { type Services, startServices } from '../scripts/services.mjs'
import { sweepDatabases } from './database-names.ts'
import { dropTemplate, makeTemplate, type Template } from './template.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** maintenance database of the run's PostgreSQL; use `freshDatabase()` for tables */
    databaseUrl: string
    /** the run's Redis, shared by all test files; one that is emptied or stopped needs its own `startServices` */
    redisUrl: string
    /** ledgers to copy: `migratedDatabase()` of test/database.ts, `layLedger()` of test/template.ts */
    template: Template
  }
}

let services: Services | undefined
let template: Template | undefined

/** Starts both services before the first test file. */
export async function setup(project: TestProject): Promise<void> {
  services = await startServices({ postgres: true, redis: true })
  await sweepDatabases(services.databaseUrl)
  project.provide('databaseUrl', services.databaseUrl)
  project.provide('redisUrl', services.redisUrl)
  template = await makeTemplate(services.databaseUrl)
  project.provide('template', template)
}

/** Stops them after the last one. */
export async function teardown(): Promise<void> {
  if (services && template) await dropTemplate(services.databaseUrl, template)
  await services?.stop()
}
