// qiao mapping scaffold: drafts of a schema, a mapping and its cases from what a department has.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errors, QiaoError } from '../../core/errors.ts'
import { compileLibrary, type Library } from '../../core/mapping/library.ts'
import type { Decision } from '../../core/mapping/scaffold/outcome.ts'
import { type Drafts, type Input, ScaffoldError, scaffold } from '../../core/mapping/scaffold/scaffold.ts'
import { suggest } from '../../core/nearest.ts'
import { FileError, readYaml } from '../../core/yaml.ts'
import { misused, readArguments } from './arguments.ts'
import { filesOf, folderOf } from './folder.ts'
import { type Output, terminal, writeJson } from './output.ts'

const usage = {
  words: 0,
  options: {
    from: { type: 'string', multiple: true },
    to: { type: 'string' },
    name: { type: 'string' },
    table: { type: 'string' },
    out: { type: 'string' },
    force: { type: 'boolean', default: false },
  },
  help: `usage: qiao mapping scaffold --from <file|schema> [--from …] --to <type|schema> [options]
Drafts a schema, a mapping and its cases. What is not sure is left as a gap, marked GAP 待补, and the checker refuses the
mapping while a required one is open. 生成字段表、映射与用例草稿；不确定处标为 GAP 待补，必填项未补全时检查不通过。
Exit code 0: drafted; 1: an input cannot be used, or a file exists; 2: wrong usage / 退出码：0 成功，1 输入不可用或文件已存在，2 用法不对
  --from <file|schema>  sample.json, .xml, .csv, .form, table.sql, fields.csv, fields.md, a schema (housing/acceptance)
                        or a canonical type; several go together: a field table or DDL for labels and lengths,
                        samples for values
                        可并用：字段表或建表语句提供中文名与长度，样例提供取值
  --to <name>           case.accepted, or a schema such as province/accept / 标准类型或字段表
  --name <dept/message> names the files; code tables are searched for maps of that department / 文件名
  --table <name>        the table of a DDL that holds several / 建表语句中的表名
  --out <folder>        write the files there; without it they are printed / 输出文件夹，缺省只打印
  --force               replace files that exist / 覆盖已有文件
`,
} as const

/** Exit code 0: drafted (gaps are told), 1: an input cannot be used or a file exists, 2: wrong usage. */
export async function scaffoldCommand(args: string[], output: Output = terminal): Promise<number> {
  const parsed = readArguments(args, usage, output)
  if (typeof parsed === 'number') return parsed
  const { from = [], to, name: chosen, table, mappings, json } = parsed.values
  if (from.length === 0 || to === undefined)
    return misused('--from and --to are needed / 缺少 --from 或 --to', usage.help, output)
  try {
    const library = readLibrary(folderOf(mappings))
    const name = chosen ?? nameFor(from[0] ?? '', to, library)
    if (!/^[\p{L}\p{N}_-]+\/[\p{L}\p{N}_.-]+$/u.test(name))
      throw new ScaffoldError(`--name is <department>/<message>, not ${name}`, '--name 应为 部门/消息')
    const inputs = from.map((each) => readInput(each, library))
    const drafts = scaffold({ inputs, target: findTarget(to, library), name, table })
    return deliver(drafts, parsed.values, output)
  } catch (error) {
    const reason = explain(error)
    if (reason === undefined) throw error
    return refuse(reason, json, output)
  }
}

/** Tells why nothing was drafted; answers exit code 1. */
function refuse(reason: { en: string; zh: string }, json: boolean, output: Output): 1 {
  if (json) writeJson(output, { ok: false, ...reason })
  else output.tell(`qiao: ${reason.en} / ${reason.zh}\n`)
  return 1
}

/** Schemas, canonical types and code tables; mappings may be broken, they are what is being worked on. */
function readLibrary(folder: string): Library {
  const files = Object.entries(filesOf(folder))
  const sources = files
    .filter(([file]) => /^(schemas|canonical|codes)\//.test(file))
    .flatMap(([file, text]) => {
      try {
        return [readYaml(file, text)]
      } catch (error) {
        if (error instanceof FileError) return []
        throw error
      }
    })
  return compileLibrary(sources, {}).library
}

function findTarget(name: string, library: Library) {
  const key = keyOf(name)
  const found = library.types.get(key) ?? library.schemas.get(key)
  if (found !== undefined) return { name: key, fields: found.fields }
  const hint = suggest(key, [...library.types.keys(), ...library.schemas.keys()])
  throw new ScaffoldError(
    `"${key}" is neither a canonical type nor a schema${hint.en}`,
    `“${key}”既不是标准类型也不是字段表${hint.zh}`,
  )
}

function readInput(from: string, library: Library): Input {
  const key = keyOf(from)
  const schema = library.schemas.get(key) ?? library.types.get(key)
  if (schema !== undefined && !existsSync(from)) return { schema }
  try {
    return { file: basename(from), bytes: readFileSync(from) }
  } catch {
    const hint = suggest(key, [...library.schemas.keys(), ...library.types.keys()])
    throw new ScaffoldError(
      `${from} cannot be read and is no schema${hint.en}`,
      `无法读取 ${from}，也没有此字段表${hint.zh}`,
    )
  }
}

/** The name of a schema or canonical type, however it is written. */
function keyOf(name: string): string {
  return name.replace(/^(schemas|canonical)\//, '').replace(/\.yaml$/, '')
}

/** Of a schema its own name, of a canonical type that of the platform's schema, else `new/<last part of the target>`. */
function nameFor(from: string, to: string, library: Library): string {
  const key = keyOf(from)
  if (library.schemas.has(key)) return key
  if (library.types.has(key) && library.schemas.has(keyOf(to))) return keyOf(to)
  return `new/${(to.split(/[./]/).at(-1) ?? 'message').replace(/[^\p{L}\p{N}_-]/gu, '')}`
}

type Wish = { out?: string | undefined; force: boolean; json: boolean }

function deliver({ files, decisions, skipped }: Drafts, { out, force, json }: Wish, output: Output): number {
  const paths = Object.keys(files).map((file) => ({
    file,
    path: out === undefined ? undefined : join(out, file),
  }))
  const standing = paths.filter(({ path }) => path !== undefined && !force && existsSync(path))
  if (standing.length > 0) {
    const list = standing.map(({ path }) => path).join(', ')
    const en = `kept, not overwritten: ${list}; --force replaces`
    return refuse({ en, zh: `文件已存在，未覆盖：${list}；--force 可覆盖` }, json, output)
  }
  for (const { file, path } of paths) if (path !== undefined) save(path, files[file] ?? '')
  const count = (state: Decision['state']): number => decisions.filter((each) => each.state === state).length
  const required = decisions.filter(({ state, required: isRequired }) => state === 'gap' && isRequired).length
  const [sure, gaps, none] = [count('sure'), count('gap'), count('none')]
  if (json) {
    const summary = { sure, gaps, requiredGaps: required, none, skippedTables: skipped }
    writeJson(output, { ok: true, ...summary, files, decisions })
    return 0
  }
  for (const { file, path } of paths)
    output.write(path === undefined ? `# ---- ${file}\n${files[file]}` : `${path}\n`)
  if (skipped.length > 0) output.tell(`other tables / 其他表: ${skipped.join(', ')}\n`)
  output.tell(
    `${sure} lines sure, ${gaps} to decide (${required} required), ${none} without a source / 确定 ${sure} 行，待补 ${gaps} 行（必填 ${required}），无来源 ${none} 行\n`,
  )
  return 0
}

function save(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** What a person can mend; undefined for what is our own fault. */
function explain(error: unknown): { en: string; zh: string } | undefined {
  if (error instanceof ScaffoldError) return { en: error.message, zh: error.zh }
  if (!(error instanceof QiaoError)) return undefined
  const { en, zh } = errors[error.code]
  const place = error.detail === undefined ? '' : ` (${error.detail})`
  return { en: `the sample cannot be read: ${en}${place}`, zh: `样例无法读取：${zh}${place}` }
}
