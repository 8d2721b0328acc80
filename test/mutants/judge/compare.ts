// Compares what comes out of a mapping before and after a change, document by document.
import type { Library } from '../../../core/mapping/library.ts'
import type { Field } from '../../../core/mapping/schema/field.ts'
import { leaves, valueIn } from '../sample.ts'
import type { Input, Outcome, Runner } from './runner.ts'

/** Why an output can change; `file` is the changed one. Undefined when no document shows a difference. */
export async function compare(
  runner: Runner,
  before: Library,
  after: Library,
  file: string,
): Promise<string | undefined> {
  const shipped = inputsOf(runner, before)
  const [first] = shipped
  if (first === undefined) return 'no sample'
  if ((await runner.outcome(after, first)) === undefined) return 'no longer loads'
  if (runner.personal(before) !== runner.personal(after)) return 'other data are masked'
  for (const input of shipped) {
    const [old, now] = [await cached(runner, before, input), await runner.outcome(after, input)]
    if (old.text !== now?.text) return `${old.text.slice(0, 60)} → ${now?.text.slice(0, 60)}`
  }
  if (!/^(schemas|canonical|codes)\//.test(file)) return undefined
  return comparePromise(runner, before, after)
}

/**
 * Documents only the changed table promises must not be refused for a reason that was never one before, and some document
 * with the changed field must still be accepted.
 */
async function comparePromise(runner: Runner, before: Library, after: Library): Promise<string | undefined> {
  const paths = changedPaths(runner.fields(before), runner.fields(after))
  if (paths.length === 0) return undefined
  const { issues: known, accepted } = await promiseOf(runner, before)
  const hopeful = new Set(
    paths.filter((path) => accepted.some((value) => valueIn(value, path) !== undefined)),
  )
  const tried = new Set<string>()
  for (const input of runner.inputs(after, paths)) {
    if (!runner.promised(after, input)) continue
    const issues = (await runner.outcome(after, input))?.issues ?? []
    const fresh = runner.promised(before, input) ? undefined : issues.find((issue) => !known.has(issue))
    if (fresh !== undefined) return `newly promised, then refused: ${fresh}`
    for (const path of paths) {
      if (valueIn(input.value, path) === undefined) continue
      tried.add(path)
      if (issues.length === 0) hopeful.delete(path)
    }
  }
  const hopeless = [...hopeful].find((path) => tried.has(path))
  return hopeless && `no promised value of ${hopeless} is accepted any more`
}

/** What the shipped mapping does with all its table promises: complaints, and documents it accepts. */
type Promised = { issues: ReadonlySet<string>; accepted: readonly unknown[] }
const promises = new WeakMap<Runner, Promised>()

async function promiseOf(runner: Runner, library: Library): Promise<Promised> {
  const known = promises.get(runner)
  if (known !== undefined) return known
  const issues = new Set<string>()
  const accepted: unknown[] = []
  for (const input of inputsOf(runner, library)) {
    const outcome = await cached(runner, library, input)
    for (const issue of outcome.issues) issues.add(issue)
    if (outcome.issues.length === 0) accepted.push(input.value)
  }
  const result = { issues, accepted }
  promises.set(runner, result)
  return result
}

const inputs = new WeakMap<Runner, Input[]>()

/** Shipped examples and what the shipped table promises, made once. */
function inputsOf(runner: Runner, library: Library): Input[] {
  const known = inputs.get(runner)
  if (known !== undefined) return known
  const made = runner.inputs(library).filter((input) => input.shipped || runner.promised(library, input))
  inputs.set(runner, made)
  return made
}

/** Fields that are not what they were. */
function changedPaths(before: readonly Field[], after: readonly Field[]): string[] {
  const text = ({ fields: _, item, codes, ...rest }: Field): string =>
    JSON.stringify([rest, item?.type, codes && [codes.name, ...codes.codes.keys()]])
  const old = new Map([...leaves(before, '')].map(({ path, field }) => [path, text(field)]))
  return [...leaves(after, '')].flatMap(({ path, field }) => (old.get(path) === text(field) ? [] : [path]))
}

const outcomes = new WeakMap<Input, Outcome>()

/** Outcome of the shipped library, computed once. */
async function cached(runner: Runner, library: Library, input: Input): Promise<Outcome> {
  const known = outcomes.get(input)
  if (known !== undefined) return known
  const outcome = (await runner.outcome(library, input)) ?? { text: 'missing', issues: [] }
  outcomes.set(input, outcome)
  return outcome
}
