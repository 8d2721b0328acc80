// npm run bench -- mapping: what a compiled mapping costs beside hand-written code, JSON itself and JSONata.
import { parseArgs } from 'node:util'
import { makePrograms, type Program } from './programs.ts'
import { type Times, timeByTurns } from './rounds.ts'

/** The help text. */
export const mappingUsage = `npm run bench -- mapping [options]
  --rounds N          rounds, all programs by turns; medians are printed (15)
  --json              one JSON line on standard output, progress on standard error`

/** ns a message, and the ratios the bars are set for. */
export type MappingFigures = {
  name: 'mapping'
  unit: 'ns/message'
  hand: number
  compiled: number
  validated: number
  json: number
  jsonata: number
  compiledOverHand: number
  compiledOverJson: number
  jsonataOverCompiled: number
  validatedOverHand: number
  validatedOverJson: number
  jsonataOverValidated: number
}

/** Runs the benchmark with the words after `mapping`. */
export async function mappingBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '15' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return void process.stdout.write(`${mappingUsage}\n`)
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds needs a whole number from 1')
  const programs = await makePrograms()
  const times = await timeByTurns(programs, rounds, (round) => {
    process.stderr.write(`\rround ${round}/${rounds}${round === rounds ? '\n' : ''}`)
  })
  const figures = figuresOf(times)
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : table(programs, figures))
}

/** The figures of one run. */
export function figuresOf(times: Times): MappingFigures {
  const of = (name: string): number => times.get(name) ?? Number.NaN
  const ratio = (left: string, right: string): number => Math.round((of(left) / of(right)) * 100) / 100
  return {
    name: 'mapping',
    unit: 'ns/message',
    hand: Math.round(of('hand')),
    compiled: Math.round(of('compiled')),
    validated: Math.round(of('validated')),
    json: Math.round(of('json')),
    jsonata: Math.round(of('jsonata')),
    compiledOverHand: ratio('compiled', 'hand'),
    compiledOverJson: ratio('compiled', 'json'),
    jsonataOverCompiled: ratio('jsonata', 'compiled'),
    validatedOverHand: ratio('validated', 'hand'),
    validatedOverJson: ratio('validated', 'json'),
    jsonataOverValidated: ratio('jsonata', 'validated'),
  }
}

function table(programs: readonly Program[], figures: MappingFigures): string {
  const lines = programs.map(({ name, title }) => {
    const time = String(figures[name]).padStart(9)
    const ratio = (figures[name] / figures.hand).toFixed(2).padStart(9)
    return `${title.padEnd(24)}${time} ns/message${ratio} × hand-written`
  })
  const bars = [
    `compiled / hand-written   ${figures.compiledOverHand}  (validated ${figures.validatedOverHand})`,
    `compiled / parse + write  ${figures.compiledOverJson}  (validated ${figures.validatedOverJson})`,
    `JSONata / compiled        ${figures.jsonataOverCompiled}  (validated ${figures.jsonataOverValidated})`,
  ]
  return `\n${[...lines, '', ...bars].join('\n')}\n`
}
