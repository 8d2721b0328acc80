// One supplement task of the demo: the province loses a record behind everybody's back, and asks for it.
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import type { Places } from './counts.ts'

type Arrival = { what: string; table: string; id: string; key: string }
type Told = { told: { task: string; records: { id: string; result: string }[] }[] }

const system = 'province'
const task = 'BC-0001'
// the last record of its case, so that sending it again overwrites nothing
const table = 'UP_PRO_RESULT'
const patience = 30_000

/** Whether the record is there again, and the province knows. */
export async function supplement(places: Places, say: (text: string) => void): Promise<boolean> {
  const list = await control<{ arrivals: Arrival[] }>(
    places,
    'GET',
    `arrivals?system=${system}&limit=1000000`,
  )
  const lost = list.arrivals.findLast((each) => each.what === 'kept' && each.table === table)
  if (!lost) return false
  const { id, key } = lost
  await control(places, 'POST', 'spoil', { system, records: [[table, id]] })
  const wanted = {
    TaskNo: task,
    Reason: '平台数据丢失',
    Records: [{ Table: table, RowGuid: id }],
    ProjectNo: key,
  }
  await control(places, 'POST', 'supplements', { system, tasks: [wanted] })
  await call(
    `${places.hub}/ops/supplements`,
    'POST',
    { system, by: 'demo', reason: '演示补传' },
    places.operatorSecret,
  )
  for (const began = Date.now(); Date.now() - began < patience; await sleep(200)) {
    const { told } = await control<Told>(places, 'GET', `supplements?system=${system}`)
    const outcome = told.find((each) => each.task === task)
    if (!outcome) continue
    const isThere = outcome.records.every(({ result }) => result === 'delivered')
    say(
      `${isThere ? '✓' : '✗'} supplement task ${task}: a lost record is there again / 补传任务：丢失的记录已补回`,
    )
    return isThere
  }
  say(`✗ supplement task ${task} is not done / 补传任务未完成`)
  return false
}

function control<T>({ sandbox }: Places, method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  return call<T>(`${sandbox}/control/${path}`, method, body)
}

async function call<T>(url: string, method: 'GET' | 'POST', body?: object, bearer?: string): Promise<T> {
  const reply = await request(url, {
    method,
    headers: { 'content-type': 'application/json', ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (reply.statusCode !== 200)
    throw new Error(`${url}: HTTP ${reply.statusCode}: ${await reply.body.text()}`)
  return (await reply.body.json()) as T
}
