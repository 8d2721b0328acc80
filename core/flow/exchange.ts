// One exchange with a system: sign, send, read the reply, judge it. Used for deliveries and for signing in.
import { hash } from 'node:crypto'
import { QiaoError } from '../errors.ts'
import { readDocument } from '../mapping/format/format.ts'
import type { Crypto } from '../signing/crypto.ts'
import type { Keys } from '../signing/keys.ts'
import type { Outgoing, Recipe, RecipeScope } from '../signing/recipe.ts'
import { contextHeaders, type TraceContext } from '../trace.ts'
import { type Http, TransportError } from '../transport/http.ts'
import type { Clocks } from './clocks.ts'
import type { Reply, ReplyRules, Verdict } from './outcome.ts'
import type { Query } from './query.ts'
import { createSession, endOf, type Session, type SessionValues, type SignedIn } from './session.ts'
import type { Operation, System } from './system.ts'

/** What came of a request. `sent`: SM3 of the bytes; `excerpt`: the beginning of the reply, for operators. */
export type Exchanged = Verdict & { status: number | null; sent: Buffer | null; excerpt: string | null }

export type Tools = {
  http: Http
  keys: Keys
  crypto: Crypto
  /** notes the clock of whoever replies */
  clocks?: Clocks | undefined
  now: () => Date
  nonce: (size: number) => string
}

/** A system that can be talked to. */
export type Link = {
  /**
   * Sends a document to an operation; never throws for what the other side does. `held` is asked at the last moment,
   * after signing, signing in and waiting for a connection: NotHeld when it says no, and nothing was sent.
   */
  exchange(operation: string, document: Document, held: () => boolean): Promise<Exchanged>
  /** Asks whether a document that may have arrived is there: confirmed, absent or unknown; else as `exchange`. */
  ask(query: Query, sent: unknown, held: () => boolean, trace?: TraceContext | null): Promise<Exchanged>
  /** What an operation tells: its reply, as far as the reply rules call it good. */
  read(operation: string, value: unknown): Promise<Read>
}

/** A good reply, read as reply rules see it, or why there is none. */
export type Read = { ok: true; reply: Reply } | { ok: false; reason: string }

/** A mapped document and its encoded bytes; `trace`: what its request goes on from. */
export type Document = {
  value: unknown
  content: Buffer
  contentType: string
  trace?: TraceContext | null | undefined
}

const shortest = 1_000

/** Opens the link to a system: its recipes, its session, its reply rules. */
export function createLink(system: System, recipes: ReadonlyMap<string, Recipe>, tools: Tools): Link {
  const { origin, pathname } = new URL(system.url ?? 'http://nowhere.invalid')
  const base = pathname.replace(/\/$/, '')
  const request = async (
    operation: Operation,
    document: Document,
    session: SessionValues,
  ): Promise<Outgoing> => {
    const plain: Outgoing = {
      method: operation.method,
      path: operation.path,
      query: {},
      headers: {},
      document: document.value,
      content: document.content,
      contentType: document.contentType,
    }
    const recipe = operation.recipe ? recipes.get(operation.recipe) : undefined
    return recipe ? recipe.apply(plain, scopeOf(system, tools, session)) : plain
  }

  const call: Call = async (name, document, session, held = always, judge = system.replies) => {
    const operation = system.operations.get(name)
    if (!operation) return failed('rejected', `the system has no operation ${name}`)
    const outgoing = await request(operation, document, session)
    const sent = hash('sm3', outgoing.content, 'buffer')
    try {
      const answer = await tools.http.send({
        origin,
        path: base + outgoing.path + queryOf(outgoing.query),
        method: outgoing.method,
        headers: {
          ...outgoing.headers,
          'content-type': outgoing.contentType,
          ...(system.trace ? contextHeaders(document.trace) : {}),
        },
        body: outgoing.method === 'GET' ? undefined : outgoing.content,
        timeout: system.timeout,
        held,
      })
      tools.clocks?.saw(system.name, answer.headers.date)
      const reply = parseReply(answer, system.charset)
      const verdict = judge(reply)
      const excerpt = verdict.outcome === 'delivered' ? null : excerptOf(reply.body)
      return { ...verdict, status: answer.status, sent, excerpt, reply }
    } catch (error) {
      if (error instanceof TransportError) {
        return { ...failed(error.arrived ? 'unknown' : 'transport', error.message), sent }
      }
      throw error
    }
  }

  const session =
    system.session && createSession(() => signIn(system, call, tools), system.session.refreshBefore)
  const exchange = async (operation: string, document: Document, held: () => boolean, judge?: ReplyRules) => {
    if (!session) return call(operation, document, {}, held, judge)
    return withSession(session, (values) => call(operation, document, values, held, judge))
  }
  return {
    exchange: (operation, document, held) => exchange(operation, document, held),
    ask: async (query, sent, held, trace) => {
      const value = query.question(sent)
      const rules = system.operations.get(query.operation)?.answers
      if (!value || !rules) return failed('unknown', 'the document lacks what the platform is asked by')
      const document = { ...jsonDocument(value), trace }
      const judge: ReplyRules = (reply) => {
        // an expired session says so in the words of every operation
        const general = system.replies(reply)
        return general.outcome === 'session' ? general : rules({ ...reply, sent })
      }
      return answered(await exchange(query.operation, document, held, judge))
    },
    read: async (operation, value) => {
      const { outcome, reason, reply } = await exchange(operation, jsonDocument(value), always)
      if ((outcome === 'delivered' || outcome === 'duplicate') && reply) return { ok: true, reply }
      return { ok: false, reason: reason ?? outcome }
    },
  }
}

/** What the hub asks by itself, without a mapping. */
function jsonDocument(value: unknown): Document {
  return { value, content: Buffer.from(JSON.stringify(value)), contentType: 'application/json' }
}

/** Only an answer ends a doubt: whatever else became of a question, the record may still be there. */
function answered(exchanged: Exchanged): Exchanged {
  const { outcome, reason } = exchanged
  if (outcome === 'confirmed' || outcome === 'absent') return exchanged
  return { ...exchanged, outcome: 'unknown', reason: `asked in vain: ${reason ?? outcome}` }
}

type Called = Exchanged & { reply?: Reply }
type Call = (
  operation: string,
  document: Document,
  session: SessionValues,
  held?: () => boolean,
  judge?: ReplyRules,
) => Promise<Called>

const always = (): boolean => true

/** An exchange that ended before there was a reply. */
export function failed(outcome: Verdict['outcome'], reason: string): Exchanged {
  return { outcome, reason, result: {}, status: null, sent: null, excerpt: null }
}

/** Signs in where needed; a refused session is renewed once, then it is a matter for later. */
async function withSession(
  session: Session,
  send: (values: SessionValues) => Promise<Called>,
): Promise<Called> {
  for (let round = 0; ; round++) {
    let values: SessionValues
    try {
      values = await session.values()
    } catch (error) {
      return failed('transport', `sign-in: ${(error as Error).message}`)
    }
    const result = await send(values)
    if (result.outcome !== 'session') return result
    session.refuse(values)
    if (round === 1) return { ...result, outcome: 'busy' }
  }
}

async function signIn(system: System, call: Call, tools: Tools): Promise<SignedIn> {
  const plan = system.session
  if (!plan) throw new TypeError('no session plan')
  const empty = { value: {}, content: Buffer.from('{}'), contentType: 'application/json' }
  const answer = await call(plan.operation, empty, {})
  if (answer.outcome !== 'delivered') throw new Error(answer.reason ?? answer.outcome)
  const values: Record<string, string> = {}
  for (const { name, path, get } of plan.reply) {
    const value = get(answer.reply?.body)
    if (value === undefined || value === null) throw new Error(`the reply has no ${path}`)
    values[name] = String(value)
  }
  const scope = scopeOf(system, tools, values)
  for (const [name, pipeline] of Object.entries(plan.decrypt)) {
    values[name] = await pipeline.run(values[name] ?? '', scope)
  }
  const now = tools.now().getTime()
  const expires = endOf(values, now)
  if (!Number.isFinite(expires)) throw new Error('the reply has no usable expiry')
  // a session shorter than its margin would be renewed before every request
  return { values, expires: Math.max(expires, now + plan.refreshBefore + shortest) }
}

function scopeOf(system: System, tools: Tools, session: SessionValues): RecipeScope {
  return {
    keys: tools.keys,
    crypto: tools.crypto,
    settings: system.settings,
    session,
    now: tools.now(),
    nonce: tools.nonce,
  }
}

function queryOf(query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? '' : `?${text}`
}

function parseReply(
  answer: { status: number; headers: Record<string, string>; body: Buffer },
  charset: string,
): Reply {
  const { status, headers: header } = answer
  try {
    return { status, header, body: readDocument(answer.body, header['content-type'], charset) }
  } catch (error) {
    // a reply that cannot be read is judged by its status, and shown as text
    if (error instanceof QiaoError) return { status, header, body: answer.body.toString('latin1') }
    throw error
  }
}

function excerptOf(body: unknown): string {
  return (typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 2_000)
}
