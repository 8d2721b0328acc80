// qiao purge: takes out of the ledger what is archived and past its time, restored days among it; one of these at once.
import type { Retention } from '../../core/config.ts'
import type { Actor } from '../../core/flow/action.ts'
import { type Purged, purge, purgeRestored } from '../../core/flow/purge.ts'
import { ledgerTime } from '../../core/ledger/chain.ts'
import { addDays, localDay } from '../../core/time.ts'
import { actorOf, misused, readArguments, text } from '../arguments.ts'
import { type Opened, withLedger } from '../ledger.ts'
import { type Output, terminal, writeJson } from '../mapping/output.ts'
import { signedOptions, signedUsage } from './signed.ts'

const usage = `usage: qiao purge --by <who> --why <reason> [--day <day>]

  --day                 a restored day, yyyy-MM-dd, that is no longer needed / 不再需要的已恢复日期
${signedUsage}`
const options = { ...signedOptions, day: text } as const

/** Exit code 0 when all that may leave has left, 1 when a file is lost, or the day is not a restored one; 2 for wrong usage. */
export async function purgeCommand(
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
  const actor = actorOf(values)
  if (positionals.length > 0 || !actor)
    return misused('--by and --why are needed / 必须写明 --by 与 --why', usage, output)
  const { day } = values
  return withLedger(environment, async (tools) => {
    const { retention } = tools.config
    const { days, unsound } =
      day === undefined
        ? await purgeDue(tools, retention, actor)
        : await purgeRestored(tools, retention, day, actor)
    if (values.json) writeJson(output, { purged: days, unsound })
    else {
      for (const lost of unsound)
        output.write(`  ${lost}: its file is lost or changed / 归档文件缺失或被改动\n`)
      output.write(`${days.length} days left the ledger / 移出账本 ${days.length} 天\n`)
    }
    return unsound.length === 0 ? 0 : 1
  })
}

async function purgeDue(tools: Opened, retention: Retention, actor: Actor): Promise<Purged> {
  const today = localDay(await ledgerTime(tools.database.query))
  return purge(tools, retention, addDays(today, -retention.keep), today, actor)
}
