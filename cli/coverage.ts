// qiao coverage: what share of what was accepted reached which system, over the operator API of a running hub.
import { writeFile } from 'node:fs/promises'
import { readConfig } from '../core/config.ts'
import type { Coverage } from '../core/flow/coverage.ts'
import { percent } from '../core/flow/coverage-report.ts'
import { byteOrderMark } from '../core/flow/report-csv.ts'
import { flag, help, isDay, misused, readOptions, text } from './arguments.ts'
import { type Output, pad, terminal, width, writeJson } from './mapping/output.ts'
import { connect } from './operator.ts'

const usage = `usage: qiao coverage [--from <day>] [--to <day>] [--by department|item|day|system] [options]

  --from, --to     days of acceptance, yyyy-MM-dd (the last seven) / 受理日期，缺省为最近七日
  --by             one line for each of these and each target (department) / 统计口径，缺省按部门
  --system <name>  only what goes to this system / 仅该目标系统
  --out <file>     the report as CSV / 导出报表
  --hub <address>  the hub (QIAO_HOST, QIAO_PORT) / 枢纽地址
  --json           as one JSON document / 以 JSON 输出
`
const wish = { from: text, to: text, by: text, system: text } as const
const options = { ...wish, out: text, hub: text, json: flag, help } as const

const heads = ['', '→', '受理 accepted', '送达 delivered', '%', '死信 dead', '未完成 open', '超期 late']

/** Exit code 0 when nothing is dead or late, 1 when something is, 2 for wrong usage. */
export async function coverageCommand(
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
  const { from, to, by, system, out } = values
  if ([from, to].some((day) => day !== undefined && !isDay(day)))
    return misused('--from and --to are days, yyyy-MM-dd / --from 与 --to 应为日期', usage, output)
  const asked = Object.entries({ from, to, by, system }).filter(([, value]) => value !== undefined)
  const query = new URLSearchParams(asked as [string, string][])
  const hub = connect(readConfig(environment), values.hub)
  const found = await hub.get<Coverage>(`/coverage?${query}`)
  if (out !== undefined) await writeFile(out, byteOrderMark + (await hub.text(`/coverage.csv?${query}`)))
  if (values.json) writeJson(output, found)
  else told(found, output)
  return found.lines.every(({ dead, late }) => dead + late === 0) ? 0 : 1
}

function told({ from, to, lines }: Coverage, output: Output): void {
  const rows = lines.map((line) => [
    line.title ?? line.group,
    line.system,
    ...[line.accepted, line.delivered].map(String),
    percent(line.share),
    ...[line.dead, line.open, line.late].map(String),
  ])
  const widths = heads.map((head, i) => Math.max(width(head), ...rows.map((row) => width(row[i] ?? ''))))
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => pad(cell, widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  output.write(`${from} – ${to}\n${[heads, ...rows].map(lineOf).join('\n')}\n`)
}
