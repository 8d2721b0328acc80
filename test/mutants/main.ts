// `npm run mutants`: how many of an integrator's mistakes the checker refuses at the right line.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { figuresOf, ineffective, isGood, survivors, table } from './report.ts'
import { runMutants, shipped } from './run.ts'

const usage = `npm run mutants -- [options]
  --json             one line: {"generated","effective","caught","rightLine","falseErrors"}
  --seed <n>         other mutants of the same kinds (default 1)
  --only <text>      only kinds whose name holds the text
  --share <0..1>     part of each kind (default 1)
  --verbose          also mutants that change no output
  --survivors <file> writes the list of survivors there too`

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    share: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
    survivors: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(usage)
else process.exitCode = await main()

async function main(): Promise<number> {
  const progress = (done: number, all: number): void => {
    if (process.stderr.isTTY && (done % 20 === 0 || done === all)) process.stderr.write(`\r${done}/${all}`)
  }
  const result = await runMutants(shipped(), {
    seed: Number(values.seed),
    share: Number(values.share),
    only: values.only,
    progress,
  })
  if (process.stderr.isTTY) process.stderr.write('\n')
  const figures = figuresOf(result)
  const list = `${table(result)}\n\n${survivors(result)}`
  if (values.survivors !== undefined) writeFileSync(values.survivors, list)
  if (values.json) console.log(JSON.stringify(figures))
  else console.log(values.verbose ? `${list}\n${ineffective(result)}` : list)
  return isGood(figures) ? 0 : 1
}
