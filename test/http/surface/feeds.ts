// The feed that the province pulls: by cursor, from where it acknowledged, never back, never for others.
import { describe, expect, test, vi } from 'vitest'
import { buildMessage } from '../../../sandbox/department/message.ts'
import { type Answer, type Signatory, send, signedHeaders } from '../../hub/client.ts'
import { type Running, signatories } from '../../hub/running.ts'
import { acceptedIn, codeOf } from './accepted.ts'

type Page = {
  records: { cursor: string; type: string; key: string; data: Record<string, unknown> }[]
  next: string
  more: boolean
}

const feed = '/v1/feeds/province-cases'

/** The feed over a running hub. */
export function feedTests(hub: () => Running): void {
  const province = { key: 'province', algorithm: 'HMAC-SM3' } as const
  const page = async (query = '', who: Signatory = province): Promise<Page> => {
    const answer = await hub().get(who, feed + query)
    if (answer.status !== 200) throw new Error(answer.text)
    return answer.json as Page
  }
  const ack = (body: unknown, who: Signatory = province): Promise<Answer> => {
    const [path, bytes] = [`${feed}/ack`, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))]
    const headers = signedHeaders(hub().keys, who, { method: 'POST', path, body: bytes })
    return send(hub().agent, hub().url + path, 'POST', headers, bytes)
  }

  describe('feed', () => {
    let start: Page
    test('new rows appear after the last cursor, in exchange form', async () => {
      // from here on nobody else posts
      start = await settled()
      const cases = [1, 2, 3, 4, 5].map((n) => `510700-20260611-00000${n}`)
      for (const caseNo of cases) {
        acceptedIn(await hub().post(signatories.housing, buildMessage('housing', 'acceptance', { caseNo })))
      }
      const { records, more } = await vi.waitFor(
        async () => {
          const found = await page(`?after=${start.next}`)
          expect(found.records).toHaveLength(5)
          return found
        },
        { timeout: 15_000, interval: 50 },
      )
      expect(more).toBe(false)
      expect(records.map(({ key }) => key).sort()).toEqual(cases)
      expect(records.map(({ cursor }) => Number(cursor) - Number(start.next))).toEqual([1, 2, 3, 4, 5])
      for (const { type, key, data } of records) {
        expect([type, data]).toMatchObject(['case.accepted', { ProjectNo: key, Cd_operation: 'I' }])
      }
    })

    test('pages follow each other without gap or repetition', async () => {
      const seen: string[] = []
      let cursor = start.next
      for (let more = true; more; ) {
        const found = await page(`?after=${cursor}&limit=2`)
        seen.push(...found.records.map((record) => record.cursor))
        ;({ next: cursor, more } = found)
      }
      expect(seen).toEqual([1, 2, 3, 4, 5].map((n) => String(Number(start.next) + n)))
      expect(await page(`?after=${cursor}`)).toEqual({ records: [], next: cursor, more: false })
    })

    test.each([
      ['0', 1],
      ['-3', 1],
      ['2.7', 2],
      ['many', 5],
      ['', 5],
      ['99999', 5],
      ['1e400', 5],
    ])('limit=%s gives %i rows', async (limit, count) => {
      expect((await page(`?after=${start.next}&limit=${limit}`)).records).toHaveLength(count)
    })

    test('without a cursor it goes on where it was acknowledged; an acknowledgement never goes back', async () => {
      const at = (n: number): string => String(Number(start.next) + n)
      expect((await ack({ cursor: at(3) })).json).toEqual({ acknowledged: at(3) })
      expect((await page()).records.map(({ cursor }) => cursor)).toEqual([at(4), at(5)])
      expect((await ack({ cursor: at(1) })).json).toEqual({ acknowledged: at(3) })
      expect((await page('?limit=1')).records.map(({ cursor }) => cursor)).toEqual([at(4)])
      expect((await ack({ cursor: '0' })).json).toEqual({ acknowledged: at(3) })
      // what was acknowledged can still be read
      expect((await page(`?after=${start.next}`)).records).toHaveLength(5)
    })

    test('the other algorithm it is allowed serves as well', async () => {
      const sha = { key: 'province', algorithm: 'HMAC-SHA256' } as const
      expect((await page(`?after=${start.next}`, sha)).records).toHaveLength(5)
    })

    test.each(['abc', '', '-1', '1.5', '9'.repeat(15), '9'.repeat(40), '%27'])(
      'cursor "%s" is refused',
      async (cursor) => {
        const read = await hub().get(province, `${feed}?after=${cursor}`)
        expect([read.status, codeOf(read)]).toEqual([400, 'feed.cursor'])
        const acked = await ack({ cursor: decodeURIComponent(cursor) })
        expect([acked.status, codeOf(acked)]).toEqual([400, 'feed.cursor'])
      },
    )

    test('a cursor after the end is refused: it was never given out', async () => {
      const answer = await hub().get(province, `${feed}?after=${Number(start.next) + 6}`)
      expect(codeOf(answer)).toBe('feed.cursor')
    })

    test.each(['', '{', '{"cursor": 5}', '{"cursor":"1","x":1}', '[]', '"1"'])(
      'an acknowledgement that says %s is refused',
      async (body) => {
        const answer = await ack(body)
        expect([answer.status, codeOf(answer)]).toEqual([400, 'body.json'])
      },
    )

    test('who is not entitled gets nothing', async () => {
      for (const who of Object.values(signatories)) {
        expect(codeOf(await hub().get(who, feed))).toBe('auth.forbidden')
        expect(codeOf(await ack({ cursor: '1' }, who))).toBe('auth.forbidden')
      }
      expect(codeOf(await hub().get(province, '/v1/feeds/other'))).toBe('auth.forbidden')
    })
  })

  /** The end of the feed once it does not grow any more. */
  function settled(): Promise<Page> {
    return vi.waitFor(
      async () => {
        const systems = (await hub().ops('GET', '/systems')).json as {
          systems: { system: string; open: number }[]
        }
        expect(systems.systems.find(({ system }) => system === 'province-feed')?.open ?? 0).toBe(0)
        let found = await page('?after=0&limit=1000')
        while (found.more) found = await page(`?after=${found.next}&limit=1000`)
        return found
      },
      { timeout: 20_000, interval: 100 },
    )
  }
}
