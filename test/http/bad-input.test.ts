// Bar 5: every kind of bad input gets its documented error, nothing is stored, nothing leaks. The tables stand in
// bad/; this file says what must hold for each of their rows.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errors, type Issue } from '../../core/errors.ts'
import { type Answer, send } from '../hub/client.ts'
import { type Running, startRunning } from '../hub/running.ts'
import { countRows, pairs, type Rows } from '../hub/stores.ts'
import { bombs, encodings, formats, reserved, syntax } from './bad/bodies.ts'
import { doors, identities, signatures } from './bad/callers.ts'
import { codes, fields, numbers } from './bad/fields.ts'
import type { Row } from './bad/row.ts'

const tables: Readonly<Record<string, readonly Row[]>> = {
  syntax,
  'bombs and depth': bombs,
  encodings,
  'reserved names': reserved,
  'formats and lists': formats,
  signatures,
  'headers, keys, clocks': identities,
  'doors that are not theirs': doors,
  'unknown and retired codes': codes,
  'wrong numbers': numbers,
  'wrong fields': fields,
}
const rows = Object.entries(tables).flatMap(([table, list]) => list.map((row) => ({ ...row, table })))

test('names are unique, so that a report names its row', () => {
  const names = rows.map(({ table, name }) => `${table}: ${name}`)
  expect(new Set(names).size).toBe(names.length)
})

describe.each(pairs)('bad input over $name', (pair) => {
  let hub: Running
  let secrets: string[]
  beforeAll(async () => {
    hub = await startRunning(pair)
    secrets = secretsOf(hub.keys)
  })
  afterAll(() => hub?.close())

  test.each(rows.map((row) => [`${row.table}: ${row.name}`, row] as const))('%s', async (_, row) => {
    const { method, path, headers, body, personal } = row.attempt(hub)
    const [logged, before] = [hub.log().length, await counts(hub)]

    const answer = await send(hub.agent, hub.url + path, method, headers, body)

    expectProblem(answer, row, path)
    expect(await counts(hub)).toEqual(before)
    for (const word of [...personal, ...secrets]) {
      expect(answer.text).not.toContain(word)
      expect(hub.log().slice(logged)).not.toContain(word)
    }
    expect(hub.log().slice(logged)).not.toContain('request.failed')
  })

  test('nothing of all this is in the ledger', async () => {
    await hub.stop()
    expect(await hub.look(countRows)).toEqual({ message: 0, delivery: 0, post: 0, nonce: 0 })
  })
})

/** RFC 9457, both languages, and what the table of errors says. */
function expectProblem(answer: Answer, { code, issue }: Row, path: string): void {
  const { issues = [], ...problem } = answer.json as Record<string, unknown> & { issues?: Issue[] }
  expect(problem).toMatchObject({
    type: `urn:qiao:error:${code}`,
    code,
    status: errors[code].status,
    title: errors[code].en,
    title_zh: errors[code].zh,
    todo: errors[code].todo,
    instance: decodeURI(path.split('?')[0] ?? ''),
  })
  expect(answer.status).toBe(errors[code].status)
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  if (issue) expect(issues.map((each) => ({ path: each.path, rule: each.rule }))).toContainEqual(issue)
  for (const each of issues) {
    expect(each.zh).toMatch(/[\u4e00-\u9fff]/)
    expect(each.en).toMatch(/^[\x20-\x7e\u4e00-\u9fff（）“”]+$/)
  }
}

/** What the ledger holds; where only the hub may look, it is counted at the end. */
async function counts(hub: Running): Promise<Rows | undefined> {
  return hub.isShared ? hub.look(countRows) : undefined
}

/** Every secret and private key of the folder, as text. */
function secretsOf(keys: string): string[] {
  return readdirSync(keys)
    .filter((file) => /\.(secret|key\.pem)$/.test(file))
    .flatMap((file) => readFileSync(join(keys, file), 'utf8').split('\n'))
    .filter((line) => line !== '' && !line.startsWith('-----'))
}
