// A row of the table of bad input: what is sent, and the documented error it must get.
import iconv from 'iconv-lite'
import type { ErrorCode } from '../../../core/errors.ts'
import type { DepartmentName } from '../../../sandbox/department/catalog.ts'
import { buildMessage, type Message } from '../../../sandbox/department/message.ts'
import type { Kind } from '../../../sandbox/department/record.ts'
import { signedHeaders } from '../../hub/client.ts'
import { type Posting, type Running, signatories, typed } from '../../hub/running.ts'

/** A request as it goes over the wire. `personal`: values that must come back nowhere. */
export type Attempt = {
  method: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  body: Buffer | undefined
  personal: readonly string[]
}

export type Row = {
  name: string
  attempt: (hub: Running) => Attempt
  code: ErrorCode
  /** where the fault is told to be, in the sender's own words, and the rule it breaks */
  issue?: { path: string; rule: string }
}

/** A row that posts something wrong under a good signature. */
export function posted(name: string, posting: Posting, code: ErrorCode, issue?: Row['issue']): Row {
  return { name, code, attempt: (hub) => signed(hub, posting), ...(issue ? { issue } : {}) }
}

/** A posting with a good signature of the department whose path it names. */
export function signed(hub: Running, posting: Posting): Attempt {
  const { path, contentType, body } = posting
  const department = path.split('/')[2] as DepartmentName
  const headers = signedHeaders(hub.keys, signatories[department], { method: 'POST', path, body })
  return {
    method: 'POST',
    path,
    headers: { ...headers, ...typed(contentType) },
    body,
    personal: personalIn(iconv.decode(body, contentType?.includes('GBK') ? 'gbk' : 'utf-8')),
  }
}

/** Names, identity numbers (masked ones too), credit codes and mobiles that stand in a department's text. */
function personalIn(text: string): string[] {
  const names = text.matchAll(
    /(?:"(?:name|legalPerson|APPLICANT_NAME|LEGAL_NAME|AGENT_NAME)":"|<(?:sqrxm|dlrxm|fddbr)>)([^"<]+)/g,
  )
  const numbers = text.matchAll(
    /(?:"(?:certNo|creditCode|mobile|CERT_NO|MOBILE|AGENT_CERT_NO|AGENT_MOBILE)":"|<(?:zjhm|sjhm|dlrzjhm|dlrsjhm)>)([^"<]+)/g,
  )
  const publicNames = /住房|市场监督|人力资源|核发|登记|资格|备案|许可/
  return [
    ...[...names].map((found) => found[1] ?? '').filter((name) => !publicNames.test(name)),
    ...[...numbers].map((found) => found[1] ?? ''),
  ]
}

/** A message of a department whose case belongs to a person, or to a company. */
export function message(name: DepartmentName, kind: Kind, who: 'person' | 'company' = 'person'): Message {
  for (let seed = 1; seed <= 50; seed++) {
    const found = buildMessage(name, kind, { seed: `bad-${seed}` })
    const entry = found.entries[0]
    if (entry === undefined || !('case' in entry) || entry.case.applicant.kind === who) return found
  }
  throw new Error(`no ${kind} of a ${who}`)
}

type Members = Record<string, unknown>

/** The posting of a JSON message whose document was changed: members are named by their path, undefined removes. */
export function changed(source: Message, changes: Record<string, unknown>): Posting {
  const document = JSON.parse(source.body.toString('utf8')) as Members
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split(/[.[\]]+/).filter((name) => name !== '')
    const last = names.pop() ?? ''
    let holder: unknown = document
    for (const name of names) holder = (holder as Members)[name]
    ;(holder as Members)[last] = value
  }
  return { ...source, body: Buffer.from(JSON.stringify(document)) }
}

/** The posting of a message whose text was changed, in its own charset or another. */
export function rewritten(
  source: Message,
  change: (text: string) => string,
  charset = source.contentType.includes('GBK') ? 'gbk' : 'utf-8',
): Posting {
  const text = iconv.decode(source.body, source.contentType.includes('GBK') ? 'gbk' : 'utf-8')
  return { ...source, body: iconv.encode(change(text), charset) }
}

/** The posting of a message with other bytes. */
export function replaced(source: Posting, body: Buffer | string, contentType?: string | undefined): Posting {
  return {
    path: source.path,
    contentType: contentType ?? source.contentType,
    body: Buffer.isBuffer(body) ? body : Buffer.from(body),
  }
}
