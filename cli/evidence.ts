// qiao evidence export: proof files of closed days or of one message, to be checked by `qiao verify` on any machine.
import { createWriteStream, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { openKeyStore } from '../certs/store.ts'
import { readConfig } from '../core/config.ts'
import { errors, QiaoError, StartupError } from '../core/errors.ts'
import type { Line } from '../core/evidence/proof-line.ts'
import { writeProof } from '../core/evidence/proof-write.ts'
import { proveDay, proveMessage } from '../core/flow/proof.ts'
import { sm2Sign } from '../core/signing/sm2.ts'
import { addDays } from '../core/time.ts'
import { openLedger } from './ledger.ts'
import { type Output, terminal, writeJson } from './mapping/output.ts'

const usage = `usage: qiao evidence export --day <day> | --from <day> --to <day> | --message <id>
                           [--out <folder>] [--without-content] [--json]

  --day, --from, --to   yyyy-MM-dd, days that are closed / 已归入存证链的日期
  --message             one message with everything about it / 单条消息
  --out                 where the files go, one a day (.) / 输出目录
  --without-content     digests only: no payload, no personal data / 仅摘要，不含原文与个人信息
`
const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
const options = {
  ...{ day: text, from: text, to: text, message: text, out: { ...text, default: '.' } },
  ...{ 'without-content': flag, json: flag, help: { ...flag, short: 'h' } },
} as const

/** Exit code 0 when the files are written, 1 when something stood in the way, 2 for wrong usage. */
export async function evidenceCommand(args: string[], output: Output = terminal): Promise<number> {
  const parsed = read(args)
  if (typeof parsed === 'string') return misused(parsed, output)
  const { values, positionals } = parsed
  if (values.help) {
    output.write(usage)
    return 0
  }
  const { message, out, json } = values
  const days = daysOf(values)
  if (
    positionals[0] !== 'export' ||
    positionals.length > 1 ||
    (days.length === 0) === (message === undefined)
  )
    return misused('export takes --day, --from and --to, or --message', output)
  const config = readConfig()
  const hub = openKeyStore(config.keys).privateKey('hub')
  const sealer = { keyId: hub.verifying.id, sign: async (data: Buffer) => sm2Sign(hub, data) }
  const database = await openLedger(config)
  const files: string[] = []
  const write = async (name: string, lines: AsyncIterable<Line>): Promise<void> => {
    const file = join(out, `${name}.proof`)
    // a file that is there is whole
    await pipeline(
      Readable.from(writeProof(lines, sealer)),
      createWriteStream(`${file}.part`, { mode: 0o600 }),
    )
    renameSync(`${file}.part`, file)
    files.push(file)
    if (!json) output.write(`${file}\n`)
  }
  try {
    mkdirSync(out, { recursive: true })
    const extent = { keys: [hub.verifying], content: !values['without-content'], now: new Date() }
    for (const day of days) await write(day, proveDay(database.query, day, extent))
    if (message !== undefined) await write(message, proveMessage(database.query, message, extent))
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    throw new StartupError(error.message, errors[error.code].todo, error)
  } finally {
    await database.close()
  }
  if (json) writeJson(output, { files })
  return 0
}

const dayShape = /^\d{4}-\d{2}-\d{2}$/

function daysOf({ day, from = day, to = day }: { day?: string; from?: string; to?: string }): string[] {
  const days: string[] = []
  if (!dayShape.test(from ?? '') || !dayShape.test(to ?? '')) return days
  for (let next = from ?? ''; next <= (to ?? ''); next = addDays(next, 1)) days.push(next)
  return days
}

function read(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    if (error instanceof TypeError) return error.message
    throw error
  }
}

function misused(reason: string, output: Output): 2 {
  output.tell(`qiao: ${reason}\n${usage}`)
  return 2
}
