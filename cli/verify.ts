// qiao verify: a receipt offline (needs only the receipt and the hub's public key), or a whole ledger.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { readConfig } from '../core/config.ts'
import { StartupError } from '../core/errors.ts'
import { checkReceipt, type HubKey, type Receipt } from '../core/evidence/receipt.ts'
import { auditLedger, type Verify } from '../core/flow/audit.ts'
import { openPglite } from '../core/ledger/pglite.ts'
import { openPostgres } from '../core/ledger/postgres.ts'
import { createLog } from '../core/log.ts'
import { verifyingKey } from '../core/signing/keys.ts'
import { sm2Verify } from '../core/signing/sm2.ts'

const usage = `usage: qiao verify <receipt.json> [--payload <file>] [--key <hub.pub.pem>]
       qiao verify --ledger
`
const receiptShape = z.object({
  messageId: z.string(),
  system: z.string(),
  type: z.string(),
  key: z.string(),
  deduplicationKey: z.string(),
  contentDigest: z.string(),
  canonicalDigest: z.string(),
  acceptedAt: z.string(),
  proof: z.object({
    index: z.number(),
    path: z.array(z.string()),
    root: z.string(),
    // Node reads Base64 leniently; a receipt has one form only
    signature: z.string().refine((text) => Buffer.from(text, 'base64').toString('base64') === text),
    keyId: z.string(),
    algorithm: z.literal('SM2-SM3'),
  }),
})

/** Exit code 0 when everything fits, 1 when something was changed, 2 for wrong usage. */
export async function verifyCommand(args: string[]): Promise<number> {
  const options = {
    payload: { type: 'string' },
    key: { type: 'string' },
    ledger: { type: 'boolean' },
  } as const
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const key = verifyingKey(read(values.key ?? join(readConfig().keys, 'hub.pub.pem')).toString('utf8'))
  const verify: Verify = (data, signature) => {
    try {
      return sm2Verify(key, data, signature)
    } catch {
      return false
    }
  }
  const [file] = positionals
  if (values.ledger) return verifyLedger(verify)
  if (file) return verifyReceipt(file, values.payload, { id: key.id, verify })
  process.stderr.write(usage)
  return 2
}

function verifyReceipt(file: string, payload: string | undefined, key: HubKey): number {
  const receipt = readReceipt(file)
  const checks = checkReceipt(receipt, key, payload === undefined ? undefined : read(payload))
  for (const { ok, step, en, zh } of checks)
    process.stdout.write(`${ok ? '✓' : '✗'} ${step}: ${en} / ${zh}\n`)
  return checks.every(({ ok }) => ok) ? 0 : 1
}

function readReceipt(file: string): Receipt {
  try {
    return receiptShape.parse(JSON.parse(read(file).toString('utf8')))
  } catch (cause) {
    if (cause instanceof StartupError) throw cause
    throw new StartupError(`${file} is not a receipt`, 'Save the `receipt` of a 202 reply as JSON.')
  }
}

async function verifyLedger(verify: Verify): Promise<number> {
  const config = readConfig()
  const log = createLog(config.log)
  const database = config.databaseUrl
    ? await openPostgres(config.databaseUrl, log)
    : await openPglite(config.data)
  try {
    const audit = await auditLedger(database.query, verify)
    const { days, receipts, attempts, actions, faults } = audit
    for (const { day, en, zh } of faults) process.stdout.write(`✗ ${day}: ${en} / ${zh}\n`)
    const verdict =
      faults.length === 0 ? '✓ everything fits / 全部相符' : `✗ ${faults.length} faults / 处不符`
    process.stdout.write(
      `${verdict}: ${days} days, ${receipts} receipts, ${attempts} attempts, ${actions} actions\n`,
    )
    return faults.length === 0 ? 0 : 1
  } finally {
    await database.close()
  }
}

function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new StartupError(`${file} cannot be read`, 'Check the path.', cause)
  }
}
