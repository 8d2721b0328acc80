// The request a system would be sent: signed in by a reply that the page shows, over a wire that only writes down.

import { createLink } from '../../../core/flow/exchange.ts'
import { inline } from '../../../core/signing/crypto.ts'
import type { Http, HttpRequest } from '../../../core/transport/http.ts'
import type { Compiled } from './compile.ts'

/** Secrets of the page, by key name. */
const secrets: Readonly<Record<string, string>> = { gateway: 'page-app-key' }

/** Signs in, sends the document with the last operation of the system, and gives what went over the wire. */
export async function requestOf(
  { bundle, name }: Compiled,
  login: unknown,
  document: unknown,
): Promise<unknown> {
  const system = bundle.systems.get(name.replace('systems/', ''))
  const operation = [...(system?.operations.keys() ?? [])].at(-1)
  if (system === undefined || operation === undefined) throw new Error(`${name} is no system with operations`)
  const sent: HttpRequest[] = []
  const http: Http = {
    send: async (request) => {
      sent.push(request)
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(login)),
      }
    },
    close: async () => undefined,
  }
  const none = (): never => {
    throw new Error('the page has secrets only')
  }
  const keys = {
    secret: (key: string) => secrets[key] ?? none(),
    privateKey: none,
    publicKey: none,
    certificate: none,
    has: () => true,
  }
  const tools = {
    http,
    keys,
    crypto: inline(),
    now: () => new Date('2026-03-02T01:31:00Z'),
    nonce: () => 'page-nonce',
  }
  const bytes = {
    value: document,
    content: Buffer.from(JSON.stringify(document)),
    contentType: 'application/json',
  }
  await createLink(system, bundle.recipes, tools).exchange(operation, bytes, () => true)
  const { method, path, headers, body } = sent.at(-1) as HttpRequest
  const { 'content-type': _, ...shown } = headers
  return { method, path, headers: shown, body: body === undefined ? undefined : JSON.parse(body.toString()) }
}
