// Times programs by turns: batches of about the same time, garbage collected before each, medians over the rounds.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { median } from '../report.ts'

type Timed = { name: string; convert: (i: number) => unknown }

/** ns a message of each program, by its name. */
export type Times = ReadonlyMap<string, number>

const warmUp = 400 // ms a program: past the compilers of V8
const batch = 60 // ms a program and round

/**
 * Runs every program `rounds` times by turns.
 * @param onRound told after each round
 */
export async function timeByTurns(
  programs: readonly Timed[],
  rounds: number,
  onRound: (round: number) => void,
): Promise<Times> {
  const collect = garbageCollector()
  const counts = new Map<string, number>()
  for (const program of programs) counts.set(program.name, await calibrate(program))
  const times = new Map<string, number[]>(programs.map(({ name }) => [name, []]))
  for (let round = 1; round <= rounds; round++) {
    // every other round backwards: nobody always runs after the same neighbour
    for (const program of round % 2 === 1 ? programs : [...programs].reverse()) {
      const count = counts.get(program.name) ?? 1
      collect()
      times.get(program.name)?.push((await time(program, count)) / count)
    }
    onRound(round)
  }
  return new Map([...times].map(([name, list]) => [name, median(list)]))
}

/** Warms up and tells how many messages fill a batch. */
async function calibrate(program: Timed): Promise<number> {
  let done = 0
  let spent = 0
  while (spent < warmUp * 1e6) {
    spent += await time(program, 100)
    done += 100
  }
  return Math.max(10, Math.round((done * batch * 1e6) / spent))
}

let last: unknown

/** ns for messages 0 … count-1. */
async function time({ convert }: Timed, count: number): Promise<number> {
  const start = process.hrtime.bigint()
  for (let i = 0; i < count; i++) {
    last = convert(i)
    if (last instanceof Promise) last = await last
  }
  return Number(process.hrtime.bigint() - start)
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
