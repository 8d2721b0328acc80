// Every error a caller or operator can meet, in one table: code → status → both languages → what to do.
// Documentation and OpenAPI read this table, so they cannot drift from the code.

type Row = { status: number; zh: string; en: string; todo: string }

/** Stable error codes. `todo` tells an operator or a calling developer the next step. */
export const errors = {
  'auth.missing': {
    status: 401,
    zh: '缺少签名请求头',
    en: 'signature headers are missing',
    todo: 'Send X-Qiao-Key, X-Qiao-Timestamp, X-Qiao-Nonce, X-Qiao-Algorithm and X-Qiao-Signature.',
  },
  'auth.unknown-key': {
    status: 401,
    zh: '未知的密钥标识',
    en: 'the key id is not known here',
    todo: 'Use the key id the city bureau issued for this system.',
  },
  'auth.algorithm': {
    status: 401,
    zh: '不支持的签名算法',
    en: 'this signature algorithm is not allowed for this system',
    todo: 'Use an algorithm listed under auth.algorithms of the system file.',
  },
  'auth.skew': {
    status: 401,
    zh: '请求时间与服务器相差过大',
    en: 'the request time is too far from the server clock',
    todo: 'Synchronise the clock (NTP); X-Qiao-Timestamp is epoch milliseconds.',
  },
  'auth.signature': {
    status: 401,
    zh: '签名不正确',
    en: 'the signature does not match the request',
    todo: 'Sign METHOD, path with query, timestamp, nonce and body digest, joined with line feeds.',
  },
  'auth.replay': {
    status: 401,
    zh: '随机数已使用，拒绝重放',
    en: 'this nonce was used before; the request is refused as a replay',
    todo: 'Use a new nonce for every request, also when sending the same content again.',
  },
  'auth.forbidden': {
    status: 403,
    zh: '该系统无权使用此接口',
    en: 'this system may not use this resource',
    todo: 'Check the path; a system may post only its own messages and read only its own data.',
  },
  'request.not-found': {
    status: 404,
    zh: '未找到',
    en: 'not found',
    todo: 'Check the path against /openapi.json.',
  },
  'request.unknown-message': {
    status: 404,
    zh: '该系统没有此消息类型',
    en: 'this system declares no such message',
    todo: 'Add it under `messages` of mappings/systems/<system>.yaml.',
  },
  'body.too-large': {
    status: 413,
    zh: '请求体超过上限',
    en: 'the request body is over the limit',
    todo: 'Send fewer records in a request, or ask the bureau to raise QIAO_BODY_LIMIT.',
  },
  'body.incomplete': {
    status: 400,
    zh: '请求体未传送完整',
    en: 'the connection ended before the whole body had come',
    todo: 'Send it again; nothing was stored.',
  },
  'body.type': {
    status: 415,
    zh: '请求体格式与声明不符',
    en: 'the content type is not the one this message is declared with',
    todo: 'Send the format named in the mapping (JSON, XML, form or CSV).',
  },
  'body.encoding': {
    status: 400,
    zh: '请求体不是声明的字符编码',
    en: 'the body is not valid in its declared character encoding',
    todo: 'Send UTF-8, or declare GBK or GB18030 in the XML declaration or charset.',
  },
  'body.json': {
    status: 400,
    zh: 'JSON 格式错误',
    en: 'the body is not valid JSON',
    todo: 'Mend the JSON; the position is in the detail.',
  },
  'body.xml': {
    status: 400,
    zh: 'XML 格式错误',
    en: 'the body is not valid XML',
    todo: 'Mend the XML; the position is in the detail.',
  },
  'body.csv': {
    status: 400,
    zh: 'CSV 格式错误',
    en: 'the body is not valid CSV',
    todo: 'Mend the CSV; the line is in the detail.',
  },
  'body.unsafe': {
    status: 400,
    zh: '请求体含有不允许的结构',
    en: 'the body holds a structure that is refused (DOCTYPE, entity, prototype key, or nesting too deep)',
    todo: 'Remove the DOCTYPE, entity declarations and reserved names.',
  },
  'body.empty': {
    status: 400,
    zh: '请求中没有记录',
    en: 'the request holds no record',
    todo: 'Send at least one record.',
  },
  'message.invalid': {
    status: 422,
    zh: '数据不符合标准',
    en: 'the data does not meet the standard',
    todo: 'Mend the fields listed in `issues` and send again; nothing was stored.',
  },
  'message.conflict': {
    status: 409,
    zh: '同一业务主键已收到不同内容',
    en: 'this deduplication key was accepted before with other content',
    todo: 'Compare with the accepted message; send a correction as a new record instead.',
  },
  'message.archived': {
    status: 410,
    zh: '已归档，不在当前账本中',
    en: 'it is archived and no longer in the ledger',
    todo: 'Ask the operator to restore the file named in the detail: qiao restore <file>.',
  },
  'archive.file': {
    status: 422,
    zh: '不是该日的归档文件，或文件已被改动',
    en: 'this is not the archive file of that day, or it was changed',
    todo: 'Run qiao verify on it; take another copy of the file.',
  },
  'archive.here': {
    status: 409,
    zh: '该日数据仍在账本中',
    en: 'the day is in the ledger',
    todo: 'Nothing is to be restored; ask for its messages.',
  },
  'feed.cursor': {
    status: 400,
    zh: '游标无效',
    en: 'the cursor is not one this feed gave out',
    todo: 'Start from the last acknowledged cursor, or leave `after` out.',
  },
  'ops.unauthorised': {
    status: 401,
    zh: '需要操作员凭证',
    en: 'an operator credential is needed',
    todo: 'Send Authorization: Bearer with the operator secret.',
  },
  'ops.reason': {
    status: 400,
    zh: '必须写明操作原因',
    en: 'the operator action needs who and why',
    todo: 'Send {"by":"…","reason":"…"}.',
  },
  'ops.request': {
    status: 400,
    zh: '请求内容不符合此操作的要求',
    en: 'the request is not as this operation takes it',
    todo: 'Mend what stands in `issues`; /openapi.json has the shape.',
  },
  'ops.files': {
    status: 409,
    zh: '所需映射文件缺失，或其中该步骤的系统、依赖不同',
    en: 'the files it should go by are lost, or give its step another system or order',
    todo: 'Use `bundle: current` when the older files are lost; otherwise correct the data alone, or skip it.',
  },
  'ops.state': {
    status: 409,
    zh: '该投递当前状态不允许此操作',
    en: 'the delivery is not in a state that allows this action',
    todo: 'Read the delivery again; only dead deliveries can be skipped, corrected, confirmed or replayed.',
  },
  'hub.full': {
    status: 503,
    zh: '磁盘空间不足，停止受理',
    en: 'the disk of the ledger is nearly full, so nothing is accepted',
    todo: 'Retry later, with the same content and a new nonce. For the operator: add space to the disk of QIAO_DATA, or archive and purge old days; QIAO_DISK_LIMIT says how much must be left.',
  },
  'hub.unproved': {
    status: 503,
    zh: '暂时无法存证，停止受理',
    en: 'what is accepted could not be proved, so nothing is',
    todo: 'Retry later, with the same content and a new nonce. For the operator: /readyz and the log say what is wrong.',
  },
  'reconcile.none': {
    status: 409,
    zh: '该系统未声明对账方式',
    en: 'the system does not tell what it received',
    todo: 'Give its file a `reconcile:` (docs/mapping.md), or reconcile with what the platform exports.',
  },
  'supplement.none': {
    status: 409,
    zh: '该系统未声明补传任务接口',
    en: 'the system hands out no supplement tasks',
    todo: 'Give its file a `supplement:` (docs/mapping.md), or resend after a reconciliation.',
  },
  'supplement.away': {
    status: 502,
    zh: '未能从平台取得补传任务清单',
    en: 'the platform gave no list of supplement tasks',
    todo: 'The detail says what it answered. The hub asks again by itself; tasks that are known are worked on meanwhile.',
  },
  'evidence.open': {
    status: 409,
    zh: '该日期尚未归入存证链',
    en: 'the day is not in the evidence chain',
    todo: 'A day is closed some minutes after it is over (Asia/Shanghai). Ask for one from the first day on, up to yesterday.',
  },
  'mappings.refused': {
    status: 422,
    zh: '映射文件有误，未加载，原版本继续使用',
    en: 'the files were not taken; those in use stay in use',
    todo: 'Mend what stands in `issues` (file:line:column) and reload again.',
  },
  'hub.busy': {
    status: 503,
    zh: '系统繁忙，请稍后重试',
    en: 'the hub cannot accept now',
    todo: 'Retry after the seconds in Retry-After, with the same content and a new nonce.',
  },
  'hub.internal': {
    status: 500,
    zh: '内部错误',
    en: 'internal error',
    todo: 'Give the request id to the operator; retrying is safe.',
  },
} as const satisfies Record<string, Row>

export type ErrorCode = keyof typeof errors

/** One thing wrong with one field of a message. `path` is in the sender's own format where it is known. */
export type Issue = { path: string; rule: string; zh: string; en: string }

/** An error a caller may see. `detail` must never hold personal data or secrets. */
export class QiaoError extends Error {
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly issues: readonly Issue[]

  constructor(
    code: ErrorCode,
    options: { detail?: string; issues?: readonly Issue[]; cause?: unknown } = {},
  ) {
    super(options.detail ? `${code}: ${options.detail}` : code, { cause: options.cause })
    this.name = 'QiaoError'
    this.code = code
    this.detail = options.detail
    this.issues = options.issues ?? []
  }

  get status(): number {
    return errors[this.code].status
  }
}

/** RFC 9457 problem details of an error, with a stable code and both languages. */
export function problem(error: QiaoError, instance?: string): Record<string, unknown> {
  const row = errors[error.code]
  return {
    type: `urn:qiao:error:${error.code}`,
    title: row.en,
    title_zh: row.zh,
    status: row.status,
    code: error.code,
    ...(error.detail ? { detail: error.detail } : {}),
    ...(error.issues.length > 0 ? { issues: error.issues } : {}),
    todo: row.todo,
    ...(instance ? { instance } : {}),
  }
}

/** A condition the operator must mend before the hub can run; `todo` says how. */
export class StartupError extends Error {
  readonly todo: string
  constructor(message: string, todo: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'StartupError'
    this.todo = todo
  }
}
