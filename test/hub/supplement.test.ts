// Supplement tasks: a platform wants records again. Each is executed once, however often it is handed out and whoever asks;
// what cannot be sent is told, and nothing is told that is not so: the sandbox refuses that.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { newAction } from '../../core/flow/action.ts'
import { lease } from '../../core/flow/supplement-work.ts'
import { newId } from '../../core/id.ts'
import type { Query } from '../../core/ledger/database.ts'
import { acceptTask, restTask } from '../../core/ledger/supplement.ts'
import { executeRecord, noteRecords } from '../../core/ledger/supplement-record.ts'
import { localDay } from '../../core/time.ts'
import { type Running as Hub, start } from '../../main.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import type { Kind } from '../../sandbox/department/record.ts'
import { firstIn } from '../http/surface/accepted.ts'
import { mappings, type Running, signatories, startRunning } from './running.ts'
import { pairs, type Stores } from './stores.ts'

type Task = { id: string; task: string; state: string; untold: string | null; why: string | null } & Record<
  'records' | 'delivered' | 'refused',
  number
>
type Listed = { name: string; message: string | null; state: string }
type Told = { task: string; times: number; records: { id: string; result: string }[] }
type Arrival = { what: string; table: string; id: string; key: string }

const why = { by: '王值班', reason: '平台要求补传' }
const patience = { timeout: 25_000, interval: 50 }
const accept = 'UP_PRO_ACCEPT'

describe.each(pairs)('supplement tasks over $name', (pair) => {
  let hub: Running
  let second: Hub | undefined
  let folder: string
  let stores: Stores
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qiao-supplement-'))
    cpSync(mappings, folder, { recursive: true })
    edit('every: 5m', 'every: 200ms')
    stores = await pair.make()
    hub = await startRunning({ ...pair, make: async () => stores }, { mappings: folder })
    if (hub.isShared) second = await start({ ...hub.config, log: 'error' })
  })
  afterAll(async () => {
    await second?.close()
    await hub?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const edit = (from: string, to: string): void => {
    const file = join(folder, 'systems/province.yaml')
    const text = readFileSync(file, 'utf8')
    expect(text).toContain(from)
    writeFileSync(file, text.replace(from, to))
  }
  const control = async <T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> => {
    // the sandbox outlives the hub, and its connections
    const reply = await request(`${hub.sandbox.url}/control/${path}`, {
      method,
      ...(body ? { body: JSON.stringify({ system: 'province', ...body }) } : {}),
    })
    expect(reply.statusCode).toBe(200)
    return (await reply.body.json()) as T
  }
  /** posts a record and waits until the province took it; answers its message, and the id it has there */
  const sent = async (
    caseNo: string,
    kind: Kind = 'acceptance',
  ): Promise<{ message: string; id: string }> => {
    const { length } = await arrived(caseNo)
    const message = firstIn(await hub.post(signatories.housing, buildMessage('housing', kind, { caseNo }))).id
    return vi.waitFor(async () => {
      const list = await arrived(caseNo)
      expect(list.length).toBeGreaterThan(length)
      return { message, id: list.at(-1)?.id ?? '' }
    }, patience)
  }
  const arrived = async (caseNo: string): Promise<Arrival[]> => {
    const { arrivals } = await control<{ arrivals: Arrival[] }>('GET', 'arrivals?system=province')
    return arrivals.filter(({ key, table }) => key === caseNo && table.startsWith('UP_'))
  }
  const lose = (...ids: string[]) => control('POST', 'spoil', { records: ids.map((id) => [accept, id]) })
  const has = async (id: string): Promise<boolean> =>
    (await control<{ held: boolean[] }>('POST', 'held', { records: [[accept, id]] })).held[0] ?? false
  const hand = (...tasks: object[]) => control('POST', 'supplements', { tasks })
  const told = async (task: string): Promise<Told | undefined> =>
    (await control<{ told: Told[] }>('GET', 'supplements?system=province')).told.find((t) => t.task === task)
  const found = async (name: string): Promise<Task | undefined> => {
    const { json } = await hub.ops('GET', '/supplements?system=province')
    return (json as { supplements: Task[] }).supplements.find(({ task }) => task === name)
  }
  const becomes = (name: string, state: string): Promise<Task & { list: Listed[] }> =>
    vi.waitFor(async () => {
      const task = await found(name)
      expect(task?.state).toBe(state)
      const report = await hub.ops('GET', `/supplements/${task?.id}`)
      return report.json as Task & { list: Listed[] }
    }, patience)
  const record = (RowGuid: string) => ({ Table: accept, RowGuid })
  const results = async (task: string): Promise<Record<string, string>> =>
    Object.fromEntries(((await told(task))?.records ?? []).map(({ id, result }) => [id, result]))

  test('what was lost is there again, once, whoever asks and however often', async () => {
    const ProjectNo = '510700-20260901-000001'
    const { id } = await sent(ProjectNo)
    await lose(id)
    expect(await has(id)).toBe(false)
    await hand({
      TaskNo: 'T1',
      Reason: '平台数据丢失',
      Deadline: '2026-12-01',
      Records: [record(id)],
      ProjectNo,
    })
    // beside both hubs' own questions
    const asked = await Promise.all(
      [1, 2, 3].map(() => hub.ops('POST', '/supplements', { ...why, system: 'province' })),
    )
    expect(asked.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await becomes('T1', 'done')).toMatchObject({
      records: 1,
      delivered: 1,
      refused: 0,
      reason: '平台数据丢失',
    })
    expect(await has(id)).toBe(true)
    expect(await told('T1')).toMatchObject({ times: 1, records: [{ id, result: 'delivered' }] })
    const kept = (await arrived(ProjectNo)).filter(({ what }) => what === 'kept')
    expect(kept).toHaveLength(2)
    await hand({ TaskNo: 'T1', Records: [record(id)], ProjectNo })
    const { json } = await hub.ops('POST', '/supplements', { ...why, system: 'province' })
    expect(json).toMatchObject({ accepted: 0 })
  })

  test('what is unknown, and what its key has gone on from, is told and left alone', async () => {
    const ProjectNo = '510700-20260901-000002'
    const early = await sent(ProjectNo)
    await sent(ProjectNo, 'material')
    const plain = await sent('510700-20260901-000003')
    await lose(early.id, plain.id)
    const none = 'f'.repeat(32)
    // without keys: they are looked for among all that is here
    await hand({ TaskNo: 'T2', Records: [early.id, plain.id, none].map(record) })
    const task = await becomes('T2', 'done')
    expect(task).toMatchObject({ records: 3, delivered: 1, refused: 2 })
    expect(task.list.find(({ name }) => name === `${accept} ${none}`)).toMatchObject({
      message: null,
      state: 'unknown',
    })
    expect(await results('T2')).toEqual({ [early.id]: 'later', [plain.id]: 'delivered', [none]: 'unknown' })
    expect([await has(early.id), await has(plain.id)]).toEqual([false, true])
  })

  test('a day and a type mean all of them; what is dead is done when a person has decided', async () => {
    const [first, other] = ['510700-20260901-000004', '510700-20260901-000005']
    const today = localDay(new Date())
    const { id } = await sent(first)
    await lose(id)
    // out of order: refused at once
    await hub.post(signatories.housing, buildMessage('housing', 'process', { caseNo: other }))
    const dead = await vi.waitFor(async () => {
      const { json } = await hub.ops('GET', `/dead?key=${other}`)
      const [letter] = (json as { dead: { message: string; step: string }[] }).dead
      if (!letter) throw new Error('none yet')
      return letter
    }, patience)
    await hand(
      { TaskNo: 'T3', Table: accept, BeginDate: today, EndDate: today },
      { TaskNo: 'T4', ProjectNo: other },
      { TaskNo: 'T5', Table: accept, BeginDate: '2020-01-01' },
      { TaskNo: 'T6', Table: accept },
    )
    const whole = await becomes('T3', 'done')
    expect(whole.records).toBeGreaterThanOrEqual(4)
    expect((await results('T3'))[id]).toBe('delivered')
    expect(await has(id)).toBe(true)
    expect(whole.list.every(({ name }) => name.startsWith(accept))).toBe(true)
    expect((await becomes('T4', 'open')).list).toMatchObject([{ message: dead.message, state: 'linked' }])
    expect((await becomes('T5', 'done')).list).toMatchObject([
      { name: `${accept} 2020-01-01`, state: 'unknown' },
    ])
    await hub.ops('POST', `/deliveries/${dead.message}/${dead.step}/skip`, why)
    expect((await becomes('T4', 'done')).list).toMatchObject([{ state: 'gone' }])
    // everything there ever was is no task
    expect(await found('T6')).toBeUndefined()
  })

  test('a system without tasks, nobody who asks, a task that is not there', async () => {
    const ask = async (body: object): Promise<number> => (await hub.ops('POST', '/supplements', body)).status
    expect(await ask({ ...why, system: 'review' })).toBe(409)
    expect(await ask({ system: 'province' })).toBe(400)
    expect((await hub.ops('GET', '/supplements/x')).status).toBe(404)
    expect((await hub.ops('POST', `/supplements/${newId()}/execute`, why)).status).toBe(404)
    const done = await found('T1')
    expect((await hub.ops('POST', `/supplements/${done?.id}/execute`, why)).status).toBe(409)
  })

  test('where a person decides nothing is sent before; a platform that is away is told until it has understood', async () => {
    edit('  execute: auto\n', '')
    const [reloaded] = await Promise.all([hub.ops('POST', '/mappings/reload', why), second?.close()])
    second = undefined
    expect(reloaded.status).toBe(200)
    const ProjectNo = '510700-20260901-000006'
    const { id } = await sent(ProjectNo)
    const none = 'e'.repeat(32)
    await lose(id)
    await hand({ TaskNo: 'T7', Records: [record(none)] }, { TaskNo: 'T8', Records: [record(id)], ProjectNo })
    const unknown = await becomes('T7', 'waiting')
    const lost = await vi.waitFor(async () => {
      const waiting = await becomes('T8', 'waiting')
      expect(waiting.list).toMatchObject([{ state: 'new', message: expect.any(String) }])
      return waiting
    }, patience)
    expect(await has(id)).toBe(false)
    const execute = (task: Task, body: object) => hub.ops('POST', `/supplements/${task.id}/execute`, body)
    expect((await execute(lost, {})).status).toBe(400)
    expect((await execute(lost, why)).json).toMatchObject({ state: 'open' })
    expect(await becomes('T8', 'done')).toMatchObject({ operator: why.by, why: why.reason, delivered: 1 })
    expect(await has(id)).toBe(true)

    hub.sandbox.fault({ system: 'province', fault: '5xx', every: 1 })
    await execute(unknown, why)
    await vi.waitFor(async () => expect((await found('T7'))?.untold).toEqual(expect.any(String)), patience)
    expect((await hub.ops('POST', '/supplements', { ...why, system: 'province' })).status).toBe(502)
    expect(await told('T7')).toBeUndefined()
    hub.sandbox.fault({ system: 'province', off: true })
    expect(await becomes('T7', 'done')).toMatchObject({ untold: null, refused: 1 })
    expect(await results('T7')).toEqual({ [none]: 'unknown' })
  })

  test('a hub that is killed between two records is gone on for', async () => {
    const [one, two] = await Promise.all([sent('510700-20260901-000007'), sent('510700-20260901-000008')])
    await lose(one.id, two.id)
    // the embedded ledger has one owner; the other one's hub lives on, and goes on for the one that did this
    if (!hub.isShared) await hub.stop()
    const database = await stores.open()
    const id = newId()
    const act = (action: 'supplement' | 'resend', message: string | null, step: string | null) =>
      newAction({ operator: 'hub', reason: '补传', action, message, step, detail: null })
    const wish = (RowGuid: string) => ({ members: record(RowGuid), key: null, from: null, to: null })
    const row = {
      system: 'province',
      task: 'T9',
      state: 'open',
      reason: null,
      deadline: null,
      operator: 'hub',
    } as const
    const wishes = JSON.stringify([wish(one.id), wish(two.id)])
    await acceptTask(database, { id, ...row, wishes }, act('supplement', null, null))
    await restTask(database.query, id, lease)
    await hand({ TaskNo: 'T9', Records: [record(one.id), record(two.id)] })
    const name = `${accept} ${one.id}`
    const step = await stepOf(database.query, one.message)
    await noteRecords(database.query, id, [
      { name, members: JSON.stringify(record(one.id)), message: one.message, step },
    ])
    await executeRecord(database, id, name, {
      ...act('resend', one.message, step),
      message: one.message,
      step,
    })
    await restTask(database.query, id, 0)
    await database.close()

    const next = hub.isShared ? undefined : await start({ ...hub.config, log: 'error' })
    try {
      await vi.waitFor(async () => expect((await told('T9'))?.records).toHaveLength(2), patience)
    } finally {
      await next?.close()
    }
    expect(await results('T9')).toEqual({ [one.id]: 'delivered', [two.id]: 'delivered' })
    const resent = await hub.look((query) =>
      query(
        `SELECT message, count(*)::int AS times FROM audit WHERE action = 'resend' AND message = ANY ($1::uuid[])
        GROUP BY message`,
        [[one.message, two.message]],
      ),
    )
    expect(resent).toEqual([expect.objectContaining({ times: 1 }), expect.objectContaining({ times: 1 })])
    // but for the one that came out of order
    expect(hub.sandbox.received().systems.province?.violations).toHaveLength(1)
  })
})

async function stepOf(query: Query, message: string): Promise<string> {
  const [row] = await query<{ step: string }>(
    `SELECT step FROM delivery WHERE message = $1 AND system = 'province'`,
    [message],
  )
  return row?.step ?? ''
}
