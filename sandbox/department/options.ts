// The command line of the traffic generator.
import { parseArgs } from 'node:util'
import type { RunOptions } from './run.ts'

export const usage = `Acts as three departments of Mianyang (housing, social, market) and sends the life of N cases to a hub.

  node --import tsx sandbox/department/main.ts --hub URL --keys DIR [options]

  --hub URL          base address of the hub, such as http://127.0.0.1:9600
  --keys DIR         folder with housing.secret, social.secret, market.key.pem and, to check receipts, hub.pub.pem
  --cases N          cases to play (30)
  --seed S           the same seed and run label always make the same messages (1)
  --run LABEL        makes the case numbers of this run its own (1)
  --rate N           postings per second at most
  --concurrency N    cases at the same time (16)
  --deadline SECONDS how long one message is tried while the hub does not answer (300)
  --faults           also send damaged messages, which must be refused
  --json             print only the summary, as one line of JSON
`

/** What the command line asks for; throws an Error with a readable text when it is wrong. */
export function readOptions(args: readonly string[]): { options: RunOptions; json: boolean } | 'help' {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      hub: { type: 'string' },
      keys: { type: 'string' },
      cases: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
      run: { type: 'string', default: '1' },
      rate: { type: 'string' },
      concurrency: { type: 'string', default: '16' },
      deadline: { type: 'string', default: '300' },
      faults: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const { hub, keys } = values
  if (hub === undefined || keys === undefined) throw new Error('--hub and --keys are needed')
  return {
    json: values.json,
    options: {
      hub: hub.replace(/\/+$/, ''),
      keys,
      cases: positive('cases', values.cases),
      seed: values.seed,
      run: values.run,
      concurrency: positive('concurrency', values.concurrency),
      deadline: positive('deadline', values.deadline),
      faults: values.faults,
      ...(values.rate === undefined ? {} : { rate: positive('rate', values.rate) }),
    },
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} must be a whole number from 1: ${text}`)
  return value
}
