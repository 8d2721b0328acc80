// qiao mapping shadow: what candidate files would give for the messages the ledger already holds.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { adapters } from '../../adapters/index.ts'
import { type Config, readConfig } from '../../core/config.ts'
import { StartupError } from '../../core/errors.ts'
import { compileBundle } from '../../core/flow/bundle.ts'
import { readFiles, readOverlay } from '../../core/flow/files.ts'
import { type ShadowProgress, type ShadowReport, shadow } from '../../core/flow/shadow.ts'
import type { ShadowField, ShadowMapping } from '../../core/flow/shadow-tally.ts'
import type { Database } from '../../core/ledger/database.ts'
import { openPglite } from '../../core/ledger/pglite.ts'
import { openPostgres } from '../../core/ledger/postgres.ts'
import { createLog } from '../../core/log.ts'
import { folderOf, misused, type Output, pad, readArguments, terminal, writeJson } from './output.ts'

const usage = `usage: qiao mapping shadow --mappings <candidate folder> [options]
Runs candidate files over the messages the ledger holds and shows what would come out differently, by mapping and field.
用候选配置重新转换账本中的历史消息，按映射和字段显示与原结果的差异。
Only reads: with DATABASE_URL hubs may run meanwhile; the embedded ledger has one user at a time. Ctrl-C ends early and
shows what was found. 只读；使用 PostgreSQL 时枢纽可同时运行，内置账本须先停止枢纽。Ctrl-C 可提前结束并显示已有结果。
Exit code 0: no difference; 1: differences, or ended early; 2: wrong usage / 退出码：0 无差异，1 有差异或未完成，2 用法不对
  --system <name>       only messages it sent and deliveries to it / 只看该系统
  --type <type>         only messages of this canonical type / 只看该标准类型
  --since <yyyy-MM-dd>  only messages accepted since that day, Asia/Shanghai / 只看该日以来的消息
  --limit <n>           only the newest n messages / 只看最新 n 条
`

const options = {
  system: { type: 'string' },
  type: { type: 'string' },
  since: { type: 'string' },
  limit: { type: 'string' },
} as const

/** Exit code 0 without differences, 1 with differences or when ended early, 2 for wrong usage. */
export async function shadowCommand(
  args: string[],
  output: Output = terminal,
  environment?: NodeJS.ProcessEnv,
): Promise<number> {
  const parsed = readArguments(args, options, usage, output)
  if (typeof parsed === 'number') return parsed
  const { system, type, since, limit, json, mappings } = parsed.values
  const day = since === undefined ? undefined : dayOf(since)
  if (since !== undefined && !day) return misused('--since takes yyyy-MM-dd', usage, output)
  const most = limit === undefined ? undefined : Number(limit)
  if (most !== undefined && !(Number.isSafeInteger(most) && most > 0)) {
    return misused('--limit takes a whole number from 1', usage, output)
  }
  const config = readConfig(environment)
  const folder = mappings === undefined ? config.mappings : folderOf(mappings)
  const candidate = compileBundle(readFiles(folder), adapters(), readOverlay(config.settings))
  const unknown = unknownName(candidate, system, type)
  if (unknown) return misused(unknown, usage, output)
  const database = await openLedger(config)
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
    if (json) writeJson(output, report)
    else output.write(reportText(report))
    return report.complete && report.different === 0 ? 0 : 1
  } finally {
    ending.stop()
    await database.close()
  }
}

function dayOf(text: string): Date | undefined {
  const day = new Date(`${text}T00:00:00+08:00`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime()) ? day : undefined
}

function unknownName(
  { systems, library }: ReturnType<typeof compileBundle>,
  system: string | undefined,
  type: string | undefined,
): string | undefined {
  if (system !== undefined && !systems.has(system)) return `there is no system ${system} / 没有系统 ${system}`
  if (type !== undefined && !library.types.has(type)) return `there is no type ${type} / 没有标准类型 ${type}`
  return undefined
}

async function openLedger({ databaseUrl, data, log }: Config): Promise<Database> {
  // two connections: one page is read while the one before it is judged
  if (databaseUrl !== undefined) return openPostgres(databaseUrl, createLog(log), 2)
  if (!existsSync(join(data, 'ledger'))) {
    throw new StartupError(
      `there is no ledger in ${data}`,
      'Set QIAO_DATA to the data folder of the hub, or DATABASE_URL.',
    )
  }
  try {
    return await openPglite(data)
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

/** A line a second that overwrites itself; where nobody watches, one every ten seconds. */
function teller(output: Output): (progress: ShadowProgress) => void {
  const every = output.tellsTerminal ? 1 : 10
  let told = 0
  return (progress) => {
    const { messages, total, seconds } = progress
    if (seconds - told < every && messages !== total) return
    told = seconds
    const end = output.tellsTerminal && messages !== total ? '\r' : '\n'
    output.tell(`${progressText(progress).padEnd(70)}${end}`)
  }
}

/** `12,000 of 100,000 messages, 4,000/s, 22 s left` */
export function progressText({ messages, total, seconds }: ShadowProgress): string {
  const rate = messages / Math.max(seconds, 0.001)
  const number = (value: number): string => Math.round(value).toLocaleString('en')
  const known = total === undefined ? '' : ` of ${number(total)}`
  const left = total === undefined || rate === 0 ? '' : `, ${number((total - messages) / rate)} s left`
  return `${number(messages)}${known} messages, ${number(rate)}/s${left}`
}

const kinds: Readonly<Record<ShadowField['kind'], string>> = {
  added: 'added 新增',
  removed: 'removed 消失',
  changed: 'changed 变化',
  refused: 'refused 现被拒绝',
  allowed: 'allowed 不再拒绝',
}

function reportText(report: ShadowReport): string {
  const { complete, messages, deliveries, different, notes } = report
  const lines = report.mappings.filter((mapping) => mapping.different > 0).flatMap(mappingLines)
  const same = report.mappings.filter((mapping) => mapping.different === 0)
  if (same.length > 0)
    lines.push(`no difference / 无差异: ${same.map(({ mapping }) => mapping).join(', ')}`, '')
  if (notes.waiting > 0) lines.push(`${notes.waiting} deliveries wait for another step / 等待其他步骤结果`)
  if (notes.unknown > 0) lines.push(`${notes.unknown} messages have no way in any more / 找不到接入映射`)
  if (notes.lost > 0) lines.push(`${notes.lost} messages lost their files / 找不到当时的配置`)
  if (notes.unreproduced > 0) {
    lines.push(
      `${notes.unreproduced} messages: this program no longer gives what was stored / 无法重现当时的结果`,
    )
  }
  if (!complete) lines.push('ended early: this is not everything / 提前结束，结果不完整')
  const mark = different === 0 && complete ? '✓' : '✗'
  lines.push(
    `${mark} ${messages} messages, ${deliveries} deliveries: ${different} documents differ / ${messages} 条消息，${deliveries} 次投递：${different} 份结果不同`,
  )
  return `${lines.join('\n')}\n`
}

function mappingLines({ mapping, direction, documents, different, fields }: ShadowMapping): string[] {
  const side = direction === 'intake' ? 'intake 接入' : 'delivery 投递'
  return [
    `${mapping} (${side}): ${different} of ${documents} differ / ${documents} 份中 ${different} 份不同`,
    ...fields.flatMap(fieldLines),
    '',
  ]
}

function fieldLines({ field, kind, rule, en, zh, count, share, samples }: ShadowField): string[] {
  const why = rule === undefined ? '' : `  [${rule}] ${en === undefined ? '' : `${en} / ${zh}`}`
  const head = `  ${pad(field, 28)} ${pad(kinds[kind], 18)} ${String(count).padStart(7)}  ${(share * 100).toFixed(1).padStart(5)} %${why}`
  const values = ({ before, after }: ShadowField['samples'][number]): string =>
    before === undefined && after === undefined ? '' : `: ${before ?? '—'} → ${after ?? '—'}`
  return [
    head.trimEnd(),
    ...samples.map((sample) => `      ${sample.message} ${sample.step ?? ''}${values(sample)}`.trimEnd()),
  ]
}
