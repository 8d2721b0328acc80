// Compiles the files of an example of docs/mapping, as a hub does when it starts.
import { adapters } from '../../../adapters/index.ts'
import { problemText } from '../../../cli/mapping/problems.ts'
import { type Bundle, type Files, inspectBundle } from '../../../core/flow/bundle.ts'
import { overlayShape } from '../../../core/flow/system.ts'
import { parseSource } from '../../../core/shape.ts'
import { readYaml } from '../../../core/yaml.ts'
import type { Example } from './page.ts'

/** A compiled example; `name` is that of the file shown last. */
export type Compiled = { bundle: Bundle; name: string; files: Files }

/** What the checker prints of the files of an example. */
export function printedOf(example: Example): string {
  const { files, problems } = inspect(example)
  return problems.map((problem) => problemText(problem, files)).join('')
}

/** Compiles an example; throws with what the checker prints when there are errors. */
export function compileExample(example: Example): Compiled {
  const { bundle, files } = inspect(example)
  if (bundle === undefined) throw new Error(printedOf(example))
  return { bundle, name: (example.file ?? own.mapping).replace(/\.yaml$/, ''), files }
}

/** The settings of an environment stand outside the mappings folder. */
const settings = 'settings.yaml'

function inspect(example: Example) {
  const { [settings]: overlay, ...files } = filesOf(example)
  const read =
    overlay === undefined ? { systems: {} } : parseSource(readYaml(settings, overlay), overlayShape)
  return { files, ...inspectBundle(files, adapters(), read) }
}

/** Files that a piece of fields stands in: its source takes anything, and so does its target. */
const own = { schema: 'schemas/page/any.yaml', type: 'canonical/page.yaml', mapping: 'page/piece.yaml' }

/** The files of an example, with those a piece of fields needs. Results of earlier steps are known on the way out only. */
export function filesOf({ files, fields, runs }: Example): Files {
  if (fields === undefined) return files
  const isOutbound = runs.some(({ steps }) => steps !== undefined)
  const given = runs.flatMap((run) => Object.keys(JSON.parse(run.given?.text ?? '{}') as object))
  const written = fields.match(/[\p{L}_@#][\p{L}\p{N}_-]*/gu) ?? []
  const targets = Object.keys(readYaml(own.mapping, fields).data as object).map((each) => each.split('.')[0])
  const names = new Set([...targets, ...given, ...written])
  const rows = [...names].map((name) => `  - { name: ${JSON.stringify(name)}, type: any }\n`).join('')
  const [key] = targets
  return {
    ...files,
    [own.schema]: `title: any\nfields:\n${rows}`,
    [own.type]: `title: page\nkey: ${key}\ndeduplication: [${key}]\nfields:\n${rows}`,
    [own.mapping]: `${isOutbound ? 'from: page\nto: page/any' : 'from: page/any\nto: page'}\nfields:\n${fields.replace(/^(?=.)/gm, '  ')}`,
  }
}
