// Pipeline steps that need no key: parts of the request, time, nonce, joining, sorting, digests, encodings.
import { z } from 'zod'
import { type Context, type Entries, type Part, within } from './context.ts'
import { digest, hashes } from './hash.ts'
import { after, bytesOf, textOf, type Value } from './scope.ts'
import { type Definition, define } from './step.ts'
import { asText, compileTemplate } from './template.ts'
import { compileTime } from './time.ts'

const flag = z.literal(true)

const text = define({ text: z.string() }, (step, context) =>
  compileTemplate(step.text, within(context, 'text')),
)

const join = define({ join: z.array(z.string()), with: z.string().optional() }, (step, context) => {
  const parts = step.join.map((part, index) => compileTemplate(part, within(context, 'join', index)))
  const separator = step.with ?? ''
  return {
    kind: 'text',
    isFresh: parts.every((part) => part.isFresh),
    // templates are synchronous
    run: (frame, it) => parts.map((part) => part.run(frame, it)).join(separator),
  }
})

const time = define({ time: z.string() }, (step, context) => {
  const write =
    compileTime(step.time) ??
    context.fail(
      [...context.path, 'time'],
      `"${step.time}" is no time format; use epochMillis, epochSeconds or letters of yyyy MM dd HH mm ss SSS`,
      '时间格式无法识别',
    )
  return { kind: 'text', isFresh: true, run: (frame) => write(frame.scope.now) }
})

const nonce = define({ nonce: z.int().min(1).max(128) }, (step) => ({
  kind: 'text',
  isFresh: true,
  run: (frame) => frame.scope.nonce(step.nonce),
}))

function needsRequest(context: Context, name: string): void {
  if (context.names.request) return
  context.fail([...context.path, name], `there is no ${name} outside a recipe`, `此处没有 ${name}`)
}

const content = define({ content: flag }, (_, context) => {
  needsRequest(context, 'content')
  return { kind: 'text', isFresh: true, run: (frame) => frame.request.content }
})

const sent = define({ sent: flag }, (_, context) => {
  needsRequest(context, 'sent')
  context.uses.sent = true
  return { kind: 'text', isFresh: true, run: (frame) => frame.sent ?? Buffer.alloc(0) }
})

const sortShape = z.strictObject({
  from: z.enum(['document', 'headers', 'query', 'form']),
  exclude: z.array(z.string()).default([]),
  joinPair: z.string().default('='),
  with: z.string().default('&'),
  skipEmpty: z.boolean().default(true),
})

const documentEntries =
  (exclude: readonly string[]): Entries =>
  ({ request }) =>
    Object.entries(request.document ?? {})
      .filter(([name]) => !exclude.includes(name))
      .map(([name, value]): [string, Value] => [name, asText(value)])

// names in the order of their code units, as Java's TreeMap and PHP's ksort do
const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : a > b ? 1 : 0)

const sort = define({ sort: sortShape }, ({ sort: rule }, context) => {
  needsRequest(context, 'sort')
  const entries =
    rule.from === 'document'
      ? documentEntries(rule.exclude)
      : (context.names.group?.(rule.from, rule.exclude, context) ??
        context.fail([...context.path, 'sort'], 'a sorted list cannot hold another', '排序列表不能嵌套'))
  return {
    kind: 'text',
    isFresh: true,
    run: (frame) =>
      after(entries(frame), (list) =>
        list
          .map(([name, value]): [string, string] => [name, textOf(value)])
          .filter(([, value]) => !rule.skipEmpty || value !== '')
          .sort(byName)
          .map(([name, value]) => name + rule.joinPair + value)
          .join(rule.with),
      ),
  }
})

const digestStep = define({ digest: z.enum(hashes) }, (step) => ({
  kind: 'bytes',
  run: (_, it) => digest(step.digest, it),
}))

const encoders = {
  hex: (bytes: Buffer) => bytes.toString('hex'),
  HEX: (bytes: Buffer) => bytes.toString('hex').toUpperCase(),
  base64: (bytes: Buffer) => bytes.toString('base64'),
  base64url: (bytes: Buffer) => bytes.toString('base64url'),
}
/** The encodings a recipe may name. */
export const encodings = ['hex', 'HEX', 'base64', 'base64url'] as const

const encode = define({ encode: z.enum(encodings) }, (step) => {
  const write = encoders[step.encode]
  return { kind: 'text', run: (_, it) => write(bytesOf(it)) }
})

/** Decodes hex or Base64 strictly: Node alone would silently skip what does not belong. */
export function decodeText(encoding: 'hex' | 'base64', text: string): Buffer {
  const clean = text.trim()
  const right =
    encoding === 'hex'
      ? /^([0-9a-f]{2})*$/i.test(clean)
      : /^[A-Za-z0-9+/]*={0,2}$/.test(clean.replace(/\s/g, ''))
  if (!right) throw new RangeError(`the text is not ${encoding}`)
  return Buffer.from(clean, encoding)
}

const decode = define({ decode: z.enum(['hex', 'base64']) }, (step) => ({
  kind: 'bytes',
  run: (_, it) => decodeText(step.decode, textOf(it)),
}))

const onText = (change: (text: string) => string): Part => ({
  kind: 'text',
  run: (_, it) => change(textOf(it)),
})

const xmlNames: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapers = {
  xml: (text: string) => text.replace(/[&<>"]/g, (sign) => xmlNames[sign] ?? sign),
  uri: encodeURIComponent,
}

/** The steps by name. */
export const plainSteps: Readonly<Record<string, Definition>> = {
  text,
  join,
  time,
  nonce,
  content,
  sent,
  sort,
  digest: digestStep,
  encode,
  decode,
  escape: define({ escape: z.enum(['xml', 'uri']) }, (step) => onText(escapers[step.escape])),
  upper: define({ upper: flag }, () => onText((value) => value.toUpperCase())),
  lower: define({ lower: flag }, () => onText((value) => value.toLowerCase())),
}
