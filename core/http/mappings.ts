// /ops/mappings: which versions of the files are in use, what came of the last reload, and one more on demand.
import { Hono } from 'hono'
import { type Issue, QiaoError } from '../errors.ts'
import { newAction } from '../flow/action.ts'
import type { Input, Registry } from '../flow/registry.ts'
import type { Attempt, Reload } from '../flow/reload.ts'
import { recordAction } from '../ledger/audit.ts'
import type { Database } from '../ledger/database.ts'
import { errorsOf } from '../yaml.ts'
import { readAction } from './action.ts'
import type { Env } from './body.ts'

export type MappingsParts = {
  database: Database
  registry: Registry
  reload: Reload
  /** reads the files again */
  read: () => Promise<Input>
}

/** The routes, for operators only. */
export function mappingsRoutes({ database, registry, reload, read }: MappingsParts): Hono<Env> {
  const app = new Hono<Env>()
  app.get('/', async (c) => c.json({ versions: await registry.versions(), last: reload.last() ?? null }))
  app.post('/reload', async (c) => {
    const { by, reason } = await readAction(c)
    await audit(database, by, reason)
    const attempt = await reload.reload(read)
    if (!attempt.ok) throw new QiaoError('mappings.refused', { issues: issuesOf(attempt) })
    const { at, digest, changed, problems } = attempt
    return c.json({ at, digest, changed, problems })
  })
  return app
}

/** Before the reload, and whatever comes of it: who asked is known also when the process does not live to tell. */
async function audit(database: Database, operator: string, reason: string): Promise<void> {
  const action = newAction({ operator, action: 'reload', message: null, step: null, reason })
  await database.transaction((query) => recordAction(query, action))
}

function issuesOf({ problems }: Attempt): Issue[] {
  return errorsOf(problems).map(({ file, line, column, rule, en, zh }) => {
    return { path: `${file}:${line}:${column}`, rule, en, zh }
  })
}
