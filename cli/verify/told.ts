// What a check of proof files says.
import type { Proof, ProofFault } from '../../core/evidence/proof-check.ts'
import type { SeriesFault } from '../../core/evidence/proof-series.ts'
import { type Output, writeJson } from '../mapping/output.ts'
import type { Trusted } from './keys.ts'

// of one file; the rest is counted
const shown = 20

/** One file: what it proves, or what does not fit. */
export function toldFile(
  file: string,
  { header, receipts, attempts, actions, faults }: Proof,
  output: Output,
): void {
  const what = header ? (header.message ?? header.day) : ''
  const counts = `${receipts} receipts, ${attempts} attempts, ${actions} actions`
  output.write(`${faults.length === 0 ? '✓' : '✗'} ${file}: ${what} ${counts}\n`)
  for (const { line, en, zh } of faults.slice(0, shown)) output.write(`  line ${line}: ${en} / ${zh}\n`)
  if (faults.length > shown)
    output.write(`  … ${faults.length - shown} more / 其余 ${faults.length - shown} 处\n`)
}

type Told = {
  files: readonly { file: string; proof: Proof }[]
  series: readonly SeriesFault[]
  ok: boolean
  trusted: Trusted
}

/** All of them together. */
export function toldSeries({ files, series, ok, trusted }: Told, json: boolean, output: Output): void {
  if (json) {
    const each = files.map(({ file, proof }) => ({ file, ...briefly(proof) }))
    writeJson(output, { ok, key: trusted, files: each, series })
    return
  }
  for (const { en, zh } of series) output.write(`✗ ${en} / ${zh}\n`)
  const key = trusted.ids.join(', ')
  if (trusted.pinned) output.write(`  key ${key}\n`)
  else
    output.write(
      `! the key is the one the files name, ${key}: compare it with the hub's owner, or give --key\n` +
        '! 公钥取自文件自身，请与枢纽所有者核对其指纹，或以 --key 指定\n',
    )
  output.write(ok ? '✓ everything fits / 全部相符\n' : '✗ something does not fit / 存在不符\n')
}

type Brief = {
  day: string | undefined
  message: string | null
  counts: Record<string, number>
  faults: ProofFault[]
}

function briefly({ header, receipts, attempts, actions, faults }: Proof): Brief {
  return {
    day: header?.day,
    message: header?.message ?? null,
    counts: { receipts, attempts, actions },
    faults,
  }
}
