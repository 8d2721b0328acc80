// Runs the cases that stand beside a signing recipe, for `npm test` and for the integrator.
import { parseSource } from '../shape.ts'
import type { Path, Position, Source } from '../yaml.ts'
import { casesShape, type Given, matchers, type RecipeCase } from './case-file.ts'
import { inline } from './crypto.ts'
import { type Keys, type SigningKey, sm2KeyFromHex } from './keys.ts'
import { compileRecipe, type Recipe } from './recipe.ts'
import { type Outgoing, type RecipeScope, textOf, type Value } from './scope.ts'
import { sm2Verify } from './sm2.ts'
import { sm2Decrypt } from './sm2-cipher.ts'
import { decodeText } from './steps-plain.ts'

/** How one case went; `problems` is empty when it passed. */
export type RecipeCaseResult = { file: string; case: string; position: Position; problems: readonly string[] }

type KeyOf = (name: string) => SigningKey

function keyRing(given: Given): { keys: Keys; keyOf: KeyOf } {
  const pairs = new Map(Object.entries(given.sm2Keys).map(([name, number]) => [name, sm2KeyFromHex(number)]))
  const need = <T>(found: T | undefined, name: string): T => {
    if (found === undefined) throw new Error(`the case gives no key "${name}" (secrets or sm2Keys)`)
    return found
  }
  const keyOf: KeyOf = (name) => need(pairs.get(name), name)
  const keys: Keys = {
    secret: (name) => need(given.secrets[name], name),
    privateKey: keyOf,
    publicKey: (name) => keyOf(name).verifying,
    certificate: (name) => need<Buffer>(undefined, name),
    has: (kind, name) => (kind === 'secret' ? Object.hasOwn(given.secrets, name) : pairs.has(name)),
  }
  return { keys, keyOf }
}

function requestOf(given: Given): Outgoing {
  const { method, path, query, headers, document, contentType } = given
  const text = given.content ?? (document === undefined ? '' : JSON.stringify(document))
  return { method, path, query, headers, document, content: Buffer.from(text), contentType }
}

function scopeOf(given: Given, keys: Keys): RecipeScope {
  const { settings, session, now, nonce } = given
  return { keys, crypto: inline(), settings, session, now: new Date(now), nonce: () => nonce }
}

function matches(name: string, rule: unknown, actual: string, keyOf: KeyOf): boolean {
  if (name === '$matches') return new RegExp(`^(?:${matchers.$matches.parse(rule)})$`, 'u').test(actual)
  if (name === '$verify') {
    const { key, text, encode, form, userId } = matchers.$verify.parse(rule)
    return sm2Verify(keyOf(key).verifying, Buffer.from(text), decodeText(encode, actual), { form, userId })
  }
  const { key, text, encode, ...layout } = matchers.$decrypt.parse(rule)
  return textOf(sm2Decrypt(keyOf(key), decodeText(encode, actual), layout)) === text
}

const isRecord = (data: unknown): data is Record<string, unknown> =>
  typeof data === 'object' && data !== null && !Array.isArray(data)

/** Compares deeply; a mapping with one `$…` key judges a text. Missing and extra names are both reported. */
function compare(expected: unknown, actual: unknown, at: string, keyOf: KeyOf): string[] {
  const rule = isRecord(expected) ? Object.entries(expected)[0] : undefined
  if (rule && Object.hasOwn(matchers, rule[0])) {
    return matches(rule[0], rule[1], String(actual), keyOf)
      ? []
      : [`${at}: ${rule[0]} does not hold: ${String(actual)}`]
  }
  if (isRecord(expected) && isRecord(actual)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(actual)])
    return [...names].flatMap((name) => compare(expected[name], actual[name], `${at}.${name}`, keyOf))
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length = Math.max(expected.length, actual.length)
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      compare(expected[index], actual[index], `${at}[${index}]`, keyOf),
    )
  }
  return Object.is(expected, actual)
    ? []
    : [`${at}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`]
}

// headers, query and values may be named in part: requests bring others along
const chosen = (
  actual: Record<string, unknown>,
  expected: Record<string, unknown>,
): Record<string, unknown> => Object.fromEntries(Object.keys(expected).map((name) => [name, actual[name]]))

type Outcome = { outgoing: Outgoing; values: Record<string, Value> }

function judge(
  expect: Extract<RecipeCase, { expect: unknown }>['expect'],
  outcome: Outcome,
  keyOf: KeyOf,
): string[] {
  const { outgoing } = outcome
  const values = Object.fromEntries(
    Object.entries(outcome.values).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : value.toString('hex'),
    ]),
  )
  const text = outgoing.content.toString('utf8')
  const problems: string[] = []
  const check = (at: string, expected: unknown, actual: unknown): void => {
    if (expected !== undefined) problems.push(...compare(expected, actual, at, keyOf))
  }
  check('headers', expect.headers, chosen(outgoing.headers, expect.headers ?? {}))
  check('query', expect.query, chosen(outgoing.query, expect.query ?? {}))
  check('values', expect.values, chosen(values, expect.values ?? {}))
  check('contentType', expect.contentType, outgoing.contentType)
  if (expect.form) check('form', expect.form, Object.fromEntries(new URLSearchParams(text)))
  if (expect.body !== undefined) {
    check('body', expect.body, typeof expect.body === 'string' ? text : JSON.parse(text))
  }
  return problems
}

async function runCase(recipe: Recipe, one: RecipeCase): Promise<string[]> {
  try {
    const { keys, keyOf } = keyRing(one.given)
    const outcome = await recipe.trace(requestOf(one.given), scopeOf(one.given, keys))
    return 'expect' in one
      ? judge(one.expect, outcome, keyOf)
      : [`expected the error "${one.error}", got none`]
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if ('error' in one && message.includes(one.error)) return []
    return [message]
  }
}

/**
 * Compiles a recipe and runs its cases. Throws FileError when either file is wrong.
 * Values that are bytes are compared in hex.
 */
export async function runRecipeCases(recipeSource: Source, casesSource: Source): Promise<RecipeCaseResult[]> {
  const recipe = compileRecipe(recipeSource)
  const results: RecipeCaseResult[] = []
  for (const [index, one] of parseSource(casesSource, casesShape).entries()) {
    const path: Path = [index]
    results.push({
      file: casesSource.file,
      case: one.case,
      position: casesSource.at(path),
      problems: await runCase(recipe, one),
    })
  }
  return results
}
