// qiao reconcile: a day of a system against what the system received, over the operator API of a running hub.
import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../core/config.ts'
import { byteOrderMark } from '../core/flow/report-csv.ts'
import type { RunRow } from '../core/ledger/reconcile.ts'
import { addDays, localDay } from '../core/time.ts'
import { daysFrom, flag, help, misused, readOptions, text } from './arguments.ts'
import { type Output, terminal, writeJson } from './mapping/output.ts'
import { connect } from './operator.ts'

const usage = `usage: qiao reconcile --system <name> --by <who> --why <why> [--day <day> | --from <day> --to <day>] [options]

  --day, --from, --to   yyyy-MM-dd (yesterday) / 对账日期，缺省为昨日
  --resend              send again what is missing, where its key has not gone on / 补发缺失记录
  --out <file>          the report as CSV; one day only / 导出报告
  --hub <address>       the hub (QIAO_HOST, QIAO_PORT) / 枢纽地址
  --json                the runs as one JSON document / 以 JSON 输出
`
const options = {
  system: text,
  by: text,
  why: text,
  day: text,
  from: text,
  to: text,
  out: text,
  hub: text,
  resend: flag,
  json: flag,
  help,
} as const

/** Exit code 0 when nothing differs, 1 when something does or a run failed, 2 for wrong usage. */
export async function reconcileCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv | undefined = undefined,
  output: Output = terminal,
): Promise<number> {
  const values = readOptions(args, options)
  if (typeof values === 'string') return misused(values, usage, output)
  if (values.help) {
    output.write(usage)
    return 0
  }
  const { system, by, why: reason, out } = values
  const yesterday = addDays(localDay(new Date()), -1)
  const days = daysFrom(values.from ?? values.day ?? yesterday, values.to ?? values.day ?? yesterday)
  if (!system || !by || !reason || days.length === 0 || (out !== undefined && days.length > 1))
    return misused('--system, --by and --why are needed / 必须写明 --system、--by 与 --why', usage, output)
  const hub = connect(readConfig(environment), values.hub)
  const signed = { by, reason }
  const runs: RunRow[] = []
  for (const day of days) {
    let run = await hub.post<RunRow>('/reconciliations', { ...signed, system, day })
    while (run.state === 'running') {
      await sleep(500)
      run = await hub.get<RunRow>(`/reconciliations/${run.id}`)
    }
    runs.push(run)
    if (!values.json) told(run, output)
    if (values.resend && run.missing > 0) {
      const { resent, left } = await hub.post<{ resent: number; left: number }>(
        `/reconciliations/${run.id}/resend`,
        signed,
      )
      output.tell(`${day}: ${resent} sent again, ${left} left to you / 补发 ${resent}，待人工 ${left}\n`)
    }
    if (out !== undefined)
      await writeFile(out, byteOrderMark + (await hub.text(`/reconciliations/${run.id}/report.csv`)))
  }
  if (values.json) writeJson(output, { reconciliations: runs })
  return runs.every(isClean) ? 0 : 1
}

const isClean = ({ state, missing, extra, different }: RunRow): boolean =>
  state === 'done' && missing + extra + different === 0

function told(run: RunRow, output: Output): void {
  const { day, state, sent, received, missing, extra, different, open, reason } = run
  if (state === 'failed') output.write(`✗ ${day}: ${reason ?? ''}\n`)
  else
    output.write(
      `${isClean(run) ? '✓' : '✗'} ${day}: ${sent} sent, ${received} received, ${missing} missing, ${extra} extra, ` +
        `${different} different, ${open} open / 送达 ${sent}，接收 ${received}，缺失 ${missing}，多出 ${extra}，` +
        `不一致 ${different}，未送达 ${open}\n`,
    )
}
