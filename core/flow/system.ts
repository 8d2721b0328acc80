// A system file: who the system is, how it signs in, what it can be asked, and how its replies are understood.
import { z } from 'zod'
import { suggest } from '../nearest.ts'
import { parseSource } from '../shape.ts'
import { failIn } from '../signing/context.ts'
import { compilePipeline, type Pipeline } from '../signing/pipeline.ts'
import { FileError, type Path, problemAt, type Source } from '../yaml.ts'
import type { Repeat } from './doubt.ts'
import { duration } from './duration.ts'
import { compileFilePath } from './file-path.ts'
import { compileReplies, type ReplyRules, replyShape } from './outcome.ts'
import {
  type AnswerRules,
  answerShape,
  compileAnswers,
  compileNames,
  compileQuery,
  type Names,
  namesShape,
  queryShape,
} from './query.ts'
import { compileReconcile, type Reconcile, reconcileShape } from './reconcile-plan.ts'
import { compileSupplement, type Supplement } from './supplement-plan.ts'
import { supplementShape } from './supplement-shape.ts'

const operation = z.strictObject({
  takes: z.string().optional(),
  method: z.enum(['GET', 'POST', 'PUT']).default('POST'),
  path: z.string().startsWith('/').optional(),
  recipe: z.string().optional(),
  dataset: z.string().optional(),
  repeat: z.enum(['safe', 'ask']).optional(),
  query: queryShape.optional(),
  record: namesShape.optional(),
  answers: z.array(answerShape).min(1).optional(),
})

/** Shape of `mappings/systems/<name>.yaml`. */
export const systemShape = z.strictObject({
  kind: z.string(),
  title: z.string(),
  auth: z
    .strictObject({
      key: z.string(),
      algorithms: z.array(z.enum(['HMAC-SM3', 'HMAC-SHA256', 'SM2'])).min(1),
    })
    .optional(),
  messages: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.string()).default({}),
  feeds: z.array(z.string()).default([]),
  url: z.url().optional(),
  transport: z.enum(['http', 'feed']).default('http'),
  adapter: z.string().optional(),
  charset: z.string().default('utf-8'),
  settings: z.record(z.string(), z.string()).default({}),
  operations: z.record(z.string(), operation).default({}),
  lanes: z.int().min(1).max(64).default(4),
  inFlight: z.int().min(1).max(256).default(16),
  timeout: duration.default(10_000),
  trace: z.boolean().default(true),
  retry: z
    .strictObject({
      first: duration.default(500),
      factor: z.number().min(1).default(2),
      max: duration.default(60_000),
      attempts: z.int().min(1).optional(),
    })
    .default({ first: 500, factor: 2, max: 60_000 }),
  breaker: z
    .strictObject({ failures: z.int().min(1).default(10), pause: duration.default(5_000) })
    .default({ failures: 10, pause: 5_000 }),
  session: z
    .strictObject({
      operation: z.string(),
      reply: z.record(z.string(), z.string()),
      decrypt: z.record(z.string(), z.unknown()).default({}),
      refreshBefore: duration.default(60_000),
    })
    .optional(),
  replies: z.array(replyShape).default([]),
  reconcile: reconcileShape.optional(),
  supplement: supplementShape.optional(),
})

type Shape = z.infer<typeof systemShape>

/** One thing a system can be asked to do. `takes`: the schema of the document it is sent; undefined: signing in needs none. */
export type Operation = {
  takes: string | undefined
  method: string
  path: string
  recipe: string | undefined
  dataset: string | undefined
  /** what holds when a request may have arrived */
  repeat: Repeat
  /** what the system calls a record it was sent; undefined: that is not known */
  named: Names | undefined
  /** understands replies to questions; undefined: it is no operation to ask with */
  answers: AnswerRules | undefined
}

/** How to sign in: the operation to call, where the values stand in its reply, and how some are decrypted. */
export type SessionPlan = {
  operation: string
  /** name of the value → where it stands in the parsed reply, and that path as text; `expires` (epoch ms) and `expiresIn` (seconds) end the session */
  reply: readonly { name: string; path: string; get: (body: unknown) => unknown }[]
  decrypt: Readonly<Record<string, Pipeline>>
  refreshBefore: number
}

/** An outside system, compiled. Times in milliseconds. `retry.attempts` undefined: a transport error never dies. */
export type System = Omit<
  Shape,
  'operations' | 'session' | 'replies' | 'url' | 'adapter' | 'auth' | 'reconcile' | 'supplement'
> & {
  name: string
  auth: Shape['auth']
  url: string | undefined
  adapter: string | undefined
  operations: ReadonlyMap<string, Operation>
  session: SessionPlan | undefined
  replies: ReplyRules
  /** how it tells what it received; undefined: it does not */
  reconcile: Reconcile | undefined
  /** how it hands out supplement tasks; undefined: it does not */
  supplement: Supplement | undefined
}

/** What an environment may set over a system file: its address and account settings. */
export const overlayShape = z.strictObject({
  systems: z.record(
    z.string(),
    z.strictObject({ url: z.url().optional(), settings: z.record(z.string(), z.string()).default({}) }),
  ),
})
export type Overlay = z.infer<typeof overlayShape>

/** Compiles `systems/<name>.yaml`. Throws FileError. */
export function compileSystem(source: Source, overlay: Overlay): System {
  const name = source.file.replace(/^systems\//, '').replace(/\.yaml$/, '')
  const data = parseSource(source, systemShape)
  const own = overlay.systems[name]
  const refuse = (path: Path, en: string, zh: string): never => {
    throw new FileError([problemAt(source, path, en, zh)])
  }
  if (Object.keys(data.messages).length > 0 && !data.auth) {
    refuse(['messages'], 'a system that posts messages needs `auth`', '报送消息的系统必须配置 auth')
  }
  const operations = new Map<string, Operation>()
  for (const [key, value] of Object.entries(data.operations)) {
    if (data.transport === 'feed' && !value.dataset) {
      refuse(['operations', key], 'an operation of a feed needs `dataset`', '数据推送集操作必须配置 dataset')
    }
    if (data.transport === 'http' && !value.path) {
      refuse(['operations', key], 'an operation over HTTP needs `path`', 'HTTP 操作必须配置 path')
    }
    if (value.repeat !== undefined && value.query !== undefined) {
      refuse(
        ['operations', key, 'repeat'],
        'an operation has `repeat` or `query`, not both: with a query the platform is asked first',
        'repeat 与 query 只能配置其一：配置 query 时先向平台查询',
      )
    }
    operations.set(key, compileOperation(source, key, value))
  }
  if (operations.size > 0 && data.transport === 'http' && !data.url) {
    refuse(['url'], 'a system with operations over HTTP needs `url`', '系统缺少 url')
  }
  if (data.session && !operations.has(data.session.operation)) {
    const hint = suggest(data.session.operation, operations.keys())
    const [en, zh] = [
      `unknown operation "${data.session.operation}"`,
      `未知的操作“${data.session.operation}”`,
    ]
    refuse(['session', 'operation'], en + hint.en, zh + hint.zh)
  }
  return {
    ...data,
    name,
    auth: data.auth,
    adapter: data.adapter,
    url: own?.url ?? data.url,
    settings: { ...data.settings, ...own?.settings },
    operations,
    session: data.session && compileSession(source, data.session),
    replies: compileReplies(source, data.replies),
    reconcile: data.reconcile && compileReconcile(source, data.reconcile),
    supplement: data.supplement && compileSupplement(source, data.supplement),
  }
}

function compileOperation(source: Source, name: string, data: z.infer<typeof operation>): Operation {
  const { takes, method, path = '', recipe, dataset, record, answers } = data
  // a row of a dataset is written with its settlement, or not at all
  const usual = dataset === undefined ? 'ask' : 'safe'
  const query = data.query && compileQuery(source, name, data.query)
  return {
    takes,
    method,
    path,
    recipe,
    dataset,
    repeat: query ?? data.repeat ?? usual,
    named: record ? compileNames(source, ['operations', name, 'record'], record) : query?.question,
    answers: answers && compileAnswers(source, name, answers),
  }
}

function compileSession(source: Source, session: NonNullable<Shape['session']>): SessionPlan {
  const decrypt: Record<string, Pipeline> = {}
  for (const [name, pipeline] of Object.entries(session.decrypt)) {
    decrypt[name] = compilePipeline(pipeline, failIn(source, ['session', 'decrypt', name]))
  }
  const reply = Object.entries(session.reply).map(([name, path]) => ({
    name,
    path,
    get: compileFilePath(source, ['session', 'reply', name], path),
  }))
  return { operation: session.operation, reply, decrypt, refreshBefore: session.refreshBefore }
}
