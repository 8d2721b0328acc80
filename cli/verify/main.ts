// qiao verify: receipts and proof files offline, on a machine that has nothing else, or a whole ledger against its evidence.
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { openDataKeys } from '../../certs/data-keys.ts'
import { readConfig } from '../../core/config.ts'
import { StartupError } from '../../core/errors.ts'
import { checkProof, type Proof } from '../../core/evidence/proof-check.ts'
import { readProof } from '../../core/evidence/proof-read.ts'
import { checkSeries } from '../../core/evidence/proof-series.ts'
import { isSealed, openBytes } from '../../core/flow/sealed-file.ts'
import { createVault } from '../../core/signing/vault.ts'
import { flag, help, misused, readArguments, text } from '../arguments.ts'
import { type Output, terminal } from '../mapping/output.ts'
import { keysOf, ringOf } from './keys.ts'
import { verifyLedger } from './ledger.ts'
import { verifyReceipt } from './receipt.ts'
import { toldFile, toldSeries } from './told.ts'

const usage = `usage: qiao verify <receipt.json> [--payload <file>] [--key <hub.pub.pem>]
       qiao verify <proof file>… [--key <hub.pub.pem>] [--json]
       qiao verify --ledger

  A proof file is what \`qiao evidence export\` wrote, or an archived day; several days are checked as one chain.
  存证文件由 qiao evidence export 导出，或为归档文件（需本机数据密钥）；多个日期的文件按一条链核对。
  --key   the hub's public key, got from the hub's owner by another way; may be given for each key it ever had
          另行取得的枢纽公钥；枢纽更换过密钥的可多次给出
`
const options = {
  payload: text,
  key: { ...text, multiple: true, default: [] as string[] },
  ledger: flag,
  json: flag,
  help,
} as const

/** Exit code 0 when everything fits, 1 when something was changed, 2 for wrong usage. */
export async function verifyCommand(args: string[], output: Output = terminal): Promise<number> {
  const parsed = readArguments(args, options)
  if (typeof parsed === 'string') return misused(parsed, usage, output)
  const { values, positionals: files } = parsed
  if (values.help) {
    output.write(usage)
    return 0
  }
  if (values.ledger) return verifyLedger(keysOf(values.key), output)
  const [first] = files
  if (first === undefined) return misused('a file, or --ledger, is needed', usage, output)
  if (files.length === 1 && !isProofFile(first))
    return verifyReceipt(first, values.payload, keysOf(values.key), output)
  return verifyProofs(files, values.key, values.json, output)
}

async function verifyProofs(
  files: readonly string[],
  keys: readonly string[],
  json: boolean,
  output: Output,
): Promise<number> {
  const ring = ringOf(keys)
  // only a file that lies sealed asks for its data key
  const vault = createVault(openDataKeys(readConfig().keys))
  const proofs: { file: string; proof: Proof }[] = []
  for (const file of files) {
    const proof = await checkProof(readProof(openBytes(createReadStream(file), vault)), ring.of)
    proofs.push({ file, proof })
    if (!json) toldFile(file, proof, output)
  }
  const series = checkSeries(proofs.map(({ proof }) => proof))
  const ok = series.length === 0 && proofs.every(({ proof }) => proof.faults.length === 0)
  toldSeries({ files: proofs, series, ok, trusted: ring.trusted() }, json, output)
  return ok ? 0 : 1
}

/** By its first bytes: the rest may be large. */
function isProofFile(file: string): boolean {
  try {
    const handle = openSync(file, 'r')
    const start = Buffer.alloc(16)
    readSync(handle, start, 0, start.length, 0)
    closeSync(handle)
    return start.toString('latin1').startsWith('{"header":') || isSealed(start)
  } catch (cause) {
    throw new StartupError(`${file} cannot be read`, 'Check the path.', cause)
  }
}
