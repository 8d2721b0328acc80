// The tools as a test calls them: files in a folder of their own, and everything they say.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { mappingCommand } from '../../../cli/mapping/main.ts'
import type { Files } from '../../../core/flow/bundle.ts'
import { listen } from '../../listen.ts'

/** What a tool said: `written` on standard output, `told` on standard error. */
export type Said = { code: number; written: string; told: string }

/** Runs `qiao mapping …`. */
export async function tool(...args: string[]): Promise<Said> {
  const { output, written, told } = listen()
  const code = await mappingCommand(args, output)
  return { code, written: written(), told: told() }
}

/** Runs a tool with `--json` and reads its document; everything on standard output must be that. */
export async function toolJson(...args: string[]): Promise<{ code: number; document: unknown }> {
  const { code, written } = await tool(...args, '--json')
  return { code, document: JSON.parse(written) }
}

/** A folder with these files, gone when the test ends. */
export function folderOf(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-tool-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeInto(folder, files)
  return folder
}

/** Writes files into a folder. */
export function writeInto(folder: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}
