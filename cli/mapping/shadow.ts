// qiao mapping shadow: what candidate files would give for the messages the ledger already holds.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { adapters } from '../../adapters/index.ts'
import { type Config, readConfig } from '../../core/config.ts'
import { StartupError } from '../../core/errors.ts'
import type { Bundle } from '../../core/flow/bundle.ts'
import { type ShadowReport, shadow } from '../../core/flow/shadow.ts'
import type { Database } from '../../core/ledger/database.ts'
import { compileDateTest } from '../../core/mapping/dates.ts'
import { suggest } from '../../core/nearest.ts'
import { openLedger } from '../../ledger.ts'
import { misused, readArguments } from './arguments.ts'
import { openFolder } from './folder.ts'
import { type Output, terminal, writeJson } from './output.ts'
import { teller } from './progress.ts'
import { reportText } from './shadow-text.ts'

const usage = {
  words: 0,
  options: {
    system: { type: 'string' },
    type: { type: 'string' },
    since: { type: 'string' },
    limit: { type: 'string' },
  },
  help: `usage: qiao mapping shadow --mappings <candidate folder> [options]
Runs candidate files over the messages the ledger holds and shows what would come out differently, by mapping and field.
用候选配置重新转换账本中的历史消息，按映射和字段显示与原结果的差异。
Only reads: with DATABASE_URL hubs may run meanwhile; the embedded ledger has one user at a time. Ctrl-C ends early and
shows what was found. 只读；使用 PostgreSQL 时枢纽可同时运行，内置账本须先停止枢纽。Ctrl-C 可提前结束并显示已有结果。
Exit code 0: no difference; 1: differences, not everything could be judged, or the files are wrong; 2: wrong usage
退出码：0 无差异，1 有差异、未能全部比对或配置有误，2 用法不对
  --system <name>       only messages it sent and deliveries to it / 只看该系统
  --type <type>         only messages of this canonical type / 只看该标准类型
  --since <yyyy-MM-dd>  only messages accepted since that day, Asia/Shanghai / 只看该日以来的消息
  --limit <n>           only the newest n messages / 只看最新 n 条
`,
} as const

/** Exit code 0 without differences, 1 with differences or when not all was judged, 2 for wrong usage. */
export async function shadowCommand(
  args: string[],
  output: Output = terminal,
  environment?: NodeJS.ProcessEnv,
): Promise<number> {
  const parsed = readArguments(args, usage, output)
  if (typeof parsed === 'number') return parsed
  const { system, type, since, limit, json, mappings } = parsed.values
  const day = since === undefined ? undefined : dayOf(since)
  if (since !== undefined && !day)
    return misused('--since takes yyyy-MM-dd / --since 应为 yyyy-MM-dd', usage.help, output)
  const most = limit === undefined ? undefined : Number(limit)
  if (most !== undefined && !(Number.isSafeInteger(most) && most > 0)) {
    const reason = '--limit takes a whole number from 1 / --limit 应为不小于 1 的整数'
    return misused(reason, usage.help, output)
  }
  const config = readConfig(environment)
  const candidate = openFolder(mappings ?? config.mappings, json, output)
  if (candidate === 1) return 1
  const unknown = unknownName(candidate, system, type)
  if (unknown) return misused(unknown, usage.help, output)
  const database = await openPast(config)
  const ending = listen()
  try {
    const report = await shadow(database, candidate, adapters(), {
      system,
      type,
      since: day,
      limit: most,
      signal: ending.signal,
      progress: teller(output),
    })
    const ok = isSame(report)
    if (json) writeJson(output, { ok, ...report })
    else output.write(reportText(report, ok))
    return ok ? 0 : 1
  } finally {
    ending.stop()
    await database.close()
  }
}

/** Whether every message was judged and none would come out differently. */
function isSame({ complete, different, notes }: ShadowReport): boolean {
  return complete && different === 0 && notes.unknown === 0 && notes.lost === 0
}

const isDay = compileDateTest('yyyy-MM-dd')

function dayOf(text: string): Date | undefined {
  return isDay(text) ? new Date(`${text}T00:00:00+08:00`) : undefined
}

function unknownName(
  { systems, library }: Bundle,
  system: string | undefined,
  type: string | undefined,
): string | undefined {
  if (system !== undefined && !systems.has(system)) {
    const hint = suggest(system, systems.keys())
    return `there is no system ${system}${hint.en} / 没有系统 ${system}${hint.zh}`
  }
  if (type !== undefined && !library.types.has(type)) {
    const hint = suggest(type, library.types.keys())
    return `there is no type ${type}${hint.en} / 没有标准类型 ${type}${hint.zh}`
  }
  return undefined
}

async function openPast(config: Config): Promise<Database> {
  const { databaseUrl, data } = config
  // two connections: one page is read while the one before it is judged
  if (databaseUrl !== undefined) return (await openLedger(config, { connections: 2 })).database
  if (!existsSync(join(data, 'ledger'))) {
    throw new StartupError(
      `there is no ledger in ${data} / ${data} 中没有账本`,
      'Set QIAO_DATA to the data folder of the hub, or DATABASE_URL. / 请将 QIAO_DATA 设为枢纽的数据目录，或设置 DATABASE_URL。',
    )
  }
  try {
    return (await openLedger(config)).database
  } catch (error) {
    if (!(error instanceof StartupError) || !existsSync(join(data, 'ledger.lock'))) throw error
    throw new StartupError(
      `a hub is running on ${data}, and the embedded ledger has one user at a time / 枢纽正在使用内置账本`,
      'Stop the hub while shadow runs; or stop it, copy the folder, start it again and set QIAO_DATA to the copy. With DATABASE_URL both may run. / 请先停止枢纽，或停止后复制数据目录并将 QIAO_DATA 指向副本。',
      error,
    )
  }
}

/** Ctrl-C ends the run, however often it comes: a terminal and the parent process may both send it. */
function listen(): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, abort)
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, abort)
    },
  }
}
