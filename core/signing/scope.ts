// What a signing recipe works on and with: the request to be signed, and what the flow lends for it.
import type { Crypto } from './crypto.ts'
import type { Keys } from './keys.ts'

/** A request about to be sent. A recipe answers a new one; `content` is exactly what goes over the wire. */
export type Outgoing = {
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  /** the mapped document, as data */
  document: unknown
  /** the mapped document, as bytes in the platform's charset; after the recipe: the final body */
  content: Buffer
  contentType: string
}

/** What a recipe may use. `settings` are the system file's, `session` what its login step kept. */
export type RecipeScope = {
  keys: Keys
  crypto: Crypto
  settings: Record<string, string>
  session: Record<string, string>
  now: Date
  /** a random text of `size` letters and digits */
  nonce(size: number): string
}

/** What a step hands to the next: text, or bytes. */
export type Value = string | Buffer

/** One run of a recipe. */
export type Frame = {
  request: Outgoing
  scope: RecipeScope
  values: Record<string, Value>
  /** the final body, once it is known */
  sent: Buffer | undefined
  /** the request as it will be sent, filled in stage by stage */
  outgoing: Outgoing
}

/** A value as text; bytes are read as UTF-8. */
export const textOf = (value: Value): string => (typeof value === 'string' ? value : value.toString('utf8'))

/** A value as bytes; text is written as UTF-8. */
export const bytesOf = (value: Value): Buffer =>
  typeof value === 'string' ? Buffer.from(value, 'utf8') : value

/** Calls `next` with a value that may still be under way, staying synchronous when it is not. */
export function after<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/** All values in order, staying synchronous when none is under way. */
export function together<T>(values: readonly (T | Promise<T>)[]): T[] | Promise<T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as T[])
}
