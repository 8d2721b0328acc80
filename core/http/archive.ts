// /ops/archive: which days have left the ledger and where they stand, and bringing one back for a while.
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { Hono } from 'hono'
import type { Retention } from '../config.ts'
import { QiaoError } from '../errors.ts'
import { hubKeys } from '../flow/hub-key.ts'
import { purgeRestored } from '../flow/purge.ts'
import { restoreDay } from '../flow/restore-day.ts'
import { archivedDays } from '../ledger/archive.ts'
import type { Database } from '../ledger/database.ts'
import type { Vault } from '../ledger/sealed.ts'
import type { Keys } from '../signing/keys.ts'
import { readAction } from './action.ts'
import type { Env } from './body.ts'

type Parts = { database: Database; keys: Keys; vault: Vault; retention: Retention }

/** The routes, for operators only. */
export function archiveRoutes({ database, keys, vault, retention }: Parts): Hono<Env> {
  const app = new Hono<Env>()
  app.get('/', async (c) => {
    const days = (await archivedDays(database.query)).map(({ digest, ...row }) => ({
      ...row,
      digest: digest?.toString('hex') ?? null,
    }))
    return c.json({ days })
  })
  app.post('/:day/restore', async (c) => {
    const { by: operator, reason } = await readAction(c)
    const path = await fileOf(database, retention.folder, c.req.param('day'))
    return c.json(
      await restoreDay(database, path, { hubKeys: hubKeys(keys), vault }, retention.keepRestored, {
        operator,
        reason,
      }),
    )
  })
  app.post('/:day/purge', async (c) => {
    const { by: operator, reason } = await readAction(c)
    return c.json(
      await purgeRestored({ database, vault }, retention, c.req.param('day'), { operator, reason }),
    )
  })
  return app
}

/** The file of an archived day, in this hub's own folder. */
async function fileOf(database: Database, folder: string | undefined, day: string): Promise<string> {
  const found = (await archivedDays(database.query)).find((row) => row.day === day)
  if (folder === undefined || !found?.file)
    throw new QiaoError('request.not-found', { detail: 'this hub has no such archived day' })
  const path = join(folder, found.file)
  await access(path).catch(() => {
    throw new QiaoError('archive.file', { detail: `${found.file} is not in the archive folder` })
  })
  return path
}
