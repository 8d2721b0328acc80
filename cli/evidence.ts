// qiao evidence export: proof files of closed days or of one message, to be checked by `qiao verify` on any machine.
import { createWriteStream, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Line } from '../core/evidence/proof-line.ts'
import { writeProof } from '../core/evidence/proof-write.ts'
import { proveDay, proveMessage } from '../core/flow/proof.ts'
import { daysFrom, flag, help, misused, readArguments, text } from './arguments.ts'
import { withLedger } from './ledger.ts'
import { type Output, terminal, writeJson } from './mapping/output.ts'

const usage = `usage: qiao evidence export --day <day> | --from <day> --to <day> | --message <id>
                           [--out <folder>] [--without-content] [--json]

  --day, --from, --to   yyyy-MM-dd, days that are closed / 已归入存证链的日期
  --message             one message with everything about it / 单条消息
  --out                 where the files go, one a day (.) / 输出目录
  --without-content     digests only: no payload, no personal data / 仅摘要，不含原文与个人信息
`
const options = {
  day: text,
  from: text,
  to: text,
  message: text,
  out: { type: 'string', default: '.' },
  'without-content': flag,
  json: flag,
  help,
} as const

/** Exit code 0 when the files are written, 1 when something stood in the way, 2 for wrong usage. */
export async function evidenceCommand(args: string[], output: Output = terminal): Promise<number> {
  const parsed = readArguments(args, options)
  if (typeof parsed === 'string') return misused(parsed, usage, output)
  const { values, positionals } = parsed
  if (values.help) {
    output.write(usage)
    return 0
  }
  const { day, message, out, json } = values
  const days = daysFrom(values.from ?? day, values.to ?? day)
  if (
    positionals[0] !== 'export' ||
    positionals.length > 1 ||
    (days.length === 0) === (message === undefined)
  )
    return misused('export takes --day, --from and --to, or --message', usage, output)
  const files: string[] = []
  await withLedger(undefined, async ({ database: { query }, sealer, hubKeys }) => {
    const write = async (name: string, lines: AsyncIterable<Line>): Promise<void> => {
      const file = join(out, `${name}.proof`)
      const part = `${file}.part`
      await pipeline(Readable.from(writeProof(lines, sealer)), createWriteStream(part, { mode: 0o600 }))
      // a file that is there is whole
      renameSync(part, file)
      files.push(file)
      if (!json) output.write(`${file}\n`)
    }
    mkdirSync(out, { recursive: true })
    const extent = { keys: hubKeys, content: !values['without-content'], now: new Date() }
    for (const each of days) await write(each, proveDay(query, each, extent))
    if (message !== undefined) await write(message, proveMessage(query, message, extent))
  })
  if (json) writeJson(output, { files })
  return 0
}
