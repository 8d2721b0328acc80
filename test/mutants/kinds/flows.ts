// Wrong flows and systems: steps in another order, lookups of steps that do not come before, operations and mappings of
// something else, names that nothing has, and reply rules that cannot do what they are for.
import type { Path } from '../../../core/yaml.ts'
import type { Book } from '../book.ts'
import { nameOf } from '../book.ts'
import { type Kind, kind } from '../mutant.ts'
import { type Page, remove, replace, setKey, setScalar, swapWithNext, valueAt } from '../page.ts'
import { misspell } from '../random.ts'

type StepData = { step: string; system: string; operation: string; mapping: string; needs?: string[] }
type SystemData = {
  operations?: Record<string, { recipe?: string; takes?: string; dataset?: string }>
  messages?: Record<string, string>
  settings?: Record<string, string>
  session?: { operation: string; reply: Record<string, string>; decrypt?: Record<string, unknown> }
  adapter?: string
  replies?: {
    when: Record<string, unknown>
    outcome: string
    reason?: string
    result?: Record<string, string>
  }[]
}

function* steps(
  book: Book,
): Generator<{ page: Page; at: Path; data: StepData; all: StepData[]; index: number }> {
  for (const page of book.folder('flows')) {
    const all = (page.data as { steps: StepData[] }).steps
    for (const [index, data] of all.entries()) yield { page, at: ['steps', index], data, all, index }
  }
}

const systemsOf = (book: Book): { page: Page; data: SystemData }[] =>
  book.folder('systems').map((page) => ({ page, data: page.data as SystemData }))

/** Every `{ step: … }` of the mappings. */
function* lookups(book: Book): Generator<{ page: Page; at: Path; step: string; path: string | undefined }> {
  const inside = function* (page: Page, data: unknown, at: Path): ReturnType<typeof lookups> {
    if (typeof data !== 'object' || data === null) return
    const row = data as { step?: unknown; path?: string }
    if (typeof row.step === 'string') yield { page, at, step: row.step, path: row.path }
    for (const [key, value] of Object.entries(data))
      yield* inside(page, value, [...at, Array.isArray(data) ? Number(key) : key])
  }
  for (const { page } of book.mappings)
    yield* inside(page, (page.data as { fields: unknown }).fields, ['fields'])
}

export const stepOrder: Kind = kind('order of steps', 10, function* (book) {
  for (const { page, at, all, index } of steps(book)) {
    const next = all[index + 1]
    if (next !== undefined) yield [page, swapWithNext(page, at), `${next.step} before ${all[index]?.step}`]
  }
})

export const stepLookup: Kind = kind('lookup of a step', 25, function* (book, random) {
  for (const { page, at, step, path } of lookups(book)) {
    for (let i = 0; i < 3; i++) {
      const wrong = misspell(step, random)
      yield [page, setScalar(page, [...at, 'step'], wrong), `step ${step} → ${wrong}`]
    }
    const other = [...steps(book)].map(({ data }) => data.step).filter((name) => name !== step)
    yield [page, setScalar(page, [...at, 'step'], random.pick(other)), `step ${step} → another step`]
    if (path === undefined) continue
    for (let i = 0; i < 3; i++) {
      const wrong = misspell(path, random)
      yield [page, setScalar(page, [...at, 'path'], wrong), `result ${path} → ${wrong}`]
    }
  }
  for (const { page, at, data } of steps(book)) {
    if (data.needs === undefined || data.needs.length === 0) continue
    yield [page, remove(page, [...at, 'needs']), `${data.step} without needs`]
    const wrong = misspell(data.needs[0] ?? '', random)
    yield [page, setScalar(page, [...at, 'needs', 0], wrong), `${data.step} needs ${wrong}`]
    yield [page, setScalar(page, [...at, 'needs', 0], data.step), `${data.step} needs itself`]
  }
})

export const otherOperation: Kind = kind('other operation of the system', 25, function* (book, random) {
  for (const { page, at, data } of steps(book)) {
    const system = book.pages.get(`systems/${data.system}.yaml`)?.data as SystemData | undefined
    const others = Object.keys(system?.operations ?? {}).filter((name) => name !== data.operation)
    if (others.length === 0) continue
    const wrong = random.pick(others)
    yield [
      page,
      setScalar(page, [...at, 'operation'], wrong),
      `${data.step}: operation ${data.operation} → ${wrong}`,
    ]
  }
})

export const otherSystem: Kind = kind('other system', 20, function* (book, random) {
  for (const { page, at, data } of steps(book)) {
    const others = book
      .folder('systems')
      .map(nameOf)
      .filter((name) => name !== data.system)
    const wrong = random.pick(others)
    yield [page, setScalar(page, [...at, 'system'], wrong), `${data.step}: system ${data.system} → ${wrong}`]
  }
})

export const otherMapping: Kind = kind('other mapping', 35, function* (book, random) {
  const names = book.mappings.map(({ name }) => name)
  const alike = (name: string): string[] =>
    names.filter((each) => each !== name && each.split('/')[0] === name.split('/')[0])
  for (const { page, at, data } of steps(book)) {
    const others = alike(data.mapping)
    for (const wrong of [
      random.pick(others),
      random.pick(book.mappings.filter(({ isIntake }) => !isIntake)).name,
    ]) {
      if (wrong !== undefined && wrong !== data.mapping)
        yield [
          page,
          setScalar(page, [...at, 'mapping'], wrong),
          `${data.step}: mapping ${data.mapping} → ${wrong}`,
        ]
    }
  }
})

/** Names in flows and systems that lead nowhere. */
export const misspeltName: Kind = kind('name in a flow or system misspelt', 60, function* (book, random) {
  for (const { page, at, data } of steps(book)) {
    for (const key of ['system', 'operation', 'mapping'] as const) {
      const wrong = misspell(data[key], random)
      yield [page, setScalar(page, [...at, key], wrong), `${data.step}: ${key} ${data[key]} → ${wrong}`]
    }
  }
  for (const { page, data } of systemsOf(book)) {
    for (const [message, mapping] of Object.entries(data.messages ?? {})) {
      const wrong = misspell(mapping, random)
      yield [page, setScalar(page, ['messages', message], wrong), `message ${message}: ${mapping} → ${wrong}`]
    }
    for (const [operation, row] of Object.entries(data.operations ?? {})) {
      for (const key of ['recipe', 'takes'] as const) {
        const name = row[key]
        if (name === undefined) continue
        const wrong = misspell(name, random)
        const edit = setScalar(page, ['operations', operation, key], wrong)
        yield [page, edit, `operation ${operation}: ${key} ${name} → ${wrong}`]
      }
    }
    if (data.adapter !== undefined) {
      const wrong = misspell(data.adapter, random, ['elicence'])
      yield [page, setScalar(page, ['adapter'], wrong), `adapter ${data.adapter} → ${wrong}`]
    }
    if (data.session === undefined) continue
    const wrong = misspell(data.session.operation, random, Object.keys(data.operations ?? {}))
    yield [page, setScalar(page, ['session', 'operation'], wrong), `session operation → ${wrong}`]
  }
})

export const systemNames: Kind = kind(
  'setting or session value of a system misspelt',
  25,
  function* (book, random) {
    for (const { page, data } of systemsOf(book)) {
      for (const name of Object.keys(data.settings ?? {})) {
        for (let i = 0; i < 2; i++) {
          const wrong = misspell(name, random, Object.keys(data.settings ?? {}))
          yield [page, setKey(page, ['settings', name], wrong), `setting ${name} → ${wrong}`]
        }
        yield [page, remove(page, ['settings', name]), `without setting ${name}`]
      }
      for (const name of Object.keys(data.session?.reply ?? {})) {
        const wrong = misspell(name, random)
        yield [page, setKey(page, ['session', 'reply', name], wrong), `session value ${name} → ${wrong}`]
      }
      for (const name of Object.keys(data.session?.decrypt ?? {})) {
        const wrong = misspell(name, random)
        yield [page, setKey(page, ['session', 'decrypt', name], wrong), `decrypt ${name} → ${wrong}`]
      }
    }
  },
)

export const replyHead: Kind = kind('head of a reply path misspelt', 35, function* (book, random) {
  const heads = ['status', 'header', 'body']
  const wrongHead = (path: string): string => {
    const [head = '', ...rest] = path.split('.')
    return [misspell(head, random, heads), ...rest].join('.')
  }
  for (const { page, data } of systemsOf(book)) {
    for (const [i, reply] of (data.replies ?? []).entries()) {
      const at: Path = ['replies', i]
      for (const path of Object.keys(reply.when)) {
        const wrong = wrongHead(path)
        yield [page, setKey(page, [...at, 'when', path], wrong), `reply condition ${path} → ${wrong}`]
      }
      if (reply.reason !== undefined) {
        const wrong = wrongHead(reply.reason)
        yield [page, setScalar(page, [...at, 'reason'], wrong), `reply reason ${reply.reason} → ${wrong}`]
      }
      for (const [name, path] of Object.entries(reply.result ?? {})) {
        const wrong = wrongHead(path)
        yield [
          page,
          setScalar(page, [...at, 'result', name], wrong),
          `reply result ${name}: ${path} → ${wrong}`,
        ]
      }
    }
  }
})

/** Results that a mapping looks up; a name nobody reads has nothing to be wrong against. */
export const replyResult: Kind = kind('result of a reply misspelt', 10, function* (book, random) {
  const read = new Set([...lookups(book)].map(({ path }) => path?.split('.')[0]))
  for (const { page, data } of systemsOf(book)) {
    for (const [i, reply] of (data.replies ?? []).entries()) {
      for (const name of Object.keys(reply.result ?? {})) {
        if (!read.has(name)) continue
        const at: Path = ['replies', i, 'result', name]
        for (let round = 0; round < 3; round++) {
          const wrong = misspell(name, random)
          yield [page, setKey(page, at, wrong), `reply result ${name} → ${wrong}`]
        }
        yield [page, remove(page, at), `reply without result ${name}`]
      }
    }
  }
})

export const noDelivery: Kind = kind('no reply means delivered', 15, function* (book) {
  for (const { page, data } of systemsOf(book)) {
    const rules = data.replies ?? []
    const delivered = rules.flatMap((rule, i) => (rule.outcome === 'delivered' ? [i] : []))
    if (delivered.length !== 1) continue
    const at: Path = ['replies', delivered[0] ?? 0]
    yield [page, remove(page, at), 'without the rule that gives delivered']
    yield [page, setScalar(page, [...at, 'outcome'], 'busy'), 'delivered → busy']
    yield [page, setScalar(page, [...at, 'outcome'], 'deliverd'), 'delivered → deliverd']
  }
})

/** A status no reply has, or one demanded twice over. */
export const impossibleReply: Kind = kind('reply rule that can never hold', 35, function* (book, random) {
  for (const { page, data } of systemsOf(book)) {
    const rules = data.replies ?? []
    for (const [i, rule] of rules.entries()) {
      const at: Path = ['replies', i, 'when', 'status']
      const place = valueAt(page, at)
      if (place === undefined || !('status' in rule.when)) continue
      const wrong = random.pick(['2000', '20', 'OK', '{ gte: 600 }', '{ gte: 500, lt: 400 }', '[]'])
      yield [page, replace(page, place, wrong), `reply rule ${i}: status ${place.raw} → ${wrong}`]
    }
    // what stands behind a rule that takes everything of a status is never reached
    const all = rules.findIndex((rule) => JSON.stringify(rule.when) === '{"status":200}')
    const before = rules[all - 1]
    if (before !== undefined && before.when.status === 200) {
      yield [page, swapWithNext(page, ['replies', all - 1]), `the rule for every 200 before rule ${all - 1}`]
    }
  }
})
