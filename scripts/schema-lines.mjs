#!/usr/bin/env node
// Puts the line that names its JSON Schema at the top of every mapping file, so that editors complete and check it.
//   node scripts/schema-lines.mjs [--check] [folder …]     (folders: mappings and the examples)
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folders = {
  systems: 'system',
  flows: 'flow',
  codes: 'codes',
  canonical: 'canonical',
  schemas: 'schema',
}
const line = /^# yaml-language-server: \$schema=.*\n/

/** The kind of a file by its path inside a mappings folder. */
export function kindOf(name) {
  const [folder] = name.split('/')
  const isCases = name.endsWith('.cases.yaml')
  if (folder === 'signing') return isCases ? 'signing-cases' : 'signing'
  return folders[folder] ?? (isCases ? 'mapping-cases' : 'mapping')
}

/** The text with the right first line; `schemas` is where the schemas are, as seen from the file. */
export function withLine(name, text, schemas) {
  const plain = text.replace(line, '')
  return `# yaml-language-server: $schema=${schemas}/${kindOf(name)}.json\n${plain}`
}

/** Files of a mappings folder whose first line is not right, with the text they should have. */
export function wrongFiles(folder) {
  // an example is copied into a mappings folder: there its line is right
  const schemas = join(folder, '.schema')
  const slashes = (path) => path.split(sep).join('/')
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => {
      const file = join(folder, name)
      const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
      return { file, text, right: withLine(slashes(name), text, slashes(relative(dirname(file), schemas))) }
    })
    .filter(({ text, right }) => text !== right)
}

/** The folders that are shipped. */
export function shippedFolders() {
  const examples = join(root, 'examples')
  const names = existsSync(examples) ? readdirSync(examples) : []
  return [join(root, 'mappings'), ...names.map((name) => join(examples, name, 'mappings')).filter(existsSync)]
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const args = process.argv.slice(2)
  const given = args.filter((arg) => !arg.startsWith('--'))
  const wrong = (given.length > 0 ? given : shippedFolders()).flatMap(wrongFiles)
  for (const { file, right } of wrong) {
    console.log(relative(process.cwd(), file))
    if (!args.includes('--check')) writeFileSync(file, right)
  }
  console.log(`${wrong.length} files ${args.includes('--check') ? 'need their line' : 'corrected'}`)
  if (args.includes('--check') && wrong.length > 0) process.exitCode = 1
}
