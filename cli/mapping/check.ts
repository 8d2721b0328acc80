// qiao check, qiao mapping check: everything wrong with the integrator's files, without starting anything.
import { adapters } from '../../adapters/index.ts'
import { readConfig } from '../../core/config.ts'
import { type Bundle, inspectBundle } from '../../core/flow/bundle.ts'
import { readFiles, readOverlay } from '../../core/flow/files.ts'
import { folderOf, type Output, readArguments, terminal, writeJson } from './output.ts'
import { countProblems, problemText } from './problems.ts'

const usage = `usage: qiao mapping check [--strict] [--json] [--mappings <folder>]
Checks all files: mappings, schemas, code tables, canonical types, systems, flows, signing recipes and cases.
检查全部配置：映射、字段表、代码表、标准类型、系统、流程、签名方案与用例。
Exit code 0: no errors; 1: errors; 2: wrong usage / 退出码：0 无错误，1 有错误，2 用法不对
  --strict              warnings count as errors / 警告视为错误
`

/** Exit code 0 without errors, 1 with errors (with `--strict` also with warnings), 2 for wrong usage. */
export async function checkCommand(args: string[], output: Output = terminal): Promise<number> {
  const options = { strict: { type: 'boolean', default: false } } as const
  const parsed = readArguments(args, options, usage, output)
  if (typeof parsed === 'number') return parsed
  const { strict, json, mappings } = parsed.values
  const files = readFiles(folderOf(mappings))
  const { bundle, problems } = inspectBundle(files, adapters(), readOverlay(readConfig().settings))
  const counts = countProblems(problems)
  const isGood = bundle !== undefined && counts.errors === 0 && !(strict && counts.warnings > 0)
  if (json)
    writeJson(output, { ok: isGood, ...counts, ...(bundle ? { parts: partsOf(bundle) } : {}), problems })
  else {
    for (const problem of problems) output.write(problemText(problem, files))
    output.write(`${verdict(isGood, counts, bundle)}\n`)
  }
  return isGood ? 0 : 1
}

function verdict(
  isGood: boolean,
  { errors, warnings }: ReturnType<typeof countProblems>,
  bundle: Bundle | undefined,
): string {
  const told = warnings > 0 ? `, ${warnings} warnings / 警告 ${warnings} 项` : ''
  if (!isGood && errors > 0) return `✗ ${errors} errors / 错误 ${errors} 项${told}`
  if (!isGood || !bundle) return `✗ ${warnings} warnings / 警告 ${warnings} 项 (--strict)`
  const parts = partsOf(bundle)
  const list = `${parts.systems} systems, ${parts.flows} flows, ${parts.mappings} mappings, ${parts.recipes} recipes`
  return `✓ ${list} / 全部通过${told}`
}

function partsOf({ systems, flows, recipes, library }: Bundle) {
  return {
    systems: systems.size,
    flows: flows.size,
    mappings: library.mappings.length,
    schemas: library.schemas.size,
    types: library.types.size,
    codes: library.codes.size,
    recipes: recipes.size,
  }
}
