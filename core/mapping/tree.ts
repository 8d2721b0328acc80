// The mappings folder: which file is what, by where it stands.
import type { Source } from '../yaml.ts'

/** Folders whose files other parts of the hub read. */
const foreign = new Set(['systems', 'flows', 'signing'])

/** Files of the mapping language by kind and name (`province/accept`, `case.accepted`, `applicant-type`). */
export function sortSources(sources: readonly Source[]) {
  const codes = new Map<string, Source>()
  const schemas = new Map<string, Source>()
  const canonical = new Map<string, Source>()
  const mappings = new Map<string, Source>()
  const cases = new Map<string, Source>()
  const strange: Source[] = []
  for (const source of sources) {
    const [, folder = '', name = ''] = /^([^/]+)\/(.+)\.ya?ml$/.exec(source.file) ?? []
    const depth = name.split('/').length
    if (foreign.has(folder)) continue
    if (folder === 'codes' && depth === 1) codes.set(name, source)
    else if (folder === 'canonical' && depth === 1) canonical.set(name, source)
    else if (folder === 'schemas' && depth === 2) schemas.set(name, source)
    else if (['', 'codes', 'canonical', 'schemas'].includes(folder) || depth !== 1) strange.push(source)
    else if (name.endsWith('.cases')) cases.set(`${folder}/${name.slice(0, -6)}`, source)
    else mappings.set(`${folder}/${name}`, source)
  }
  return { codes, schemas, canonical, mappings, cases, strange }
}
