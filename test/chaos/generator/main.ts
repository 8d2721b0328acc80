// The generator as a program: department systems that send in order, resend what they got no answer for, and write down
// every receipt. A line {"acknowledged":n} while it runs, the result as the last line; exit code 1 when a body was refused.
import { parseArgs } from 'node:util'
import { openNotebook } from './notebook.ts'
import { send } from './traffic.ts'

const { values } = parseArgs({
  options: {
    hub: { type: 'string', default: '' },
    keys: { type: 'string', default: '' },
    file: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    messages: { type: 'string', default: '1000' },
    cases: { type: 'string', default: '50' },
    concurrency: { type: 'string', default: '24' },
    rate: { type: 'string', default: '0' },
    deadline: { type: 'string', default: '600' },
  },
})
const every = 100 // ms between two lines of progress

let told = 0
const tell = (acknowledged: number): void => {
  if (Date.now() - told < every) return
  told = Date.now()
  process.stdout.write(`${JSON.stringify({ acknowledged })}\n`)
}
const notebook = openNotebook(values.file)
const result = await send(
  {
    hub: values.hub,
    keys: values.keys,
    seed: values.seed,
    messages: Number(values.messages),
    cases: Number(values.cases),
    concurrency: Number(values.concurrency),
    rate: Number(values.rate),
    deadline: Number(values.deadline),
  },
  notebook,
  tell,
)
notebook.close()
process.stdout.write(`${JSON.stringify(result)}\n`)
process.exitCode = result.refused.length === 0 ? 0 : 1
