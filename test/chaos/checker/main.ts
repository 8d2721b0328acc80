// The checker as a program: node --import tsx test/chaos/checker/main.ts --file <receipts> --sandbox <url> --key <hub.pub.pem>
// It shares no code with the hub. The last line is the verdict as JSON; exit code 1 when anything is not as promised.
import { parseArgs } from 'node:util'
import { readClaims } from './claims.ts'
import { createJudge } from './receipt.ts'
import { judge } from './verdict.ts'

const { values } = parseArgs({
  options: {
    file: { type: 'string', default: '' },
    sandbox: { type: 'string', default: '' },
    key: { type: 'string', default: '' },
    patience: { type: 'string', default: '90000' },
    linger: { type: 'string', default: '3000' },
  },
})
let told = 0
const progress = (missing: number): void => {
  if (Date.now() - told < 2_000) return
  told = Date.now()
  process.stderr.write(`${missing} records are not there yet\n`)
}
const claims = await readClaims(values.file, createJudge(values.key))
const waiting = { patience: Number(values.patience), linger: Number(values.linger) }
const verdict = await judge(values.sandbox, claims, waiting, progress)
process.stdout.write(`${JSON.stringify(verdict)}\n`)
const { lost, repeated, outOfOrder, unverified } = verdict
process.exitCode = lost + repeated + outOfOrder + unverified === 0 ? 0 : 1
