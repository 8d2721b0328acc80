// Runs the examples of docs/mapping with the code a hub runs: what comes out is compared with what the page says.
import { adapters } from '../../../adapters/index.ts'
import { problemText } from '../../../cli/mapping/problems.ts'
import { QiaoError } from '../../../core/errors.ts'
import { type Bundle, type Files, inspectBundle } from '../../../core/flow/bundle.ts'
import type { Reply } from '../../../core/flow/outcome.ts'
import { encodeText } from '../../../core/mapping/format/charset.ts'
import { encodeDocument } from '../../../core/mapping/format/format.ts'
import type { Intake } from '../../../core/mapping/intake.ts'
import type { Outbound } from '../../../core/mapping/outbound.ts'
import type { MapContext } from '../../../core/mapping/run.ts'
import { errorsOf, readYaml } from '../../../core/yaml.ts'
import type { Example, Part, Run } from './page.ts'
import { requestOf } from './session.ts'

/** A compiled example. */
export type Compiled = { bundle: Bundle; name: string; files: Files }

/** What the checker prints of the files of an example. */
export function printedOf(example: Example): string {
  const files = filesOf(example)
  return inspectBundle(files, adapters(), { systems: {} })
    .problems.map((problem) => problemText(problem, files))
    .join('')
}

/** Compiles an example; throws with the problems of its files when there are errors. */
export function compileExample(example: Example): Compiled {
  const files = filesOf(example)
  const { bundle, problems } = inspectBundle(files, adapters(), { systems: {} })
  if (bundle === undefined) {
    throw new Error(
      errorsOf(problems)
        .map((problem) => problemText(problem, files))
        .join(''),
    )
  }
  return { bundle, name: (example.file ?? own.mapping).replace(/\.yaml$/, ''), files }
}

/** Files that a piece of fields stands in: its source takes anything, and so does its target. */
const own = { schema: 'schemas/page/any.yaml', type: 'canonical/page.yaml', mapping: 'page/piece.yaml' }

/** The files of an example, with those a piece of fields needs. Results of earlier steps are known on the way out only. */
export function filesOf({ files, fields, runs }: Example): Files {
  if (fields === undefined) return files
  const isOutbound = runs.some(({ steps }) => steps !== undefined)
  const given = runs.flatMap((run) => Object.keys(JSON.parse(run.given?.text ?? '{}') as object))
  const written = fields.match(/[\p{L}_@#][\p{L}\p{N}_-]*/gu) ?? []
  const names = new Set([...given, ...written])
  const rows = [...names].map((name) => `  - { name: ${JSON.stringify(name)}, type: any }\n`).join('')
  const [key] = written
  return {
    ...files,
    [own.schema]: `title: any\nfields:\n${rows}`,
    [own.type]: `title: page\nkey: ${key}\ndeduplication: [${key}]\nfields:\n${rows}`,
    [own.mapping]: `${isOutbound ? 'from: page\nto: page/any' : 'from: page/any\nto: page'}\nfields:\n${fields.replace(/^(?=.)/gm, '  ')}`,
  }
}

/** What a run says must come out. */
export function expectedOf({ result, refused, request }: Run): unknown {
  const part = result ?? refused ?? request
  if (part === undefined) throw new Error('a run without an outcome')
  return part.language === 'json' ? JSON.parse(part.text) : part.text
}

/** What comes out. */
export async function outcomeOf(compiled: Compiled, run: Run): Promise<unknown> {
  const { bundle, name } = compiled
  if (run.reply !== undefined) return verdict(bundle, name, JSON.parse(run.reply.text) as Reply)
  if (run.login !== undefined)
    return requestOf(compiled, JSON.parse(run.login.text), JSON.parse(run.given?.text ?? '{}'))
  if (name.startsWith('flows/')) return stepsOf(bundle, name, JSON.parse(run.given?.text ?? '{}'))
  try {
    return await convert(compiled, run)
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    if (error.issues.length > 0) return [...error.issues]
    return { code: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }) }
  }
}

/** How the reply rules of a system judge a reply. */
function verdict({ systems }: Bundle, name: string, reply: Reply): unknown {
  const judged = systems.get(name.replace('systems/', ''))?.replies({ ...reply, header: reply.header ?? {} })
  const { outcome, reason, result = {} } = judged ?? {}
  return {
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(Object.keys(result).length === 0 ? {} : { result }),
  }
}

/** The steps of a flow that a message sets in motion. */
function stepsOf({ flows }: Bundle, name: string, message: unknown): string[] {
  const { steps } = flows.get(name.replace('flows/', '')) ?? { steps: new Map() }
  return [...steps.values()].filter((step) => step.applies(message)).map((step) => step.name as string)
}

const defaults = {
  messageId: '01JNDOCS000000000000000000',
  acceptedAt: '2026-03-02 09:30:00',
  now: '2026-03-02 09:31:00',
  source: 'transport',
  type: 'permit.granted',
  key: 'A-1',
}

function contextOf({ steps, message }: Run): MapContext {
  const meta = message === undefined ? {} : (JSON.parse(message.text) as Record<string, string>)
  return { meta: { ...defaults, ...meta }, steps: steps === undefined ? {} : JSON.parse(steps.text) }
}

async function convert({ bundle, name, files }: Compiled, run: Run): Promise<unknown> {
  const { library } = bundle
  const given = run.given ?? { language: 'json', text: '{}' }
  const [intake, outbound] = [library.intake(name), library.outbound(name)]
  if (intake !== undefined) return accept(intake, given, charsetOf(files, name), run)
  if (outbound !== undefined) return send(outbound, JSON.parse(given.text), run)
  const schema =
    library.schemas.get(name.replace('schemas/', '')) ?? library.types.get(name.replace('canonical/', ''))
  if (schema === undefined) throw new Error(`${name} is nothing that takes a value`)
  const { value, issues } = schema.validate(JSON.parse(given.text), contextOf(run))
  return issues.length > 0 ? [...issues] : value
}

function charsetOf(files: Files, name: string): 'utf-8' | 'gbk' | 'gb18030' {
  const data = readYaml(name, files[`${name}.yaml`] ?? '').data as { charset?: 'gbk' | 'gb18030' }
  return data.charset ?? 'utf-8'
}

/** A list when the page shows a list, else the one record. */
async function accept(
  intake: Intake,
  { text }: Part,
  charset: ReturnType<typeof charsetOf>,
  run: Run,
): Promise<unknown> {
  const records = await intake.accept(encodeText(text.trim(), charset), undefined, contextOf(run))
  const values = records.map(({ value }) => value)
  return run.result?.text.trim().startsWith('[') === true ? values : values[0]
}

/** The value, or the text of the document when the page shows that. */
async function send(outbound: Outbound, value: Record<string, unknown>, run: Run): Promise<unknown> {
  const result = await outbound.apply(value, contextOf(run))
  if (run.result === undefined || run.result.language === 'json') return result
  const { content } = encodeDocument(outbound.format, result, { ...outbound, pretty: true })
  const text = new TextDecoder(outbound.charset).decode(content).replaceAll('\r\n', '\n')
  return text.endsWith('\n') ? text : `${text}\n`
}
