// qiao check, qiao mapping check: everything wrong with the integrator's files, without starting anything.
import type { Bundle } from '../../core/flow/bundle.ts'
import { readArguments } from './arguments.ts'
import { filesOf, folderOf, inspect } from './folder.ts'
import { type Output, plural, terminal, writeJson } from './output.ts'
import { countProblems, problemText } from './problems.ts'

const usage = {
  words: 0,
  options: { strict: { type: 'boolean', default: false } },
  help: `usage: qiao mapping check [--strict] [--json] [--mappings <folder>]
Checks all files: mappings, schemas, code tables, canonical types, systems, flows, signing recipes and cases.
检查全部配置：映射、字段表、代码表、标准类型、系统、流程、签名方案与用例。
Exit code 0: no errors; 1: errors; 2: wrong usage / 退出码：0 无错误，1 有错误，2 用法不对
  --strict              warnings count as errors / 警告视为错误
`,
} as const

/** Exit code 0 without errors, 1 with errors (with `--strict` also with warnings), 2 for wrong usage. */
export async function checkCommand(args: string[], output: Output = terminal): Promise<number> {
  const parsed = readArguments(args, usage, output)
  if (typeof parsed === 'number') return parsed
  const { strict, json, mappings } = parsed.values
  const files = filesOf(folderOf(mappings))
  const { bundle, problems } = inspect(files)
  const counts = countProblems(problems)
  const isGood = bundle !== undefined && !(strict && counts.warnings > 0)
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
  const told = warnings > 0 ? `, ${plural(warnings, 'warning')} / 警告 ${warnings} 项` : ''
  if (!bundle) return `✗ ${plural(errors, 'error')} / 错误 ${errors} 项${told}`
  if (!isGood) return `✗ ${plural(warnings, 'warning')} / 警告 ${warnings} 项 (--strict)`
  const { systems, flows, mappings, recipes } = partsOf(bundle)
  const en = [
    plural(systems, 'system'),
    plural(flows, 'flow'),
    plural(mappings, 'mapping'),
    plural(recipes, 'recipe'),
  ].join(', ')
  const zh = `系统 ${systems}，流程 ${flows}，映射 ${mappings}，签名方案 ${recipes}，全部通过`
  return `✓ ${en} / ${zh}${told}`
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
