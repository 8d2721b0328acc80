// qiao archive: writes the days that are due into files, checks them, and lets them leave the ledger; or seals files anew; or
// lists what is known.
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { StartupError } from '../../core/errors.ts'
import { closeDays } from '../../core/flow/close-days.ts'
import { resealFiles } from '../../core/flow/reseal-files.ts'
import { retain } from '../../core/flow/retention.ts'
import { archivedDays } from '../../core/ledger/archive.ts'
import { ledgerTime } from '../../core/ledger/chain.ts'
import { addDays, localDay } from '../../core/time.ts'
import { actorOf, flag, isDay, misused, readArguments, text } from '../arguments.ts'
import { withLedger } from '../ledger.ts'
import { type Output, terminal, writeJson } from '../mapping/output.ts'
import { toldResealed } from './resealed.ts'
import { signedOptions, signedUsage } from './signed.ts'

const usage = `usage: qiao archive --by <who> --why <reason> [--until <day>] [--out <folder>]
       qiao archive --reseal --by <who> --why <reason> [--out <folder>]
       qiao archive --list

  --until               last day to archive, yyyy-MM-dd (those older than QIAO_KEEP days) / 归档截止日期
  --out                 folder of the files (QIAO_ARCHIVE) / 归档目录
  --reseal              seals anew what an older data key sealed, and archives nothing / 用当前数据密钥重新加密归档文件
  --list                what is archived, restored, or held, and by what / 查看归档状态
${signedUsage}`
const options = { ...signedOptions, until: text, out: text, reseal: flag, list: flag } as const

/** Exit code 0 when everything due is done, 1 when a day is held, or a file is lost or could not be sealed, 2 for wrong usage. */
export async function archiveCommand(
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
  if (values.list) return list(environment, values.json, output)
  const actor = actorOf(values)
  if (positionals.length > 0 || !actor)
    return misused('--by and --why are needed / 必须写明 --by 与 --why', usage, output)
  const { until } = values
  if (until !== undefined && !isDay(until)) return misused('--until is a day, yyyy-MM-dd', usage, output)
  if (until !== undefined && values.reseal) return misused('--reseal takes no --until', usage, output)
  return withLedger(environment, async (tools) => {
    const { retention } = tools.config
    const folder = values.out === undefined ? retention.folder : resolve(values.out)
    if (folder === undefined)
      throw new StartupError('no archive folder / 未设置归档目录', 'Set QIAO_ARCHIVE, or name it with --out.')
    const owner = `${hostname()}/${process.pid}`
    if (values.reseal)
      return toldResealed(await resealFiles({ ...tools, folder, owner }, actor), values.json, output)
    const now = await ledgerTime(tools.database.query)
    await closeDays(tools.database, tools.sealer, now)
    const today = localDay(now)
    const before = until === undefined ? addDays(today, -retention.keep) : addDays(until, 1)
    const result = await retain(
      { ...tools, folder, owner },
      retention,
      { before, today },
      actor,
      ({ day, messages }) => output.tell(`${day}: ${messages} messages / 条消息\n`),
    )
    const { archived, days, held, unsound, elsewhere } = result
    if (values.json) {
      const files = archived.map(({ digest, ...rest }) => ({ ...rest, digest: digest.toString('hex') }))
      writeJson(output, { archived: files, purged: days, held: Object.fromEntries(held), unsound, elsewhere })
    } else {
      for (const [day, count] of held)
        output.write(`  ${day}: held by ${count} open / 因 ${count} 项未完成而保留\n`)
      for (const day of unsound)
        output.write(`  ${day}: its file is lost or changed / 归档文件缺失或被改动\n`)
      for (const day of elsewhere) output.write(`  ${day}: another process archives it / 正由其他进程归档\n`)
      output.write(
        `${archived.length} days archived, ${days.length} left the ledger / 已归档 ${archived.length} 天，移出账本 ${days.length} 天\n`,
      )
    }
    return held.size + unsound.length + elsewhere.length === 0 ? 0 : 1
  })
}

function list(environment: NodeJS.ProcessEnv | undefined, json: boolean, output: Output): Promise<number> {
  return withLedger(environment, async ({ database }) => {
    const days = await archivedDays(database.query)
    if (json) {
      writeJson(output, {
        days: days.map(({ digest, ...rest }) => ({ ...rest, digest: digest?.toString('hex') ?? null })),
      })
      return 0
    }
    for (const { day, held, file, archived_at, dropped_at, restored_until } of days) {
      const state =
        held > 0
          ? `held by ${held} / 保留`
          : restored_until
            ? `restored until ${localDay(restored_until)} / 已恢复`
            : dropped_at
              ? 'left the ledger / 已移出'
              : archived_at
                ? 'archived, still here / 已归档'
                : 'being archived / 归档中'
      output.write(`${day}  ${file ?? '-'}  ${state}\n`)
    }
    return 0
  })
}
