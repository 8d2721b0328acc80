// qiao replay: dead letters of a filter, counted or replayed batch by batch, over the operator API of a running hub.
import { readConfig } from '../core/config.ts'
import type { ReplayState } from '../core/flow/replay-many.ts'
import { flag, help, misused, readOptions, text } from './arguments.ts'
import { type Output, terminal, writeJson } from './mapping/output.ts'
import { connect } from './operator.ts'

const usage = `usage: qiao replay [filter] --by <who> --why <why> [--dry-run] [--json]
       qiao replay --resume <run> --by <who> --why <why> [--json]

  --system <name> --type <type> --source <department> --key <key>   only these / 仅这些
  --reason <text>       whose reason holds this / 原因包含该文字
  --from, --to <day>    when they died: yyyy-MM-dd or "yyyy-MM-dd HH:mm:ss", a day whole / 进入死信的时间
  --doubt               those that may have arrived: sent again, or asked for first where the platform can be asked;
                        others never include them / 结果不明的：重新发送（平台可查询的先查询）；其他条件均不含此类
  --all                 without any filter / 不加任何条件
  --dry-run             only count / 仅计数
  --resume <run>        go on with a run that was stopped / 继续已中断的批量重发
  --hub <address>       the hub (QIAO_HOST, QIAO_PORT) / 枢纽地址
`
const filterNames = ['system', 'type', 'source', 'key', 'reason', 'from', 'to', 'doubt'] as const
const options = {
  ...{ system: text, type: text, source: text, key: text, reason: text, from: text, to: text },
  ...{ by: text, why: text, resume: text, hub: text },
  ...{ doubt: flag, all: flag, 'dry-run': flag, json: flag, help },
} as const

/** Exit code 0 when nothing is left, 1 when something is, or the hub refused; 2 for wrong usage. */
export async function replayCommand(
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
  const { by, why: reason, resume, json, 'dry-run': dryRun } = values
  if (!by || !reason) return misused('--by and --why are needed / 必须写明 --by 与 --why', usage, output)
  const given = filterNames.filter((name) => values[name] !== undefined && values[name] !== false)
  if ((resume !== undefined) === (given.length > 0 || values.all) || (resume !== undefined && dryRun))
    return misused(
      'give a filter, or --all, or --resume alone / 请给出条件、--all，或单独使用 --resume',
      usage,
      output,
    )
  const hub = connect(readConfig(environment), values.hub)
  const ask = (path: string, body: unknown) => hub.post<ReplayState>(`/dead/replay${path}`, body)
  const filter = Object.fromEntries(given.map((name) => [name, values[name]] as const))
  const signed = { by, reason }
  let state =
    resume === undefined
      ? await ask('', { ...signed, filter, dryRun })
      : await ask(`/${encodeURIComponent(resume)}`, signed)
  if (dryRun) return told(state, 0, json, output)
  const { run } = state
  if (resume === undefined) output.tell(`run ${run}: --resume ${run} goes on with it / 可续\n`)
  let replayed = state.replayed
  while (state.remaining > 0 && state.replayed > 0) {
    output.tell(
      `${replayed} replayed, ${state.remaining} left / 已重发 ${replayed}，剩余 ${state.remaining}\n`,
    )
    state = await ask(`/${run}`, signed)
    replayed += state.replayed
  }
  return told(state, replayed, json, output)
}

function told(state: ReplayState, replayed: number, json: boolean, output: Output): number {
  const { remaining, systems, run, inDoubt } = state
  if (json) writeJson(output, { ...state, replayed })
  else {
    for (const { system, count } of systems) output.write(`  ${system}: ${count}\n`)
    output.write(`${replayed} replayed, ${remaining} left / 已重发 ${replayed}，剩余 ${remaining}\n`)
    if (inDoubt > 0)
      output.write(
        `${inDoubt} may have arrived and were left: ask the platform, then --doubt / ${inDoubt} 条结果不明，未处理：请向平台核实后使用 --doubt\n`,
      )
  }
  return run === null || remaining === 0 ? 0 : 1
}
