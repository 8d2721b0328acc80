// What needs no signature: health, and the description of everything, which cannot drift from the code.
import { expect, test } from 'vitest'
import { errors } from '../../../core/errors.ts'
import type { Running } from '../../hub/running.ts'

type OpenApi = {
  openapi: string
  paths: Record<string, unknown>
  'x-errors': ({ code: string } & Record<string, unknown>)[]
}

/** The public routes over a running hub. */
export function publicTests(hub: () => Running): void {
  const read = async (path: string): Promise<{ status: number; json: unknown }> => {
    const { statusCode, body } = await hub().agent.request({ origin: hub().url, method: 'GET', path })
    return { status: statusCode, json: await body.json() }
  }

  test('healthz says that the process lives', async () => {
    expect(await read('/healthz')).toEqual({ status: 200, json: { status: 'ok' } })
  })

  test('readyz says that it can accept', async () => {
    expect(await read('/readyz')).toEqual({
      status: 200,
      json: {
        ready: true,
        draining: false,
        ledger: 'ok',
        intake: 'ok',
        queue: 'ok',
        mappings: { digest: expect.stringMatching(/^[0-9a-f]{64}$/), since: expect.any(String) },
      },
    })
  })

  test('openapi.json names every error of the table, and every message of every department', async () => {
    const { status, json } = await read('/openapi.json')
    const document = json as OpenApi
    expect([status, document.openapi]).toEqual([200, '3.1.0'])
    const told = document['x-errors'].map(({ code, ...row }) => [code, row])
    expect(Object.fromEntries(told)).toEqual(errors)
    for (const department of ['housing', 'social', 'market']) {
      expect(
        Object.keys(document.paths).filter((path) => path.startsWith(`/v1/${department}/`)),
      ).toHaveLength(8)
    }
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/v1/messages/{id}', '/v1/cases/{caseNo}', '/v1/feeds/{dataset}']),
    )
  })

  test('an address that is not there is a problem like every other', async () => {
    const { status, json } = await read('/admin')
    expect([status, json]).toMatchObject([404, { code: 'request.not-found', title_zh: '未找到' }])
  })
}
