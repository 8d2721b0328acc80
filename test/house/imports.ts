// Reads the imports of the tree, for the test that draws the arrows.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const skipped = new Set(['node_modules', '.git', 'data', 'test', 'bench', 'mappings'])

/** Every source file, by its path from the root, with the files of ours it imports. */
export function readImports(): Map<string, string[]> {
  const files = sources(root)
  return new Map(files.map((file) => [relative(root, file), importsOf(file)]))
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : sources(path)
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts') && !entry.name.endsWith('.config.ts')
      ? [path]
      : []
  })
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const found = text.matchAll(
    /(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+|\bnew URL\(\s*)'(\.[^']+\.(?:ts|mjs))'/g,
  )
  return [...found].map((match) => relative(root, join(dirname(file), match[1] ?? '')))
}
