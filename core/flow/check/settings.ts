// The settings of a system and what reads them: a setting that is missing, and one that nothing reads.
import { nearest, suggestion } from '../../nearest.ts'
import type { Use } from '../../signing/context.ts'
import type { System } from '../system.ts'
import { type Checked, pointAt, type Related } from './parts.ts'
import { isWhole, type Reader, readersOf } from './readers.ts'
import { systemFile } from './written.ts'

/** Reports settings that recipes read and the system lacks, and settings of its file that nothing reads. */
export function checkSettings(system: System, parts: Checked): void {
  const readers = readersOf(system, parts)
  const missing: Missing[] = readers.flatMap((reader) =>
    reader.settings
      .filter(({ name }) => !Object.hasOwn(system.settings, name))
      .map((use) => ({ reader, use })),
  )
  for (const each of missing) tellMissing(each, system, parts)
  if (isWhole(system, parts)) tellUnused(system, readers, missing, parts)
}

/** A name that something reads and the system does not give. */
type Missing = { reader: Reader; use: Use }

function tellMissing({ reader, use }: Missing, system: System, parts: Checked): void {
  const file = systemFile(system)
  const near = nearest(use.name, Object.keys(system.settings))
  const hint = suggestion(near)
  const related: Related[] = [
    pointAt(parts, file, ['settings'], `the settings of ${system.name}`, `${system.name} 的设置`),
    reader.used,
  ]
  if (near !== undefined) {
    related.push(pointAt(parts, file, ['settings', near], 'the nearest', '最相近的设置'))
  }
  parts.reportOf(reader.file)(
    use.at,
    `system ${system.name} has no setting "${use.name}"${hint.en || `; add it to settings: of ${file}`}`,
    `系统 ${system.name} 没有设置“${use.name}”${hint.zh || `，应在 ${file} 的 settings 中添加`}`,
    { rule: 'setting.unknown', related },
  )
}

function tellUnused(
  system: System,
  readers: readonly Reader[],
  missing: readonly Missing[],
  parts: Checked,
): void {
  const file = systemFile(system)
  const read = new Set(readers.flatMap(({ settings }) => settings.map(({ name }) => name)))
  for (const name of writtenSettings(file, parts)) {
    if (read.has(name)) continue
    const near = nearest(
      name,
      missing.map(({ use }) => use.name),
    )
    const hint = suggestion(near)
    parts.reportOf(file)(
      ['settings', name],
      `nothing reads the setting "${name}"${hint.en || `; use it in a recipe as {settings.${name}}, or remove it`}`,
      `设置“${name}”没有被使用${hint.zh || `，应在签名配方中以 {settings.${name}} 引用，否则删除`}`,
      {
        rule: 'setting.unused',
        onKey: true,
        related: missing
          .filter(({ use }) => use.name === near)
          .map(({ reader, use }) => pointAt(parts, reader.file, use.at, 'what is read', '引用之处')),
      },
    )
  }
}

/** Settings of the file itself; those that only the environment gives have no place. */
function writtenSettings(file: string, { sources }: Checked): string[] {
  return Object.keys((sources.get(file)?.data as { settings?: object } | undefined)?.settings ?? {})
}
