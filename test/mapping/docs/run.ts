// Runs the examples of docs/mapping with the code a hub runs: what comes out is compared with what the page says.
import { QiaoError } from '../../../core/errors.ts'
import type { Bundle, Files } from '../../../core/flow/bundle.ts'
import type { Reply } from '../../../core/flow/outcome.ts'
import { runCases } from '../../../core/mapping/cases.ts'
import { encodeText } from '../../../core/mapping/format/charset.ts'
import { encodeDocument } from '../../../core/mapping/format/format.ts'
import type { Intake } from '../../../core/mapping/intake.ts'
import type { Outbound } from '../../../core/mapping/outbound.ts'
import type { MapContext } from '../../../core/mapping/run.ts'
import { runRecipeCases } from '../../../core/signing/cases.ts'
import { readYaml } from '../../../core/yaml.ts'
import type { Compiled } from './compile.ts'
import type { Example, Part, Run } from './page.ts'
import { requestOf } from './session.ts'

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

/** The list of the records, or the only one where the page shows no list. */
async function accept(
  intake: Intake,
  { text }: Part,
  charset: ReturnType<typeof charsetOf>,
  run: Run,
): Promise<unknown> {
  const records = await intake.accept(encodeText(text.trim(), charset), undefined, contextOf(run))
  const values = records.map(({ value }) => value)
  return values.length !== 1 || run.result?.text.trim().startsWith('[') === true ? values : values[0]
}

/** The value, or the text of the document when the page shows that. */
async function send(outbound: Outbound, value: Record<string, unknown>, run: Run): Promise<unknown> {
  const result = await outbound.apply(value, contextOf(run))
  if (run.result === undefined || run.result.language === 'json') return result
  const { content } = encodeDocument(outbound.format, result, { ...outbound, pretty: true })
  const text = new TextDecoder(outbound.charset).decode(content).replaceAll('\r\n', '\n')
  return text.endsWith('\n') ? text : `${text}\n`
}

/** Runs the cases an example shows; what is wrong with them, each named by its case. */
export async function faultsOf({ bundle, files }: Compiled, { blocks }: Example): Promise<string[]> {
  const shown = blocks.flatMap(({ text }) => /^# (\S+)\.cases\.yaml\n/.exec(text)?.[1] ?? [])
  const faults: string[] = []
  for (const name of shown) {
    const [file, cases] = [`${name}.yaml`, `${name}.cases.yaml`].map((each) =>
      readYaml(each, files[each] ?? ''),
    )
    if (file === undefined || cases === undefined) continue
    if (name.startsWith('signing/')) {
      for (const { case: title, problems } of await runRecipeCases(file, cases))
        faults.push(...problems.map((problem) => `${title}: ${problem}`))
    } else {
      for (const { case: title, ok, message } of await runCases(bundle.library, [cases]))
        if (!ok) faults.push(`${title}: ${message}`)
    }
  }
  return faults
}
