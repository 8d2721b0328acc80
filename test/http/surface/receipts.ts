// Intake as the departments use it: their own formats and algorithms, and receipts that hold without the hub.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { verifyCommand } from '../../../cli/verify/main.ts'
import { StartupError } from '../../../core/errors.ts'
import { buildMessage, type Message } from '../../../sandbox/department/message.ts'
import { createInspector, type Receipt } from '../../../sandbox/department/receipt.ts'
import { kinds } from '../../../sandbox/department/record.ts'
import { programWords } from '../../../scripts/build.mjs'
import { type Posting, type Running, signatories } from '../../hub/running.ts'
import { type Accepted, acceptedIn, firstIn } from './accepted.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Intake and receipts over a running hub. */
export function receiptTests(hub: () => Running): void {
  const departments = ['housing', 'social', 'market'] as const
  const wanted = departments.flatMap((name) => kinds.map((kind) => ({ name, kind })))

  test.each(wanted)('$name posts its $kind, and its receipt holds offline', async ({ name, kind }) => {
    const message = buildMessage(name, kind, { caseNo: `510700-20260602-0000${kinds.indexOf(kind) + 10}` })
    const answer = await hub().post(signatories[name], message)
    expect(answer.status).toBe(202)
    const [accepted] = acceptedIn(answer)
    expect(accepted).toMatchObject({ duplicate: false, receipt: { system: name, messageId: accepted?.id } })
    expect(inspect(hub(), accepted, message)).toBeUndefined()
  })

  test('every receipt of one commit holds, each over its own path', async () => {
    const messages = Array.from({ length: 21 }, (_, i) =>
      buildMessage('housing', 'acceptance', { caseNo: `510700-20260603-0000${i + 10}` }),
    )
    const answers = await Promise.all(messages.map((message) => hub().post(signatories.housing, message)))
    const receipts = answers.map((answer) => acceptedIn(answer)[0])
    expect(receipts.map((accepted, i) => inspect(hub(), accepted, messages[i]))).toEqual(
      Array(21).fill(undefined),
    )
    const roots = new Set(receipts.map((accepted) => accepted?.receipt.proof.root))
    expect(roots.size).toBeLessThan(21) // they shared signatures
  })

  test('a batch gets one receipt a record', async () => {
    const rows = Array.from({ length: 5 }, (_, i) => {
      const { body } = buildMessage('market', 'acceptance', { caseNo: `510700-20260604-00000${i}` })
      return (JSON.parse(body.toString('utf8')) as { rows: unknown[] }).rows[0]
    })
    const posting: Posting = {
      path: '/v1/market/acceptance',
      contentType: 'application/json',
      body: Buffer.from(JSON.stringify({ batchNo: '2026060400001', rows })),
    }
    const accepted = acceptedIn(await hub().post(signatories.market, posting))
    expect(accepted.map(({ key }) => key.slice(-1))).toEqual(['0', '1', '2', '3', '4'])
    for (const each of accepted) expect(inspect(hub(), each, posting)).toBeUndefined()
  })

  test('a query belongs to the signed path', async () => {
    const message = buildMessage('housing', 'acceptance', { caseNo: '510700-20260605-000001' })
    const answer = await hub().post(signatories.housing, {
      ...message,
      path: `${message.path}?from=test&x=%E4%B8%AD`,
    })
    expect(answer.status).toBe(202)
  })

  describe('qiao verify', () => {
    test('passes a good receipt and refuses a changed one, as a command', async () => {
      const { receipt, message } = await fresh(hub(), '510700-20260606-000001')
      const other = { ...receipt, key: '510700-20260606-000002' }
      expect(await Promise.all([verify(hub(), receipt, message), verify(hub(), other, message)])).toEqual([
        0, 1,
      ])
    })

    test('refuses a receipt of which any byte was changed', async () => {
      const { receipt, message } = await fresh(hub(), '510700-20260606-000003')
      const good = JSON.stringify(receipt)
      // where the leaf stands in its tree is told, but proved by nothing
      const index = good.indexOf('"index":') + '"index":'.length
      const passed: string[] = []
      expect(await verifyHere(hub(), good, message)).toBe(0)
      for (let at = 0; at < good.length; at++) {
        // the hub lives in this process too, and has idle connections to close in time
        if (at % 16 === 0) await setImmediate()
        const changed = good.slice(0, at) + String.fromCharCode(good.charCodeAt(at) ^ 1) + good.slice(at + 1)
        const code = at === index ? 1 : await verifyHere(hub(), changed, message)
        if (code !== 1) passed.push(`${at}: ${changed.slice(Math.max(0, at - 20), at + 20)}`)
      }
      expect(passed).toEqual([])
      const body = Buffer.from(message.body)
      body[20] = (body[20] ?? 0) ^ 1
      expect(await verifyHere(hub(), good, { ...message, body })).toBe(1)
    })

    test('refuses a receipt of another hub', async () => {
      const { receipt, message } = await fresh(hub(), '510700-20260606-000004')
      expect(await verifyHere(hub(), JSON.stringify(receipt), message, 'review.pub.pem')).toBe(1)
    })
  })
}

function inspect(
  hub: Running,
  accepted: Accepted | undefined,
  posted: Pick<Posting, 'body'> | undefined,
): string | undefined {
  if (!accepted || !posted) return 'no receipt'
  return createInspector(hub.keys)(accepted.receipt, posted.body)
}

async function fresh(hub: Running, caseNo: string): Promise<{ receipt: Receipt; message: Message }> {
  const message = buildMessage('housing', 'acceptance', { caseNo })
  const { receipt } = firstIn(await hub.post(signatories.housing, message))
  return { receipt, message }
}

/** Exit code of `qiao verify` on a receipt and the posted bytes, as a program of its own. */
async function verify(hub: Running, receipt: Receipt, { body }: Posting): Promise<number> {
  const args = write(hub, receipt.key, JSON.stringify(receipt), body)
  const line = [...programWords('cli/main.ts'), 'verify', ...args]
  const child = spawn(process.execPath, line, { cwd: root, stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number]
  return code
}

/** The same in this process. */
async function verifyHere(hub: Running, receipt: string, { body }: Posting, key?: string): Promise<number> {
  const quiet = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    return await verifyCommand(write(hub, 'here', receipt, body, key))
  } catch (error) {
    if (error instanceof StartupError) return 1 // as cli/main.ts answers it
    throw error
  } finally {
    quiet.mockRestore()
  }
}

function write(hub: Running, name: string, receipt: string, body: Buffer, key = 'hub.pub.pem'): string[] {
  const [file, payload] = [join(hub.keys, `${name}.json`), join(hub.keys, `${name}.bin`)]
  writeFileSync(file, receipt)
  writeFileSync(payload, body)
  return [file, '--payload', payload, '--key', join(hub.keys, key)]
}
