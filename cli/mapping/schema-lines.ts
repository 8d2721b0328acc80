// The first line of a mapping file, which tells editors where its JSON Schema stands.
import { join } from 'node:path'
import { readFiles } from '../../core/flow/files.ts'

/** Kinds of file by the folder they stand in; what stands elsewhere is a mapping or its cases. */
const kinds: Readonly<Record<string, string>> = {
  systems: 'system',
  flows: 'flow',
  codes: 'codes',
  canonical: 'canonical',
  schemas: 'schema',
}
const line = /^# yaml-language-server: \$schema=.*\n/

/** The kind of a file, as its JSON Schema is named, by its path inside a mappings folder. */
export function kindOf(name: string): string {
  const [folder = ''] = name.split('/')
  const isCases = name.endsWith('.cases.yaml')
  if (folder === 'signing') return isCases ? 'signing-cases' : 'signing'
  return kinds[folder] ?? (isCases ? 'mapping-cases' : 'mapping')
}

/** The text of a file with the right first line: the schemas stand in `.schema/` of the mappings folder. */
export function withLine(name: string, text: string): string {
  const up = '../'.repeat(name.split('/').length - 1)
  return `# yaml-language-server: $schema=${up}.schema/${kindOf(name)}.json\n${text.replace(line, '')}`
}

/** A file without its right first line, and the text it should have. */
export type Unlined = { file: string; right: string }

/** Files of a mappings folder without their right first line. Throws StartupError when it cannot be read. */
export function unlinedFiles(folder: string): Unlined[] {
  return Object.entries(readFiles(folder)).flatMap(([name, bytes]) => {
    const text = bytes.replaceAll('\r\n', '\n')
    const right = withLine(name, text)
    return right === text ? [] : [{ file: join(folder, name), right }]
  })
}
