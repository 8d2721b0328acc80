// qiao restore: brings an archived day back into the ledger, from its file.
import { restoreDay } from '../../core/flow/restore-day.ts'
import { actorOf, misused, readArguments, text } from '../arguments.ts'
import { withLedger } from '../ledger.ts'
import { type Output, terminal, writeJson } from '../mapping/output.ts'
import { signedOptions, signedUsage } from './signed.ts'

const usage = `usage: qiao restore <file> --by <who> --why <reason> [--days <n>]

  --days                how long it stays (QIAO_KEEP_RESTORED) / 保留天数
${signedUsage}`
const options = { ...signedOptions, days: text } as const

/** Exit code 0 when the day is back, 1 when it cannot be, 2 for wrong usage. */
export async function restoreCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv | undefined = undefined,
  output: Output = terminal,
): Promise<number> {
  const parsed = readArguments(args, options)
  if (typeof parsed === 'string') return misused(parsed, usage, output)
  const { values, positionals } = parsed
  if (values.help) {
    output.write(usage)
    return 0
  }
  const [file] = positionals
  const actor = actorOf(values)
  if (file === undefined || positionals.length > 1 || !actor)
    return misused('one file, --by and --why are needed / 需要一个文件及 --by、--why', usage, output)
  if (values.days !== undefined && !/^[1-9]\d{0,3}$/.test(values.days))
    return misused('--days is a number from 1', usage, output)
  return withLedger(environment, async ({ database, hubKeys, vault, config }) => {
    const keep = values.days === undefined ? config.retention.keepRestored : Number(values.days)
    const restored = await restoreDay(database, file, { hubKeys, vault }, keep, actor)
    if (values.json) writeJson(output, { ...restored, days: keep })
    else
      output.write(
        `${restored.day}: ${restored.messages} messages are back for ${keep} days / 已恢复 ${restored.messages} 条消息，保留 ${keep} 天\n`,
      )
    return 0
  })
}
