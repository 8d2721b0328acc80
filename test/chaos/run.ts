// One run: the stage, the traffic, the accidents, the verdict.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProgram } from '../../cli/demo/child.ts'
import { createRandom } from '../../sandbox/department/random.ts'
import { carryOut } from './chaos.ts'
import type { Verdict } from './checker/verdict.ts'
import { forget, switchFaults, switchOff } from './faults.ts'
import type { Result } from './generator/traffic.ts'
import type { Hubs } from './hubs.ts'
import type { Options } from './options.ts'
import { followGenerator } from './progress.ts'
import { planAccidents, planText } from './schedule.ts'
import { type Stage, setStage } from './stage.ts'

export type Outcome = {
  verdict: Verdict
  traffic: Result
  unasked: ReturnType<Hubs['unasked']>
  /** from the first post to the last arrival that was waited for, s */
  seconds: number
  /** everything is as promised */
  sound: boolean
}

// what comes after the last record that was waited for, ms
const linger = 3_000

/** Makes a run. `say` gets a line for people now and then; `stop` ends it early, with everything it started. */
export async function run(
  options: Options,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<Outcome> {
  const random = createRandom(options.seed)
  const planned = planAccidents(options.amounts, options.hubs, random.fork('accidents'))
  const { messages, keys, hubs, seed, without } = options
  say(
    `\n${messages} records over ${keys} keys, ${hubs} hubs, seed ${seed}${without ? `, without ${without}` : ''}`,
  )
  const forgetful = options.forgetful.join(', ') || 'none'
  say(`platforms that do not recognise a repeat: ${forgetful}`)
  say(`one request in ten meets a fault of the platforms\n${planText(planned)}\n`)
  const stage = await setStage(options.hubs, options.without)
  let sound = false
  const play = async (): Promise<Outcome> => {
    await forget(stage.sandboxUrl, options.forgetful)
    await switchFaults(stage.sandboxUrl, random.fork('faults'))
    await pull(stage)
    const began = Date.now()
    const generator = startGenerator(stage, options)
    const progress = followGenerator(generator, options.messages)
    const [traffic] = await Promise.all([
      progress.result,
      carryOut(planned, options.amounts.finale, stage, progress, say),
    ])
    for (const text of traffic.refused.slice(0, 3)) say(`refused: ${text}`)
    await switchOff(stage.sandboxUrl)
    const verdict = await check(stage, options, say)
    const { acknowledged, lost, repeated, outOfOrder, unverified } = verdict
    sound = acknowledged >= options.messages && lost + repeated + outOfOrder + unverified === 0
    const seconds = (Date.now() - began - linger) / 1000
    return { verdict, traffic, unasked: stage.hubs.unasked(), seconds, sound }
  }
  try {
    return await Promise.race([play(), stopped(stop)])
  } finally {
    const keep = options.keep || !(sound || options.without)
    await stage.close(keep)
    if (keep) say(`logs, keys and receipts: ${stage.folder}`)
  }
}

function stopped(stop: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    stop.addEventListener('abort', () => reject(new Error('stopped before its end')))
  })
}

/** The province pulls the feed through the balancer. */
async function pull({ sandboxUrl, balancer }: Stage): Promise<void> {
  const body = JSON.stringify({ url: balancer })
  const response = await fetch(`${sandboxUrl}/control/hub`, { method: 'POST', body })
  if (!response.ok) throw new Error(`control: ${await response.text()}`)
}

function startGenerator({ folder, keys, balancer }: Stage, { messages, keys: cases, rate, seed }: Options) {
  const numbers = { messages, cases, rate, seed }
  return startProgram(
    'test/chaos/generator/main.ts',
    [
      ...['--hub', balancer, '--keys', keys, '--file', join(folder, 'receipts.jsonl')],
      ...Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ],
    {},
    join(folder, 'generator.log'),
  )
}

/** Runs the checker, a program of its own. */
async function check(stage: Stage, { patience }: Options, say: (line: string) => void): Promise<Verdict> {
  const { folder, keys, sandboxUrl } = stage
  const log = join(folder, 'checker.log')
  const places = ['--file', join(folder, 'receipts.jsonl'), '--key', join(keys, 'hub.pub.pem')]
  const times = ['--patience', String(patience), '--linger', String(linger)]
  const checker = startProgram(
    'test/chaos/checker/main.ts',
    ['--sandbox', sandboxUrl, ...places, ...times],
    {},
    log,
  )
  checker.process.stderr?.on('data', (chunk: Buffer) => say(`         ${chunk.toString('utf8').trim()}`))
  const { output } = await checker.ended
  const last = output.trim().split('\n').at(-1) ?? ''
  appendFileSync(join(folder, 'verdict.json'), `${last}\n`)
  if (!last.startsWith('{')) throw new Error(`the checker ended without a verdict; see ${log}`)
  return JSON.parse(last) as Verdict
}
