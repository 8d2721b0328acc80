// Sealed files: what went in comes out however it is cut, and no changed, missing or added byte passes for the file.
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { NotProof } from '../../core/evidence/proof-read.ts'
import { isSealed, openBytes, sealPieces } from '../../core/flow/sealed-file.ts'
import { testVault } from '../vault.ts'

const vault = testVault()
const texts = Array.from(
  { length: 400 },
  (_, i) => `${JSON.stringify({ i, name: '欧阳', text: 'x'.repeat(1500) })}\n`,
)

async function sealed(lines: readonly string[]): Promise<Buffer> {
  return Buffer.concat(await Readable.from(sealPieces(Readable.from(lines), vault, 1)).toArray())
}
async function opened(bytes: Buffer, size = bytes.length): Promise<string> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  )
  return Buffer.concat(await Readable.from(openBytes(Readable.from(chunks), vault)).toArray()).toString()
}

describe('a sealed file', () => {
  test('opens, in chunks of any size, and shows nothing', async () => {
    const file = await sealed(texts)
    expect(isSealed(file)).toBe(true)
    expect(file.includes('欧阳')).toBe(false)
    for (const size of [1, 3, 17, 4096, 65_536, file.length])
      expect(await opened(size === 1 ? await sealed(texts.slice(0, 3)) : file, size)).toBe(
        (size === 1 ? texts.slice(0, 3) : texts).join(''),
      )
  })

  test('of nothing is a file with nothing in it', async () => {
    expect(await opened(await sealed([]))).toBe('')
  })

  test('a clear one comes out as it is', async () => {
    expect(await opened(Buffer.from(texts.join('')), 5)).toBe(texts.join(''))
    expect(await opened(Buffer.from('qiao-s'), 2).catch((error: unknown) => error)).toBeInstanceOf(NotProof)
  })

  test('a changed byte, a cut and an addition are all found', async () => {
    const file = await sealed(texts)
    const start = 'qiao-sealed-1\n'.length
    for (let n = 0; n < 200; n++) {
      const at = start + Math.floor(((file.length - start) * n) / 200)
      const changed = Buffer.from(file)
      changed[at] = (changed[at] ?? 0) ^ (1 << (n % 8))
      await expect(opened(changed), `byte ${at}`).rejects.toThrow()
      // a cut between two pieces leaves whole ones: what is in them says that it is not all
      const rest = await opened(file.subarray(0, at)).catch(() => undefined)
      expect(rest === undefined || texts.join('').startsWith(rest), `cut at ${at}`).toBe(true)
    }
    await expect(opened(Buffer.concat([file, Buffer.of(0)]))).rejects.toBeInstanceOf(NotProof)
  })
})
