// Checks one receipt, as it stood in a 202 reply.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { StartupError } from '../../core/errors.ts'
import { checkReceipt, type Receipt } from '../../core/evidence/receipt.ts'
import { hubKey } from '../../core/flow/hub-key.ts'
import type { VerifyingKey } from '../../core/signing/keys.ts'
import type { Output } from '../mapping/output.ts'

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

/** Exit code 0 when everything fits, else 1. */
export function verifyReceipt(
  file: string,
  payload: string | undefined,
  keys: readonly VerifyingKey[],
  output: Output,
): number {
  const receipt = readReceipt(file)
  const named = keys.find(({ id }) => id === receipt.proof.keyId) ?? keys[0]
  if (!named)
    throw new StartupError('there is no key to check it with', "Name the hub's public key with --key.")
  const checks = checkReceipt(receipt, hubKey(named), payload === undefined ? undefined : read(payload))
  for (const { ok, step, en, zh } of checks) output.write(`${ok ? '✓' : '✗'} ${step}: ${en} / ${zh}\n`)
  return checks.every(({ ok }) => ok) ? 0 : 1
}

function readReceipt(file: string): Receipt {
  try {
    return receiptShape.parse(JSON.parse(read(file).toString('utf8')))
  } catch (cause) {
    if (cause instanceof StartupError) throw cause
    throw new StartupError(
      `${file} is neither a receipt nor a proof file`,
      'Save the `receipt` of a 202 reply as JSON, or give what `qiao evidence export` wrote.',
    )
  }
}

function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new StartupError(`${file} cannot be read`, 'Check the path.', cause)
  }
}
