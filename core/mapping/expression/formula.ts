// `{ expr: "items.price ~> $sum()", type: "n10,2", budget: 50 }`: JSONata, the escape hatch, with a declared type and a
// budget in milliseconds. JSONata is asynchronous, mappings are not: a pass that meets an expression without a result
// notes it as pending and the caller runs the pass again once all results are there (see settle). Mappings without
// `expr` never wait. In the expression `$` is the item, `$root`, `$meta` and `$steps` are variables.
import jsonata from 'jsonata'
import { parseJson } from '../format/json.ts'
import { Refusal } from '../problems.ts'
import { fail, isAbsent, prefixIssues, type Run } from '../run.ts'
import { compileAccept } from '../schema/accept.ts'
import { failType } from '../schema/faults.ts'
import { type Field, type FieldType, readType } from '../schema/field.ts'
import { type Facts, factsOf } from './facts.ts'
import { compileLabel, type Kind, need, option, type Scope, sourcePath } from './scope.ts'

type Outcome = { value: unknown } | { code: string }

/** Milliseconds an expression may take when it does not say. */
const BUDGET = 50
/** Rounds a mapping may need when expressions stand inside each other. */
const ROUNDS = 10

export const formula: Kind = {
  keys: ['expr', 'type', 'budget'],
  compile: (data, scope, at) => {
    const text = need(data, 'expr', 'string', at)
    const budget = option(data, 'budget', 'number', at) ?? BUDGET
    const type = readType(need(data, 'type', 'string', at), undefined, [...at, 'type'])
    const expression = parse(text, budget, [...at, 'expr'])
    const field: Field = { ...blank, type }
    const accept = type.kind === 'list' ? acceptList(field) : compileAccept(field)
    const label = compileLabel(scope.target ?? scope.prefix)
    const key = {}
    const read = (item: unknown, run: Run): unknown => {
      let results = run.results.get(key)
      if (results === undefined) {
        results = new Map()
        run.results.set(key, results)
      }
      // by its place: a group of rows is made anew in each pass
      const place = run.indexes.slice(0, scope.depth).join()
      const known = results.get(place) as Outcome | undefined
      if (known === undefined) {
        const target = results
        run.pending.push(async () => {
          if (!target.has(place)) target.set(place, await evaluate(expression, item, run))
        })
        return undefined
      }
      if ('code' in known) {
        const reason =
          known.code === 'D1012' ? [`超过 ${budget} 毫秒`, `over ${budget} ms`] : ['出错', 'failed']
        return fail(
          run,
          label(run),
          'expression',
          `表达式计算${reason[0]}（${known.code}）`,
          `the expression ${reason[1]} (${known.code})`,
        )
      }
      if (isAbsent(known.value)) return undefined
      const mark = run.issues.length
      const accepted = accept(known.value, run)
      if (run.issues.length > mark) prefixIssues(run, mark, label(run))
      return accepted
    }
    return { read, label, facts: formulaFacts(expression, type, scope) }
  },
}

const blank: Omit<Field, 'type'> = {
  name: 'expr',
  zh: '表达式结果',
  req: 'N',
  codes: undefined,
  check: undefined,
  min: undefined,
  pattern: undefined,
  personal: undefined,
  fields: undefined,
  item: undefined,
}

/** The names an expression speaks of tell which personal data may be in its result. */
function formulaFacts(expression: jsonata.Expression, type: FieldType, scope: Scope): Facts {
  const names = new Set<string>()
  collectNames(expression.ast(), names)
  const fields = [...(scope.item ?? []), ...(scope.root ?? [])].flatMap((field) => [...fieldsBelow(field)])
  const used = fields.filter(({ name }) => names.has(name))
  const personal = used.flatMap((field) => [...factsOf(field, []).personal])
  return {
    ...factsOf({ ...blank, type }, [sourcePath(scope.prefix) || '$']),
    personal: new Set(personal),
    origins: used.filter((field) => field.personal !== undefined),
  }
}

function* fieldsBelow(field: Field): Generator<Field> {
  for (const inner of field.fields ?? []) {
    yield inner
    yield* fieldsBelow(inner)
  }
}

function collectNames(node: unknown, names: Set<string>): void {
  if (typeof node !== 'object' || node === null) return
  if (Array.isArray(node)) {
    for (const each of node) collectNames(each, names)
    return
  }
  const { type, value } = node as { type?: unknown; value?: unknown }
  if (type === 'name' && typeof value === 'string') names.add(value)
  for (const each of Object.values(node)) collectNames(each, names)
}

function acceptList(field: Field) {
  return (value: unknown, run: Run): unknown =>
    Array.isArray(value) ? value : failType(run, field, '应为列表', 'must be a list')
}

function parse(text: string, budget: number, at: readonly (string | number)[]): jsonata.Expression {
  try {
    return jsonata(text, { timeout: budget, stack: 200, sequence: 100_000 })
  } catch (error) {
    const { message } = error as { message: string }
    throw new Refusal(at, `JSONata: ${message}`, 'JSONata 表达式有误')
  }
}

/** Error texts of JSONata may quote values, so only its code is kept. */
async function evaluate(expression: jsonata.Expression, item: unknown, run: Run): Promise<Outcome> {
  try {
    const { meta, steps } = run.context
    const value: unknown = await expression.evaluate(item, { root: run.root, meta, steps })
    // plain JSON: drops functions and the marks JSONata leaves on its sequences, and refuses reserved names
    return { value: value === undefined ? undefined : parseJson(JSON.stringify(value) ?? 'null') }
  } catch (error) {
    const code = (error as { code?: unknown }).code
    return { code: typeof code === 'string' ? code : 'unknown' }
  }
}

/** Runs a pass; when it left pending expressions, evaluates them one by one and runs it again. */
export function settle<T>(run: Run, pass: () => T): T | Promise<T> {
  const result = pass()
  return run.pending.length === 0 ? result : settleLater(run, pass)
}

async function settleLater<T>(run: Run, pass: () => T): Promise<T> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const work of run.pending.splice(0)) await work()
    run.issues.length = 0
    const result = pass()
    if (run.pending.length === 0) return result
  }
  throw new Error('expressions stand too deep inside each other')
}
