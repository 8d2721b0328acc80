// qiao mapping schemas: writes the JSON Schema of every file kind, so that editors complete, check and explain.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileSchemas } from '../../core/flow/editor/files.ts'
import { readFiles } from '../../core/flow/files.ts'
import { readArguments } from './arguments.ts'
import { folderOf } from './folder.ts'
import { type Output, terminal, writeJson } from './output.ts'

const usage = {
  words: 0,
  options: { check: { type: 'boolean', default: false } },
  help: `usage: qiao mapping schemas [--check] [--json] [--mappings <folder>]
Writes the JSON Schema of every kind of file into <folder>/.schema, so that editors complete, check and explain.
把各类配置文件的 JSON Schema 写入 <folder>/.schema，供编辑器补全、校验与提示。
Exit code 0: all are as they should be; 1: --check found others; 2: wrong usage / 退出码：0 正常，1 --check 发现不同，2 用法不对
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
  const { check, json, mappings } = parsed.values
  const home = folderOf(mappings)
  readFiles(home) // one that is not there is a mistake
  const folder = join(home, '.schema')
  const files = schemaFiles()
  const stale = staleSchemas(folder)
  if (!check) save(folder, files, stale)
  const isGood = !check || stale.length === 0
  const count = Object.keys(files).length
  if (json) writeJson(output, { ok: isGood, folder, schemas: Object.keys(files), stale, written: !check })
  else if (check) output.write(checkText(folder, count, stale))
  else
    output.write(
      `✓ ${count} schemas in ${folder}, ${stale.length} written / 共 ${count} 个，写入 ${stale.length} 个\n`,
    )
  return isGood ? 0 : 1
}

function save(folder: string, files: Readonly<Record<string, string>>, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true })
  for (const name of names) writeFileSync(join(folder, name), files[name] ?? '')
}

function checkText(folder: string, count: number, stale: readonly string[]): string {
  if (stale.length === 0) return `✓ ${count} schemas in ${folder} / 共 ${count} 个，均为最新\n`
  const lines = stale.map((name) => `✗ ${join(folder, name)}: missing or out of date / 缺失或已过期\n`)
  return lines.join('')
}
