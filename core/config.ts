// The only reader of process.env. Every setting, its default and its meaning stand here and in .env.example.
import { resolve } from 'node:path'
import { z } from 'zod'
import { StartupError } from './errors.ts'
import type { Level } from './log.ts'

/** What a test may switch off, one at a time, to see that its checks notice. */
export const guarantees = ['fencing', 'sweeper', 'order', 'deduplication', 'asking'] as const
export type Guarantee = (typeof guarantees)[number]

/** Where spans are sent, under which name, and which share of new traces is recorded. */
export type Tracing = { endpoint: string; service: string; ratio: number }
/** What leaves the ledger, and when. */
export type Retention = {
  /** folder of archived days; undefined means that nothing leaves by itself */
  folder: string | undefined
  /** days that messages stay */
  keep: number
  /** days that deduplication keys are known */
  keepKeys: number
  /** days that a restored day stays */
  keepRestored: number
}

export type Config = {
  /** TCP port of the HTTP surface; 0 picks a free one */
  port: number
  host: string
  /** data folder: embedded ledger and development keys */
  data: string
  /** key folder */
  keys: string
  /** folder of the integrator's files */
  mappings: string
  /** seconds between looks at these files for changes; 0 never looks */
  reload: number
  /** YAML overlay with addresses and account settings per system, or undefined */
  settings: string | undefined
  /** PostgreSQL address; undefined means the embedded ledger */
  databaseUrl: string | undefined
  /** Redis address; undefined means wake-ups stay in this process */
  redisUrl: string | undefined
  /** largest request body, bytes */
  bodyLimit: number
  /** largest clock difference of a signed request, milliseconds */
  skew: number
  /** worker threads for SM2 and RSA; 0 does them inline */
  cryptoThreads: number
  /** deliver in a thread of its own, so that it never holds up intake; needs a PostgreSQL server and Redis */
  deliveryThread: boolean
  /** seconds a day may wait for its link of the evidence chain before intake answers 503 */
  proofGrace: number
  /** accepted posts that may wait for their commit before intake answers 503 */
  backlog: number
  /** seconds a stopping process goes on accepting while /readyz says 503 already, so that balancers look away first */
  notice: number
  /** seconds a stopping process waits for work in flight */
  drain: number
  retention: Retention
  log: Level
  /** seconds a due delivery may wait before health warns */
  dueLimit: number
  /** free bytes of the data folder's disk below which health warns */
  diskLimit: number
  /** undefined: nobody records traces */
  tracing?: Tracing | undefined
  /** a guarantee that this process does not keep; undefined everywhere but in tests that must fail */
  without?: Guarantee | undefined
}

const shape = z.object({
  QIAO_PORT: z.coerce.number().int().min(0).max(65535).default(8700),
  QIAO_HOST: z.string().default('127.0.0.1'),
  QIAO_DATA: z.string().default('data'),
  QIAO_KEYS: z.string().optional(),
  QIAO_MAPPINGS: z.string().default('mappings'),
  QIAO_RELOAD: z.coerce.number().min(0).max(3600).default(2),
  QIAO_SETTINGS: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  REDIS_URL: z.string().optional(),
  QIAO_BODY_LIMIT: z.coerce
    .number()
    .int()
    .positive()
    .default(10 * 1024 * 1024),
  QIAO_SKEW: z.coerce.number().int().positive().default(300_000),
  QIAO_CRYPTO_THREADS: z.coerce.number().int().min(0).max(16).default(1),
  QIAO_DELIVERY_THREAD: z.enum(['on', 'off']).default('on'),
  QIAO_PROOF_GRACE: z.coerce.number().int().positive().default(21_600),
  QIAO_BACKLOG: z.coerce.number().int().positive().default(4096),
  QIAO_NOTICE: z.coerce.number().min(0).default(0),
  QIAO_DRAIN: z.coerce.number().int().min(0).default(10),
  QIAO_ARCHIVE: z.string().optional(),
  QIAO_KEEP: z.coerce.number().int().positive().default(400),
  QIAO_KEEP_KEYS: z.coerce.number().int().positive().default(3650),
  QIAO_KEEP_RESTORED: z.coerce.number().int().positive().default(30),
  QIAO_LOG: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  QIAO_DUE_LIMIT: z.coerce.number().positive().default(120),
  QIAO_DISK_LIMIT: z.coerce
    .number()
    .int()
    .positive()
    .default(2 * 1024 ** 3),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  OTEL_SERVICE_NAME: z.string().default('qiao'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  QIAO_TEST: z.literal('1').optional(),
  QIAO_WITHOUT: z.enum(guarantees).optional(),
})

/** Reads the environment; a wrong value stops the start and names the variable. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const filled = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = shape.safeParse(filled)
  if (!parsed.success) {
    const first = parsed.error.issues[0]
    throw new StartupError(
      `${first?.path.join('.')}: ${first?.message}`,
      'Correct the variable; see .env.example.',
    )
  }
  const e = parsed.data
  if (e.QIAO_WITHOUT && !e.QIAO_TEST) {
    throw new StartupError(
      `QIAO_WITHOUT: a hub without ${e.QIAO_WITHOUT} loses, repeats or reorders messages`,
      'Remove the variable. It is for tests that must fail, which also set QIAO_TEST=1.',
    )
  }
  if (e.QIAO_KEEP_KEYS < e.QIAO_KEEP) {
    throw new StartupError(
      `QIAO_KEEP_KEYS: ${e.QIAO_KEEP_KEYS} days are less than QIAO_KEEP, ${e.QIAO_KEEP} days`,
      'A message that is still in the ledger needs its deduplication key: set QIAO_KEEP_KEYS to as many days or more.',
    )
  }
  const data = resolve(e.QIAO_DATA)
  return {
    port: e.QIAO_PORT,
    host: e.QIAO_HOST,
    data,
    keys: e.QIAO_KEYS ? resolve(e.QIAO_KEYS) : resolve(data, 'keys'),
    mappings: resolve(e.QIAO_MAPPINGS),
    reload: e.QIAO_RELOAD,
    settings: e.QIAO_SETTINGS ? resolve(e.QIAO_SETTINGS) : undefined,
    databaseUrl: e.DATABASE_URL,
    redisUrl: e.REDIS_URL,
    bodyLimit: e.QIAO_BODY_LIMIT,
    skew: e.QIAO_SKEW,
    cryptoThreads: e.QIAO_CRYPTO_THREADS,
    deliveryThread:
      e.QIAO_DELIVERY_THREAD === 'on' && e.DATABASE_URL !== undefined && e.REDIS_URL !== undefined,
    proofGrace: e.QIAO_PROOF_GRACE,
    backlog: e.QIAO_BACKLOG,
    notice: e.QIAO_NOTICE,
    drain: e.QIAO_DRAIN,
    retention: {
      folder: e.QIAO_ARCHIVE ? resolve(e.QIAO_ARCHIVE) : undefined,
      keep: e.QIAO_KEEP,
      keepKeys: e.QIAO_KEEP_KEYS,
      keepRestored: e.QIAO_KEEP_RESTORED,
    },
    log: e.QIAO_LOG,
    dueLimit: e.QIAO_DUE_LIMIT,
    diskLimit: e.QIAO_DISK_LIMIT,
    tracing: tracingOf(e),
    without: e.QIAO_WITHOUT,
  }
}

function tracingOf(e: z.infer<typeof shape>): Tracing | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: service } = e
  return endpoint === undefined ? undefined : { endpoint, service, ratio: e.OTEL_TRACES_SAMPLER_ARG }
}
