// Parses many files without holding up what else the thread does: two thirds of compiling a bundle is reading YAML.
import { setImmediate as breathe } from 'node:timers/promises'
import { readYaml, type Source } from '../yaml.ts'
import type { Files } from './bundle.ts'

/** Parses all YAML files, with room for other work after each; answers a reader that gives the results, or throws them. */
export async function parseAhead(files: Files): Promise<typeof readYaml> {
  const parsed = new Map<string, () => Source>()
  for (const [name, text] of Object.entries(files)) {
    if (!name.endsWith('.yaml')) continue
    try {
      const source = readYaml(name, text)
      parsed.set(name, () => source)
    } catch (error) {
      parsed.set(name, () => {
        throw error
      })
    }
    await breathe()
  }
  return (name, text) => parsed.get(name)?.() ?? readYaml(name, text)
}
