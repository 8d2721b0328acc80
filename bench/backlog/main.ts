// npm run bench -- backlog: what a platform that is away costs the others, and what blocked keys do (--blocked). Hubs beside each
// other, one on an empty ledger, the others on ledgers with a backlog, are measured by turns with the same traffic.
import { parseArgs } from 'node:util'
import { blockedTable, compareBlocked } from './blocked.ts'
import { compareLedgers, middle, type Size } from './ledgers.ts'

/** The help text. */
export const backlogUsage = `npm run bench -- backlog [options]
  --waiting N         deliveries that wait for a platform that is away (1000000)
  --blocked N         instead: N keys of one system stand behind a dead letter, with a delivery waiting behind each
  --messages N        messages a measurement, to another platform (10000)
  --rounds N          rounds, empty and full ledger by turns; medians are printed (5)
  --json              one JSON line on standard output, progress on standard error`

/** Messages a second and MB of the hub's process, by ledger. */
export type BacklogFigures = {
  name: 'backlog'
  waiting: number
  empty: number
  full: number
  fullOverEmpty: number
  emptyMemory: number
  fullMemory: number
}

/** Runs the benchmark with the words after `backlog`. */
export async function backlogBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      waiting: { type: 'string', default: '1000000' },
      blocked: { type: 'string' },
      messages: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return void process.stdout.write(`${backlogUsage}\n`)
  const size = { messages: positive('messages', values.messages), rounds: positive('rounds', values.rounds) }
  const show = <F>(figures: F, table: (figures: F) => string): void =>
    void process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : table(figures))
  if (values.blocked === undefined)
    show(await compareWaiting(positive('waiting', values.waiting), size), table)
  else show(await compareBlocked(positive('blocked', values.blocked), size), blockedTable)
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} needs a whole number from 1`)
  return value
}

async function compareWaiting(waiting: number, size: Size): Promise<BacklogFigures> {
  const { rounds } = await compareLedgers(
    { empty: undefined, full: { system: 'stuck', waiting, dead: 0 } },
    size,
    async () => undefined,
  )
  const [a, b] = [middle(rounds.empty, 'rate'), middle(rounds.full, 'rate')]
  return {
    name: 'backlog',
    waiting,
    empty: Math.round(a),
    full: Math.round(b),
    fullOverEmpty: Math.round((b / a) * 1_000) / 1_000,
    emptyMemory: Math.round(middle(rounds.empty, 'memory')),
    fullMemory: Math.round(middle(rounds.full, 'memory')),
  }
}

function table(f: BacklogFigures): string {
  return (
    `${f.waiting} deliveries wait for a platform that is away; traffic to another one:\n` +
    `  empty ledger  ${f.empty} messages/s  ${f.emptyMemory} MB\n` +
    `  full ledger   ${f.full} messages/s  ${f.fullMemory} MB\n` +
    `  full/empty    ${f.fullOverEmpty.toFixed(2)}\n`
  )
}
