// The JSON Schema of every kind of file an integrator writes.
import { conditionDefinitions } from '../../mapping/editor/condition.ts'
import { mappingKinds } from '../../mapping/editor/files.ts'
import { bilingual, type FileKind, type JsonSchema, schemaOfKind } from '../../mapping/editor/json-schema.ts'
import { casesShape } from '../../signing/case-file.ts'
import { recipeShape } from '../../signing/recipe-file.ts'
import { flowShape } from '../flow.ts'
import { outcomes } from '../outcome.ts'
import { answers } from '../query.ts'
import { overlayShape, systemShape } from '../system.ts'
import { stepDefinitions } from './steps.ts'
import { supplementHints } from './supplement.ts'

const condition: JsonSchema = { $ref: '#/definitions/condition' }
const pipelines: JsonSchema = { type: 'object', additionalProperties: { $ref: '#/definitions/pipeline' } }

const flow: FileKind = {
  title: { en: 'flow', zh: '流程' },
  shape: flowShape,
  hints: {
    steps: {
      en: 'what happens to messages of the type; steps without needs run side by side',
      zh: '该类型消息的处理步骤；无依赖的步骤并行',
    },
    'steps.step': { en: 'name of the step', zh: '步骤名称' },
    'steps.system': { en: 'system it calls', zh: '调用的系统' },
    'steps.operation': { en: 'operation of that system', zh: '该系统的操作' },
    'steps.mapping': { en: 'outbound mapping', zh: '推送映射' },
    'steps.needs': { en: 'steps before it that must be done', zh: '须先完成的步骤' },
    'steps.when': {
      en: 'only for messages that meet this condition',
      zh: '仅适用于满足条件的消息',
      schema: condition,
    },
    'steps.within': {
      en: 'done at most so long after acceptance (500ms, 10s, 5m, 2h), or it counts as late',
      zh: '受理后应在该时长内完成（如 500ms、10s、5m、2h），否则计为超期',
    },
  },
  definitions: conditionDefinitions(),
}

/** What the outcomes of reply rules mean. */
export const outcomeWords: Readonly<Record<(typeof outcomes)[number], { en: string; zh: string }>> = {
  delivered: { en: 'done', zh: '已送达' },
  duplicate: { en: 'was there before, as good as delivered', zh: '已存在，视同送达' },
  busy: { en: 'retry later', zh: '稍后重试' },
  transport: { en: 'retry with backoff', zh: '传输失败，退避重试' },
  rejected: { en: 'dead letter, a person must look', zh: '拒收，转人工' },
  unknown: { en: 'may have arrived', zh: '结果未知' },
  session: { en: 'sign in again, then retry', zh: '重新登录后重试' },
}

/** What the answers of a platform mean. */
export const answerWords: Readonly<Record<(typeof answers)[number], { en: string; zh: string }>> = {
  found: { en: 'it has the record: delivered', zh: '平台已有该记录，视为已送达' },
  absent: { en: 'it does not have it: sent again', zh: '平台没有该记录，重新发送' },
}

const system: FileKind = {
  title: { en: 'system', zh: '外部系统' },
  shape: systemShape,
  hints: {
    kind: {
      en: 'what kind of system: department, province, elicence, eseal, review, supervision …',
      zh: '系统种类：department、province、elicence、eseal、review、supervision 等',
    },
    title: { en: 'its name', zh: '名称' },
    auth: { en: 'how the system signs its requests to the hub', zh: '该系统调用枢纽时的签名方式' },
    'auth.key': { en: 'key id, the name in the key store', zh: '密钥标识' },
    'auth.algorithms': { en: 'algorithms it may use', zh: '允许的算法' },
    messages: {
      en: 'what it may post: name in the address → intake mapping',
      zh: '可报送的消息：地址中的名称 → 接入映射',
    },
    feeds: { en: 'datasets it may pull', zh: '可拉取的数据集' },
    url: { en: 'base address', zh: '基础地址' },
    transport: {
      en: 'http: requests; feed: rows it pulls by cursor',
      zh: 'http 推送请求；feed 供其按游标拉取',
    },
    adapter: { en: 'adapter with what is special to it', zh: '专用适配器' },
    charset: { en: 'characters of its replies when they do not say', zh: '应答未声明时的字符编码' },
    settings: {
      en: 'account settings, {settings.x} in recipes',
      zh: '账号设置，在签名配方中以 {settings.x} 引用',
    },
    operations: { en: 'what it can be asked to do', zh: '可调用的操作' },
    'operations.takes': {
      en: 'schema of the document it takes: what the mapping of a step must give (signing in takes none)',
      zh: '所接收报文的字段表，步骤的映射须产生该表（登录操作不填）',
    },
    'operations.method': { en: 'HTTP method', zh: 'HTTP 方法' },
    'operations.path': { en: 'path after the base address', zh: '基础地址之后的路径' },
    'operations.recipe': { en: 'signing recipe', zh: '签名配方' },
    'operations.dataset': {
      en: 'dataset the rows go to (transport: feed)',
      zh: '写入的数据集（transport: feed）',
    },
    'operations.repeat': {
      en: 'what holds when a request may have arrived: safe, the platform recognises a record it has, send it again; ask, an operator decides (the usual)',
      zh: '请求可能已送达时：safe 平台可识别已有记录，直接重发；ask 由人工决定（缺省）',
    },
    'operations.query': {
      en: 'instead of repeat: how the platform is asked whether it has the record; sent again only when it has not',
      zh: '代替 repeat：如何向平台查询是否已有该记录，仅在没有时重发',
    },
    'operations.query.operation': { en: 'operation that answers', zh: '用于查询的操作' },
    'operations.query.by': {
      en: 'the question: name → path in the document that was sent, or { const: … }',
      zh: '查询内容：名称 → 所发报文中的路径，或 { const: … }',
    },
    'operations.query.by.const': { en: 'a fixed value', zh: '固定值' },
    'operations.query.after': {
      en: 'time the platform is given to finish with a request before it is asked',
      zh: '查询前留给平台处理该请求的时间',
    },
    'operations.record': {
      en: 'what the platform calls the record that is sent, where it is not what a query asks by: name → path in the document, or { const: … }',
      zh: '平台如何标识所报送的记录（与 query 的 by 不同或没有 query 时）：名称 → 报文中的路径，或 { const: … }',
    },
    'operations.record.const': { en: 'a fixed value', zh: '固定值' },
    'operations.answers': {
      en: 'makes it an operation to ask with: how its replies are understood; the first rule that matches counts, any other reply tells nothing',
      zh: '表示这是查询操作：如何理解其应答，取第一条相符的；其他应答不作数',
    },
    'operations.answers.when': {
      en: 'condition over status, header.x, body.x and sent.x, the document in doubt',
      zh: '关于 status、header.x、body.x 及 sent.x（待查报文）的条件',
      schema: condition,
    },
    'operations.answers.answer': {
      en: 'what the reply means',
      zh: '应答的含义',
      schema: { oneOf: answers.map((each) => ({ const: each, description: bilingual(answerWords[each]) })) },
    },
    'operations.answers.result': {
      en: 'what later steps may use, where the record is found',
      zh: '查到记录时供后续步骤使用的结果',
    },
    reconcile: {
      en: 'how it tells what it received on a day: a list, a log or numbers; operations with a `query` or `record` are reconciled',
      zh: '对账：平台如何提供某日的接收情况（清单、日志或数量）；对账范围为配置了 `query` 或 `record` 的操作',
    },
    'reconcile.operation': {
      en: 'operation that tells it, a list page by page',
      zh: '提供接收情况的操作，清单按页',
    },
    'reconcile.by': {
      en: 'the document that asks: name → day, page (from 1), size, or { const: … }',
      zh: '请求报文：名称 → day 日期、page 页码（从 1 起）、size 每页条数，或 { const: … }',
    },
    'reconcile.by.const': { en: 'a fixed value', zh: '固定值' },
    'reconcile.size': {
      en: 'records of a full page; one with fewer is the last',
      zh: '每页条数，不足即为末页',
    },
    'reconcile.rows': { en: 'the list in the reply', zh: '应答中清单的路径' },
    'reconcile.only': {
      en: 'condition over a row: others tell nothing, such as the refused lines of a log',
      zh: '对行的条件：不满足的行不计，如接收日志中被拒绝的记录',
    },
    'reconcile.record': {
      en: 'which record a row is (with `count`: what it counts): names as in `record` of the operations, or `by` of their queries → path in the row',
      zh: '行所指的记录（配置 `count` 时为所计的部分）：名称与操作的 `record` 或 query 的 by 一致 → 行中的路径',
    },
    'reconcile.count': {
      en: 'where the platform tells numbers only: the number in a row, or without `rows` in the reply',
      zh: '平台只提供数量时：行中数量的路径，未配置 `rows` 时为应答中的路径',
    },
    'reconcile.same': {
      en: 'what is compared: path in the row → path in the document that was sent',
      zh: '比对内容：行中的路径 → 所发报文中的路径',
    },
    'reconcile.resend': {
      en: '`auto`: what is missing is sent again by itself, otherwise when an operator says so; never where its key has gone on',
      zh: '`auto` 平台缺失的记录自动补发，缺省由人工补发；同一主键已有后续投递的不补发',
    },
    ...supplementHints,
    lanes: {
      en: 'order is kept inside a lane; more lanes, more side by side',
      zh: '通道数：通道内保序，通道间并行',
    },
    inFlight: { en: 'requests under way in one lane', zh: '每通道在途请求数' },
    timeout: { en: 'of one attempt: 500ms, 10s, 5m', zh: '单次超时：500ms、10s、5m' },
    trace: {
      en: 'whether requests carry the W3C headers `traceparent` and `tracestate`, unsigned; `false` for a platform that refuses headers it does not know',
      zh: '请求是否携带 W3C 链路追踪头 `traceparent`、`tracestate`（不参与签名）；平台拒绝未知请求头时设为 `false`',
    },
    retry: { en: 'pauses between attempts', zh: '重试间隔' },
    'retry.first': { en: 'first pause', zh: '首次间隔' },
    'retry.factor': { en: 'each pause is so many times longer', zh: '间隔倍数' },
    'retry.max': { en: 'longest pause', zh: '最长间隔' },
    'retry.attempts': {
      en: 'attempts before it becomes a dead letter; left out: never',
      zh: '转死信前的次数，缺省为不限',
    },
    breaker: { en: 'stops calling a system that fails', zh: '熔断' },
    'breaker.failures': { en: 'failures in a row that open it', zh: '连续失败次数' },
    'breaker.pause': { en: 'pause before the next try', zh: '熔断时长' },
    session: { en: 'how to sign in first', zh: '登录会话' },
    'session.operation': { en: 'operation that signs in', zh: '登录操作' },
    'session.reply': {
      en: 'value → path in the reply; expires (epoch ms) and expiresIn (seconds) end the session',
      zh: '值 → 应答中的路径；expires（毫秒时间戳）与 expiresIn（秒）表示会话终止',
    },
    'session.decrypt': {
      en: 'how values of the reply are decrypted',
      zh: '应答中值的解密步骤',
      schema: pipelines,
    },
    'session.refreshBefore': { en: 'sign in again so long before the end', zh: '到期前多久重新登录' },
    replies: {
      en: 'how replies are understood; the first rule that matches counts',
      zh: '应答规则，取第一条相符的',
    },
    'replies.when': {
      en: 'condition over status, header.x and body.x',
      zh: '关于 status、header.x、body.x 的条件',
      schema: condition,
    },
    'replies.outcome': {
      en: 'what the reply means',
      zh: '应答的含义',
      schema: {
        oneOf: outcomes.map((each) => ({ const: each, description: bilingual(outcomeWords[each]) })),
      },
    },
    'replies.reason': { en: 'path of the reason in the reply', zh: '应答中原因的路径' },
    'replies.result': {
      en: 'what later steps may use: name → path in the reply',
      zh: '供后续步骤使用的结果：名称 → 应答中的路径',
    },
  },
  definitions: { ...conditionDefinitions(), ...stepDefinitions() },
}

const overlay: FileKind = {
  title: { en: 'settings of an environment', zh: '环境设置' },
  shape: overlayShape,
  hints: {
    systems: { en: 'by name of the system file', zh: '按系统文件名' },
    'systems.url': { en: 'address of the system here', zh: '本环境中的地址' },
    'systems.settings': { en: 'account settings here', zh: '本环境中的账号设置' },
  },
}

const labels: JsonSchema = { type: 'object', additionalProperties: { $ref: '#/definitions/pipeline' } }

const recipe: FileKind = {
  title: { en: 'signing recipe', zh: '签名配方' },
  shape: recipeShape,
  hints: {
    title: { en: 'what it is', zh: '说明' },
    source: { en: 'where it is from, with confidence', zh: '出处与可信度' },
    values: {
      en: 'named values, worked out in order; {name} uses one',
      zh: '依次计算的具名值，以 {名称} 引用',
      schema: pipelines,
    },
    body: {
      en: 'the body: a text, or JSON data whose texts have places; "{document}" is the mapped document; left out: the document as it is',
      zh: '请求体：文本，或其中文本可含占位的 JSON；"{document}" 为映射后的报文；缺省为报文本身',
    },
    form: { en: 'the body as an urlencoded form', zh: '以表单形式发送的请求体', schema: labels },
    contentType: { en: 'content type, when not the implied one', zh: '内容类型（与缺省不同时）' },
    headers: { en: 'request headers', zh: '请求头', schema: labels },
    query: { en: 'query parameters', zh: '查询参数', schema: labels },
  },
  definitions: stepDefinitions(),
}

const matcher = (en: string, zh: string): { en: string; zh: string } => ({
  en: `${en}; { $matches: RE }, { $verify: … }, { $decrypt: … } for what is new each time`,
  zh: `${zh}；每次不同的值可用 { $matches: 正则 }、{ $verify: … }、{ $decrypt: … }`,
})

const recipeCases: FileKind = {
  title: { en: 'cases of a signing recipe', zh: '签名配方用例' },
  shape: casesShape,
  hints: {
    case: { en: 'what it shows', zh: '用例说明' },
    given: { en: 'what the recipe works on', zh: '输入' },
    'given.settings': { en: 'account settings', zh: '账号设置' },
    'given.session': { en: 'values of the login', zh: '会话值' },
    'given.secrets': { en: 'made-up secrets by key name', zh: '虚构密钥' },
    'given.sm2Keys': { en: 'made-up SM2 private keys, 64 hex digits', zh: '虚构 SM2 私钥（64 位十六进制）' },
    'given.now': { en: 'the present: epoch milliseconds or ISO time', zh: '当前时间：毫秒时间戳或 ISO 时间' },
    'given.nonce': { en: 'what every nonce is', zh: '随机数取值' },
    'given.method': { en: 'HTTP method', zh: 'HTTP 方法' },
    'given.path': { en: 'path', zh: '路径' },
    'given.query': { en: 'query parameters', zh: '查询参数' },
    'given.headers': { en: 'headers', zh: '请求头' },
    'given.document': { en: 'the mapped document', zh: '映射后的报文' },
    'given.content': { en: 'its text; left out: its JSON', zh: '报文文本，缺省为 JSON' },
    'given.contentType': { en: 'its content type', zh: '内容类型' },
    expect: { en: 'what must come out', zh: '应得到的结果' },
    'expect.headers': matcher('headers', '请求头'),
    'expect.query': matcher('query parameters', '查询参数'),
    'expect.values': matcher('values of the recipe', '具名值'),
    'expect.body': matcher('the body: text, or JSON data', '请求体'),
    'expect.form': matcher('the body as a form', '表单'),
    'expect.contentType': { en: 'content type', zh: '内容类型' },
    error: { en: 'part of the error that must come', zh: '应得到的错误（部分文字）' },
  },
}

const kinds: Readonly<Record<string, FileKind>> = {
  ...mappingKinds,
  flow,
  system,
  settings: overlay,
  signing: recipe,
  'signing-cases': recipeCases,
}

/** The JSON Schema of every file kind by the name of its file, without `.json`. */
export function fileSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => {
      const note = bilingual({
        en: 'made by `qiao mapping schemas`; do not edit',
        zh: '由 qiao mapping schemas 生成，请勿手改',
      })
      return [name, { $comment: note, ...schemaOfKind(kind) }]
    }),
  )
}
