// What sealing archive files anew came to, as the command says it.
import type { Resealed } from '../../core/flow/reseal-files.ts'
import { type Output, writeJson } from '../mapping/output.ts'

/** Tells it. Answers the exit code: 0 when no file needs an older key any more. */
export function toldResealed(
  { sealed, lost, failed, elsewhere }: Resealed,
  json: boolean,
  output: Output,
): number {
  if (json) writeJson(output, { sealed, lost, failed: Object.fromEntries(failed), elsewhere })
  else {
    for (const file of lost) output.write(`  ${file}: not in the folder / 不在该目录中\n`)
    for (const [file, error] of failed) output.write(`  ${file}: left as it is / 未改动: ${error}\n`)
    for (const file of elsewhere) output.write(`  ${file}: another process has it / 正由其他进程处理\n`)
    output.write(`${sealed.length} files sealed anew / 已重新加密 ${sealed.length} 个文件\n`)
  }
  return lost.length + failed.size + elsewhere.length === 0 ? 0 : 1
}
