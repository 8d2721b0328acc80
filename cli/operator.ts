// Calls of a running hub with the operator's secret.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../core/config.ts'
import { StartupError } from '../core/errors.ts'

/** Paths below /ops. Each rejects with StartupError: nobody answers, or what the hub said. */
export type OperatorCalls = {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
  text(path: string): Promise<string>
}

/** The hub at `hub`, else the one of the settings. Throws StartupError without a credential. */
export function connect({ host, port, keys }: Config, hub: string | undefined): OperatorCalls {
  const address = (hub ?? `http://${host}:${port}`).replace(/\/$/, '')
  const secret = readSecret(join(keys, 'operator.secret'))
  const ask = async (path: string, body?: unknown): Promise<Response> => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
    let reply: Response
    try {
      reply = await fetch(`${address}/ops${path}`, init)
    } catch (cause) {
      const todo = 'Start it, or name it with --hub; what was begun goes on.'
      throw new StartupError(`no hub answers at ${address} / 枢纽无应答`, todo, cause)
    }
    if (reply.ok) return reply
    const { title, title_zh, todo, issues = [] } = (await reply.json()) as Refusal
    const places = issues.map(({ path: place, en, zh }) => `\n  ${place}: ${en} / ${zh}`).join('')
    throw new StartupError(`${title} / ${title_zh}${places}`, todo)
  }
  return {
    get: async <T>(path: string) => (await (await ask(path)).json()) as T,
    post: async <T>(path: string, body: unknown) => (await (await ask(path, body)).json()) as T,
    text: async (path) => (await ask(path)).text(),
  }
}

type Refusal = {
  title: string
  title_zh: string
  todo: string
  issues?: { path: string; en: string; zh: string }[]
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    const todo = 'Set QIAO_KEYS to the key folder of the hub.'
    throw new StartupError(`${file} cannot be read / 无法读取运维凭证`, todo, cause)
  }
}
