// qiao demo: the life of some hundred cases through every flow, with faults, and the proof that nothing was lost.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { request } from 'undici'
import { startProgram } from './child.ts'
import { agrees, readCounts, type SystemRow } from './counts.ts'
import { type Stage, setStage } from './stage.ts'
import { supplement } from './supplement.ts'
import { progressOf, tableOf } from './table.ts'

const options = {
  cases: { type: 'string', default: '300' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
} as const
const deadline = 240_000
// everything is delivered but a number differs: it may still be on its way to the other side
const patience = 10_000

/** Exit code 0 only if every number agrees. */
export async function demoCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options })
  const say = (text: string): void => void process.stderr.write(`${text}\n`)
  const folder = mkdtempSync(join(tmpdir(), 'qiao-demo-'))
  const stage = await setStage(folder, say)
  try {
    say(`${values.cases} cases of three departments / 三个部门 ${values.cases} 个办件 …`)
    const traffic = startProgram(
      'sandbox/department/main.ts',
      ['--hub', stage.hub, '--keys', stage.keys, '--cases', values.cases, '--seed', values.seed, '--json'],
      {},
      join(folder, 'departments.log'),
    )
    let receipts: number | undefined
    void traffic.ended.then(({ output }) => {
      receipts = receiptsOf(output)
    })
    const { rows, violations } = await watch(stage, () => receipts, say)
    say(`\n${tableOf(rows)}\n`)
    const isWhole = agrees(rows) && violations.length === 0
    const agree = isWhole && (await supplement(stage, say))
    for (const violation of violations) say(`✗ ${violation}`)
    say(agree ? '✓ every number agrees / 全部相符' : '✗ the numbers do not agree / 数目不符')
    await showWhereToLook(stage, agree && !values.keep, say)
    if (values.json) {
      const systems = rows.map(({ open: _, ...row }) => row)
      process.stdout.write(`${JSON.stringify({ systems, agree })}\n`)
    }
    if (values.keep) await untilSignal(say)
    return agree ? 0 : 1
  } finally {
    await stage.close()
    if (!values.keep) rmSync(join(folder, 'data'), { recursive: true, force: true })
  }
}

/** Shows progress until everything is delivered, pulled and counted, or the deadline passes. */
async function watch(
  stage: Stage,
  receipts: () => number | undefined,
  say: (text: string) => void,
): Promise<{ rows: SystemRow[]; violations: string[] }> {
  const began = Date.now()
  let quietSince: number | undefined
  for (;;) {
    const known = receipts()
    const counts = await readCounts(stage, known ?? 0)
    say(progressOf(counts.rows, (Date.now() - began) / 1000))
    const quiet = known !== undefined && counts.rows.every((row) => row.open === 0)
    quietSince = quiet ? (quietSince ?? Date.now()) : undefined
    const given = quietSince !== undefined && Date.now() - quietSince > patience
    if ((quiet && agrees(counts.rows)) || given || Date.now() - began > deadline) return counts
    await sleep(1_000)
  }
}

function receiptsOf(output: string): number {
  try {
    const { receipts } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as { receipts: number }
    return receipts
  } catch {
    return 0
  }
}

async function showWhereToLook(stage: Stage, closing: boolean, say: (text: string) => void): Promise<void> {
  const receipt = await sampleReceipt(stage)
  const key = relative(process.cwd(), join(stage.keys, 'hub.pub.pem'))
  say('\nwhere to look / 查看位置:')
  if (receipt) say(`  receipt 回执   npx qiao verify ${relative(process.cwd(), receipt)} --key ${key}`)
  say(`  logs 日志      ${stage.folder}`)
  if (closing) {
    say('  live 保持运行  npm run demo -- --keep')
    return
  }
  say(`  hub 枢纽       ${stage.hub}/openapi.json  ${stage.hub}/readyz`)
  say(
    `  operator 运维  curl -H "Authorization: Bearer $(cat ${join(stage.keys, 'operator.secret')})" ${stage.hub}/ops/systems`,
  )
  say(`  sandbox 沙箱   ${stage.sandbox}/control/received`)
}

/** Saves the receipt of one message, so that a reader can verify it himself. */
async function sampleReceipt(stage: Stage): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${stage.operatorSecret}` }
  const reply = await request(`${stage.hub}/ops/receipts?limit=1`, { headers })
  const { receipts } = (await reply.body.json()) as { receipts?: unknown[] }
  if (!receipts?.[0]) return undefined
  const file = join(stage.folder, 'receipt.json')
  writeFileSync(file, `${JSON.stringify(receipts[0], null, 2)}\n`)
  return file
}

async function untilSignal(say: (text: string) => void): Promise<void> {
  say('\nrunning until Ctrl-C / 按 Ctrl-C 结束')
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}
