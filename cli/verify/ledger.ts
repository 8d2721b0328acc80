// Checks the ledger of this machine's settings against its own evidence.
import { readConfig } from '../../core/config.ts'
import { auditLedger } from '../../core/flow/audit.ts'
import { madeByAny } from '../../core/flow/hub-key.ts'
import type { VerifyingKey } from '../../core/signing/keys.ts'
import { openLedger } from '../../ledger.ts'
import type { Output } from '../mapping/output.ts'

/** Exit code 0 when everything fits, else 1. */
export async function verifyLedger(keys: readonly VerifyingKey[], output: Output): Promise<number> {
  const { database } = await openLedger(readConfig())
  try {
    const { days, archived, receipts, attempts, actions, faults } = await auditLedger(
      database.query,
      madeByAny(keys),
    )
    for (const { day, en, zh } of faults) output.write(`✗ ${day}: ${en} / ${zh}\n`)
    const verdict =
      faults.length === 0 ? '✓ everything fits / 全部相符' : `✗ ${faults.length} faults / 处不符`
    if (archived > 0)
      output.write(
        `  ${archived} days are archived: verify their files / ${archived} 天已归档，请验证归档文件\n`,
      )
    output.write(`${verdict}: ${days} days, ${receipts} receipts, ${attempts} attempts, ${actions} actions\n`)
    return faults.length === 0 ? 0 : 1
  } finally {
    await database.close()
  }
}
