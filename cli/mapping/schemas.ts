// qiao mapping schemas: writes the JSON Schema of every file kind, so that editors complete, check and explain.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileSchemas } from '../../core/flow/editor/files.ts'
import { readFiles } from '../../core/flow/files.ts'
import { readArguments } from './arguments.ts'
import { folderOf } from './folder.ts'
import { type Output, terminal, writeJson } from './output.ts'
import { unlinedFiles } from './schema-lines.ts'

const usage = {
  words: 0,
  options: { check: { type: 'boolean', default: false }, lines: { type: 'boolean', default: false } },
  help: `usage: qiao mapping schemas [--lines] [--check] [--json] [--mappings <folder>]
Writes the JSON Schema of every kind of file into <folder>/.schema, so that editors complete, check and explain.
把各类配置文件的 JSON Schema 写入 <folder>/.schema，供编辑器补全、校验与提示。
Exit code 0: all are as they should be; 1: --check found others; 2: wrong usage / 退出码：0 正常，1 --check 发现不同，2 用法不对
  --lines               name the schema in the first line of every file, too / 并在每个文件首行写明其 JSON Schema
  --check               write nothing, only tell which differ / 只检查，不写入
`,
} as const

/** The files by name, as they are written into `<mappings>/.schema/`. */
export function schemaFiles(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fileSchemas()).map(([name, schema]) => [
      `${name}.json`,
      `${JSON.stringify(schema, null, 1)}\n`,
    ]),
  )
}

/** Names of files in `folder` that are missing or differ from the code. */
export function staleSchemas(folder: string): string[] {
  return Object.entries(schemaFiles())
    .filter(([name, text]) => read(join(folder, name)) !== text)
    .map(([name]) => name)
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
  } catch {
    return undefined
  }
}

/** Writes the files; with `--check` only tells which differ (exit code 1). */
export async function schemasCommand(args: string[], output: Output = terminal): Promise<number> {
  const parsed = readArguments(args, usage, output)
  if (typeof parsed === 'number') return parsed
  const { check, lines, json, mappings } = parsed.values
  const home = folderOf(mappings)
  readFiles(home) // one that is not there is a mistake
  const folder = join(home, '.schema')
  const files = schemaFiles()
  const stale = staleSchemas(folder)
  const unlined = lines ? unlinedFiles(home) : []
  if (!check) {
    save(folder, files, stale)
    for (const { file, right } of unlined) writeFileSync(file, right)
  }
  const wrong = [...stale.map((name) => join(folder, name)), ...unlined.map(({ file }) => file)]
  const isGood = !check || wrong.length === 0
  const schemas = Object.keys(files)
  if (json) {
    const named = lines ? { lines: unlined.map(({ file }) => file) } : {}
    writeJson(output, { ok: isGood, folder, schemas, stale, ...named, written: !check })
  } else if (!isGood) {
    for (const file of wrong) output.write(`✗ ${file}: missing or out of date / 缺失或已过期\n`)
  } else output.write(doneText(folder, schemas.length, check ? undefined : wrong.length))
  return isGood ? 0 : 1
}

function save(folder: string, files: Readonly<Record<string, string>>, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true })
  for (const name of names) writeFileSync(join(folder, name), files[name] ?? '')
}

function doneText(folder: string, count: number, written: number | undefined): string {
  if (written === undefined) return `✓ ${count} schemas in ${folder} / 共 ${count} 个，均为最新\n`
  return `✓ ${count} schemas in ${folder}, ${written} written / 共 ${count} 个，写入 ${written} 个\n`
}
