// Wrong signing recipes: names of values, settings, session and documents, kinds of keys, and the order of what is done.
import type { Path } from '../../../core/yaml.ts'
import type { Book } from '../book.ts'
import { type Kind, kind } from '../mutant.ts'
import { type Page, remove, replace, setKey, setScalar, swapWithNext, valueAt } from '../page.ts'
import { misspell, type Random } from '../random.ts'

/** Every text of a recipe that may hold places to fill. */
function* texts(data: unknown, at: Path): Generator<{ at: Path; text: string }> {
  if (typeof data === 'string') yield { at, text: data }
  if (typeof data !== 'object' || data === null) return
  for (const [key, value] of Object.entries(data))
    yield* texts(value, [...at, Array.isArray(data) ? Number(key) : key])
}

function* references(book: Book): Generator<{ page: Page; at: Path; reference: string }> {
  for (const page of book.folder('signing')) {
    for (const { at, text } of texts(page.data, [])) {
      if (at[0] === 'title' || at[0] === 'source') continue
      for (const [, reference = ''] of text.matchAll(/(?<!\{)\{([^{}]+)\}/g)) yield { page, at, reference }
    }
  }
}

function exchange(page: Page, at: Path, from: string, to: string): ReturnType<typeof replace> | undefined {
  const place = valueAt(page, at)
  return place && replace(page, place, place.raw.replace(`{${from}}`, `{${to}}`))
}

const words = ['settings', 'session', 'secret', 'content', 'document', 'method', 'path', 'sent', 'it']

function named(
  title: string,
  quota: number,
  prefix: RegExp,
  change: (reference: string, random: Random) => string,
): Kind {
  return kind(title, quota, function* (book, random) {
    for (const { page, at, reference } of references(book)) {
      if (!prefix.test(reference)) continue
      const wrong = change(reference, random)
      yield [page, exchange(page, at, reference, wrong), `{${reference}} → {${wrong}}`]
    }
  })
}

const wrongTail = (reference: string, random: Random): string => {
  const [head = '', ...rest] = reference.split('.')
  return `${head}.${misspell(rest.join('.'), random)}`
}

export const recipeSetting: Kind = named('setting in a recipe misspelt', 25, /^settings\./, wrongTail)
export const recipeSession: Kind = named('session value in a recipe misspelt', 8, /^session\./, wrongTail)
export const recipeDocument: Kind = named('document field in a recipe misspelt', 20, /^document\./, wrongTail)
export const recipeValue: Kind = named('value in a recipe misspelt', 30, /^[^.]+$/, (reference, random) =>
  misspell(reference, random, words),
)
export const recipeHead: Kind = named(
  'kind of a name in a recipe misspelt',
  20,
  /\./,
  (reference, random) => {
    const [head = '', ...rest] = reference.split('.')
    return [misspell(head, random, words), ...rest].join('.')
  },
)

/** `@name` takes a key from the session. */
export const recipeSessionKey: Kind = kind('session key in a recipe misspelt', 5, function* (book, random) {
  for (const page of book.folder('signing')) {
    for (const { at, text } of texts(page.data, [])) {
      if (!text.startsWith('@')) continue
      for (let i = 0; i < 3; i++) {
        const wrong = `@${misspell(text.slice(1), random)}`
        yield [page, setScalar(page, at, wrong), `key ${text} → ${wrong}`]
      }
    }
  }
})

export const recipeValueName: Kind = kind('name of a value of a recipe', 20, function* (book, random) {
  for (const page of book.folder('signing')) {
    for (const name of Object.keys((page.data as { values?: object }).values ?? {})) {
      const wrong = misspell(name, random, words)
      yield [page, setKey(page, ['values', name], wrong), `value ${name} → ${wrong}`]
      yield [page, remove(page, ['values', name]), `without value ${name}`]
    }
  }
})

/** A key of one kind used as another: a secret for a key pair and the other way round. */
export const recipeKeyKind: Kind = kind('kind of a key in a recipe', 15, function* (book) {
  for (const page of book.folder('signing')) {
    for (const [name, steps] of Object.entries(
      (page.data as { values?: Record<string, unknown> }).values ?? {},
    )) {
      if (!Array.isArray(steps)) continue
      for (const [i, step] of (
        steps as Record<string, { key?: string; hash?: string; algorithm?: string }>[]
      ).entries()) {
        const at: Path = ['values', name, i]
        const place = valueAt(page, at)
        const { hmac, sign, encrypt } = step
        if (place === undefined) continue
        if (hmac?.key !== undefined)
          yield [
            page,
            replace(page, place, `{ sign: { algorithm: sm2, key: ${JSON.stringify(hmac.key)} } }`),
            `${name}: HMAC → signature with ${hmac.key}`,
          ]
        if (sign?.key !== undefined)
          yield [
            page,
            replace(page, place, `{ hmac: { hash: sm3, key: ${sign.key} } }`),
            `${name}: signature → HMAC with ${sign.key}`,
          ]
        if (encrypt?.key !== undefined && encrypt.algorithm === 'sm2') {
          yield [
            page,
            replace(page, place, `{ encrypt: { algorithm: sm4-ecb, key: ${encrypt.key} } }`),
            `${name}: SM2 → SM4 with ${encrypt.key}`,
          ]
        }
      }
    }
  }
})

export const recipeOrder: Kind = kind('order in a recipe', 30, function* (book) {
  for (const page of book.folder('signing')) {
    const values = (page.data as { values?: Record<string, unknown> }).values ?? {}
    const names = Object.keys(values)
    for (const [n, name] of names.entries()) {
      if (n + 1 < names.length)
        yield [page, swapWithNext(page, ['values', name]), `value ${names[n + 1]} before ${name}`]
      const steps = values[name]
      if (!Array.isArray(steps)) continue
      for (let i = 0; i + 1 < steps.length; i++) {
        yield [
          page,
          swapWithNext(page, ['values', name, i]),
          `${name}: ${Object.keys(steps[i + 1]).join()} before ${Object.keys(steps[i]).join()}`,
        ]
      }
    }
  }
})

export const recipeStep: Kind = kind('step of a recipe dropped', 20, function* (book) {
  for (const page of book.folder('signing')) {
    for (const [name, steps] of Object.entries(
      (page.data as { values?: Record<string, unknown> }).values ?? {},
    )) {
      if (!Array.isArray(steps)) continue
      const [last] = steps.slice(-1) as Record<string, unknown>[]
      if (last?.encode !== undefined)
        yield [page, remove(page, ['values', name, steps.length - 1]), `${name} without encode`]
    }
  }
})
