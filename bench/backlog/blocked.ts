// npm run bench -- backlog --blocked N: what keys that stand behind a dead letter cost everybody else. Order is strict by
// key, so that each of them waits for a person; nothing else may.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { median } from '../report.ts'
import { peakMemory, resetPeak } from '../usage.ts'
import { compareLedgers, middle, type Running, type Size } from './ledgers.ts'

/**
 * Messages a second: of an empty ledger, of other keys of the system with blocked keys, and of another system. Shares are
 * medians of each round's own.
 */
export type BlockedFigures = {
  name: 'blocked'
  blocked: number
  empty: number
  same: number
  other: number
  sameOverEmpty: number
  otherOverEmpty: number
  /** ms by what an operator asks for, medians */
  pages: Record<string, number>
  /** MB, the most that the process took while one page was read again and again, and while all pages were read */
  pageMemory: number
  walkMemory: number
}

const pages = [
  '/ops/blocked?system=sink',
  '/ops/blocked',
  '/ops/dead?system=sink',
  '/ops/dead',
  '/ops/dead?type=nothing',
  '/ops/health',
]

/** Compares ledgers with `blocked` blocked keys, one delivery waiting behind each, with an empty one. */
export async function compareBlocked(blocked: number, size: Size): Promise<BlockedFigures> {
  const full = { waiting: blocked, dead: blocked }
  const { rounds, more } = await compareLedgers(
    { empty: undefined, same: { system: 'sink', ...full }, other: { system: 'stuck', ...full } },
    size,
    ({ same }) => look(same, blocked),
  )
  const rate = (name: keyof typeof rounds): number => middle(rounds[name], 'rate')
  // round by round: what else the machine does meanwhile, it does to both
  const share = (name: keyof typeof rounds): number => {
    const shares = rounds[name].map((one, i) => one.rate / (rounds.empty[i]?.rate ?? Number.NaN))
    return Math.round(median(shares) * 1_000) / 1_000
  }
  return {
    name: 'blocked',
    blocked,
    empty: Math.round(rate('empty')),
    same: Math.round(rate('same')),
    other: Math.round(rate('other')),
    sameOverEmpty: share('same'),
    otherOverEmpty: share('other'),
    ...more,
  }
}

/** What the lists of an operator take on a ledger full of blocked keys. */
async function look(running: Running, blocked: number) {
  const ops = operator(running)
  const times: Record<string, number> = {}
  for (const path of pages) {
    const taken: number[] = []
    for (let time = 0; time < 7; time++) {
      const began = performance.now()
      await ops(path)
      taken.push(performance.now() - began)
    }
    times[path] = Math.round(median(taken) * 10) / 10
  }
  const most = Math.ceil(blocked / largest) + 1
  const [first] = await walk(running, most, () => '0')
  const [all, count] = await walk(running, most, (next) => next)
  if (count !== blocked) throw new Error(`the list of blocked keys has ${count} of ${blocked}`)
  return { pages: times, pageMemory: first, walkMemory: all }
}

const largest = 500

/** Reads pages of blocked keys, each from where `from` says. Answers the most memory it took, MB, and the rows. */
async function walk(
  running: Running,
  most: number,
  from: (next: string) => string,
): Promise<[number, number]> {
  const ops = operator(running)
  let rows = 0
  let next: string | null = '0'
  resetPeak(running.hub.pid)
  for (let page = 0; page < most && next !== null; page++) {
    const answer = await ops(`/ops/blocked?limit=${largest}&after=${from(next)}`)
    const read = JSON.parse(answer) as { blocked: unknown[]; next: string | null }
    rows += read.blocked.length
    next = read.next
  }
  return [Math.round(peakMemory(running.hub.pid)), rows]
}

/** Asks the operator API for a text. */
function operator({ hub, keys }: Running): (path: string) => Promise<string> {
  const secret = readFileSync(join(keys.folder, 'operator.secret'), 'utf8').trim()
  return async (path) => {
    const reply = await fetch(hub.url + path, { headers: { authorization: `Bearer ${secret}` } })
    const text = await reply.text()
    if (reply.status !== 200) throw new Error(`${path} answered ${reply.status}: ${text}`)
    return text
  }
}

/** The figures for people. */
export function blockedTable(f: BlockedFigures): string {
  const pageLines = Object.entries(f.pages).map(([path, ms]) => `  ${path.padEnd(26)} ${ms} ms\n`)
  return (
    `${f.blocked} keys of one system stand behind a dead letter:\n` +
    `  empty ledger               ${f.empty} messages/s\n` +
    `  other keys of the system   ${f.same} messages/s  ${f.sameOverEmpty.toFixed(2)} of empty\n` +
    `  another system             ${f.other} messages/s  ${f.otherOverEmpty.toFixed(2)} of empty\n${pageLines.join('')}` +
    `  every page of blocked keys ${f.walkMemory} MB at most, the first one as often ${f.pageMemory} MB\n`
  )
}
