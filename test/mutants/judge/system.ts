// Judges changes of systems and signing recipes by what they do: the calls, the bytes that are signed and sent, what is
// kept of a sign-in, and the verdict on every kind of reply.
import { createHash } from 'node:crypto'
import type { System } from '../../../core/flow/system.ts'
import { encipher, sha1prng } from '../../../core/signing/cipher.ts'
import type { Crypto } from '../../../core/signing/crypto.ts'
import type { Keys, SigningKey, VerifyingKey } from '../../../core/signing/keys.ts'
import type { Outgoing, Recipe, RecipeScope } from '../../../core/signing/recipe.ts'
import { type ReplyData, repliesOf } from './replies.ts'

/** A key pair that is nothing but its name. */
const pair = (name: string): SigningKey & VerifyingKey =>
  ({ id: name }) as unknown as SigningKey & VerifyingKey

const keys: Keys = {
  secret: (name) => `secret of ${name}`,
  privateKey: pair,
  publicKey: pair,
  certificate: (name) => Buffer.from(`certificate of ${name}`),
  has: () => true,
}

/** Signatures that are the same each time, and differ when key, message or layout does. */
const stamp = async (...parts: unknown[]): Promise<Buffer> => {
  const text = parts.map((part) =>
    part instanceof Uint8Array ? Buffer.from(part).toString('hex') : JSON.stringify(part),
  )
  return createHash('sm3').update(text.join('|')).digest()
}
const crypto: Crypto = {
  sm2Sign: (key, message, options) => stamp('sm2', key.id, message, options),
  rsaSign: (key, message) => stamp('rsa', key.id, message),
  sm2Verify: async () => true,
  sm2Encrypt: (key, plain, options) => stamp('encrypt', key.id, plain, options),
  sm2Decrypt: (key, data, options) => stamp('decrypt', key.id, data, options),
  close: async () => {},
}

/** A world in which nothing changes but the files. */
export function scopeOf(settings: Record<string, string>, session: Record<string, string>): RecipeScope {
  return { keys, crypto, settings, session, now: new Date(1767225600000), nonce: (size) => 'n'.repeat(size) }
}

const document = { a: '测', b: '1', nested: { c: 'x & y' } }
const request: Outgoing = {
  method: 'POST',
  path: '/p',
  query: {},
  headers: {},
  document,
  content: Buffer.from(JSON.stringify(document)),
  contentType: 'application/json; charset=utf-8',
}

/** The request a recipe makes, as text; or why it makes none. */
export async function signed(recipe: Recipe, scope: RecipeScope): Promise<string> {
  try {
    const { content, contentType, headers, query, path } = await recipe.apply({ ...request }, scope)
    return JSON.stringify({ path, query, headers, contentType, content: content.toString('utf8') })
  } catch (error) {
    return `fails: ${(error as Error).message}`
  }
}

/** What a system keeps of a sign-in whose reply holds everything the shipped file asks for. */
async function signIn(system: System, reply: unknown): Promise<Record<string, string>> {
  const values: Record<string, string> = {}
  for (const { name, get } of system.session?.reply ?? []) {
    const value = get(reply)
    if (value !== undefined && value !== null) values[name] = String(value)
  }
  for (const [name, pipeline] of Object.entries(system.session?.decrypt ?? {})) {
    try {
      values[name] = await pipeline.run(values[name] ?? '', scopeOf(system.settings, values))
    } catch (error) {
      values[name] = `fails: ${(error as Error).message}`
    }
  }
  return values
}

/** The reply to a sign-in: the value at each path the file names; secrets as the national gateway encrypts them. */
function signInReply(data: SystemData): unknown {
  const body = {}
  for (const [name, path] of Object.entries(data.session?.reply ?? {})) {
    const isSecret = data.session?.decrypt?.[name] !== undefined
    const secret = encipher(
      'aes-128-ecb',
      sha1prng('secret of supervision'),
      Buffer.from('hidden'),
      Buffer.alloc(0),
    )
    put(
      body,
      path,
      isSecret
        ? secret.toString('base64')
        : name.startsWith('expires')
          ? '1767300000000'
          : `value of ${name}`,
    )
  }
  return body
}

function put(target: object, path: string, value: unknown): void {
  const names = path.split('.')
  let at = target as Record<string, unknown>
  for (const name of names.slice(0, -1)) {
    at[name] ??= {}
    at = at[name] as Record<string, unknown>
  }
  at[names.at(-1) ?? ''] = value
}

/** A system file as it is written, as far as the judge reads it. */
export type SystemData = {
  session?: { reply: Record<string, string>; decrypt?: Record<string, unknown> }
  replies?: ReplyData[]
}

/** Everything a system does, as text: two systems with the same portrait behave alike. */
export async function portrait(
  system: System,
  recipes: ReadonlyMap<string, Recipe>,
  files: readonly SystemData[],
): Promise<string> {
  const { operations, session, replies, ...plain } = system
  const held = await signIn(system, signInReply(files[0] ?? {}))
  const calls: unknown[] = []
  for (const [name, operation] of operations) {
    const recipe = operation.recipe === undefined ? undefined : recipes.get(operation.recipe)
    const values = name === session?.operation ? {} : held
    calls.push([name, operation, recipe && (await signed(recipe, scopeOf(system.settings, values)))])
  }
  const rest = JSON.stringify(plain, (key, value) =>
    key === 'title' || typeof value === 'function' ? undefined : value,
  )
  const login = session && [session.operation, session.refreshBefore, held]
  const verdicts = files
    .flatMap(({ replies: rules }) => repliesOf(rules ?? []))
    .map((reply) => replies(reply))
  return JSON.stringify([rest, login, calls, verdicts])
}
