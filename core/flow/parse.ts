// Parses many files without holding up what else the thread does: half of compiling a bundle is reading YAML.
// A file whose text is that of the last set is not parsed again: a reload costs what was changed.
import { setImmediate as breathe } from 'node:timers/promises'
import { readYaml, type Source } from '../yaml.ts'
import type { Files } from './bundle.ts'

type Parsed = { text: string; source: () => Source }

let last: ReadonlyMap<string, Parsed> = new Map()

/** Parses all YAML files, with room for other work after each; answers a reader that gives the results, or throws them. */
export async function parseAhead(files: Files): Promise<typeof readYaml> {
  const parsed = new Map<string, Parsed>()
  for (const [name, text] of Object.entries(files)) {
    if (!name.endsWith('.yaml')) continue
    const known = last.get(name)
    if (known?.text === text) parsed.set(name, known)
    else {
      parsed.set(name, { text, source: parse(name, text) })
      await breathe()
    }
  }
  last = parsed
  return (name, text) => {
    const found = parsed.get(name)
    return found?.text === text ? found.source() : readYaml(name, text)
  }
}

function parse(name: string, text: string): () => Source {
  try {
    const source = readYaml(name, text)
    return () => source
  } catch (error) {
    return () => {
      throw error
    }
  }
}
