// Intake is shut and nothing else is: what was accepted goes to its platforms, all its steps, once and in order, while every
// post is answered 503 and leaves nothing behind.
import { expect, vi } from 'vitest'
import type { DepartmentName } from '../../sandbox/department/catalog.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import type { Kind } from '../../sandbox/department/record.ts'
import { firstIn } from '../http/surface/accepted.ts'
import type { Answer } from './client.ts'
import { type Running, signatories } from './running.ts'

/** What shuts intake, and what opens it again. */
export type Door = {
  /** of every answer while it is shut */
  code: string
  shut(): Promise<void> | void
  open(): Promise<void> | void
}

const platforms = ['province', 'review', 'eseal', 'elicence'] as const
const patience = { timeout: 30_000, interval: 100 }

/** Accepts, shuts, delivers, opens, accepts. */
export async function expectDeliveryWhileShut(hub: Running, door: Door): Promise<void> {
  const post = (department: DepartmentName, kind: Kind, number: number): Promise<Answer> => {
    const caseNo = `510700-20260801-${String(number).padStart(6, '0')}`
    return hub.post(signatories[department], buildMessage(department, kind, { caseNo }))
  }
  const refused = (): Promise<Answer> => post('housing', 'acceptance', 9)
  const accepted = async (): Promise<number> => {
    const { departments } = (await hub.ops('GET', '/systems')).json as { departments: { accepted: number }[] }
    return departments.reduce((sum, each) => sum + each.accepted, 0)
  }
  /** what each platform has, and what it found wrong with it */
  const there = () => {
    const { systems } = hub.sandbox.received()
    return Object.fromEntries(
      platforms.map((name) => [name, { got: systems[name]?.received, wrong: systems[name]?.violations }]),
    )
  }
  const all = (...got: number[]) =>
    Object.fromEntries(platforms.map((name, i) => [name, { got: got[i], wrong: [] }]))

  for (const system of platforms) hub.sandbox.fault({ system, fault: '5xx', every: 1 })
  // two records of a case keep their order; a licence is sealed, and stored when it is
  for (const [department, kind, number] of [
    ['housing', 'acceptance', 1],
    ['housing', 'process', 1],
    ['housing', 'acceptance', 2],
    ['social', 'licence', 3],
    ['social', 'licence', 4],
  ] as const)
    firstIn(await post(department, kind, number))

  await door.shut()
  // until it is noticed the same record comes again and again, and is known
  const answer = await vi.waitFor(async () => {
    const one = await post('housing', 'acceptance', 1)
    expect(one.status).toBe(503)
    return one
  }, patience)
  expect(answer.json).toMatchObject({ code: door.code, title_zh: expect.stringContaining('停止受理') })
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect(there()).toEqual(all(0, 0, 0, 0))

  for (const system of platforms) hub.sandbox.fault({ system, off: true })
  hub.sandbox.pull(hub.url)
  const statuses: number[] = []
  await vi.waitFor(async () => {
    statuses.push((await refused()).status)
    expect(there()).toEqual(all(3, 2, 2, 2))
    expect(hub.sandbox.received().systems.province?.pulled).toBe(3)
  }, patience)
  expect(new Set(statuses)).toEqual(new Set([503]))
  expect(await accepted()).toBe(5)

  await door.open()
  const late = await vi.waitFor(async () => firstIn(await refused()), patience)
  expect(late.duplicate).toBe(false)
  await vi.waitFor(() => expect(there()).toEqual(all(4, 3, 2, 2)), patience)
}
