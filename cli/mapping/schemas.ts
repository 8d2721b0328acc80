// qiao mapping schemas: writes the JSON Schema of every file kind, so that editors complete, check and explain.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../../core/config.ts'
import { fileSchemas } from '../../core/flow/editor/files.ts'

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
export async function schemasCommand(args: string[]): Promise<number> {
  const folder = join(readConfig().mappings, '.schema')
  const stale = staleSchemas(folder)
  if (args.includes('--check')) {
    for (const name of stale) process.stdout.write(`✗ ${join(folder, name)}\n`)
    return stale.length === 0 ? 0 : 1
  }
  mkdirSync(folder, { recursive: true })
  const files = schemaFiles()
  for (const name of stale) writeFileSync(join(folder, name), files[name] ?? '')
  process.stdout.write(
    `${Object.keys(files).length} schemas in ${folder}, ${stale.length} written / 已生成编辑器用 JSON Schema\n`,
  )
  return 0
}
