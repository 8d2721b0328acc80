// Seals what must not lie in the clear where it is kept: SM4-CTR with HMAC-SM3 (GB/T 32907, GB/T 15852.2), or AES-256-GCM
// (NIST SP 800-38D). Every sealed value names the version of its data key (数据密钥), so that keys change while the hub runs.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
  timingSafeEqual,
} from 'node:crypto'

export const sealings = { sm4: 16, 'aes-256-gcm': 32 } as const
export type Sealing = keyof typeof sealings

/** A data key. `from`: values are sealed with it from then on; it opens what it sealed at any time. */
export type DataKey = { version: number; algorithm: Sealing; key: Buffer; from: Date }

/** The data keys of a hub. */
export type DataKeys = {
  /** every key that is there, in any order; reads anew */
  list(): DataKey[]
  /** one of them. Throws StartupError when it is missing or unreadable. */
  get(version: number): DataKey
}

export type Vault = {
  /** version of the key that seals now */
  current(): number
  /** ms for which it has sealed here */
  sealsFor(): number
  /** the bytes that everything sealed with a version begins with */
  headOf(version: number): Buffer
  /** version (3 bytes) ‖ nonce ‖ ciphertext ‖ tag; with the current key, unless a version is given */
  seal(clear: Uint8Array, version?: number): Buffer
  /** undefined: the value was changed, or its key is another one. Throws StartupError when its key is missing. */
  open(sealed: Buffer): Buffer | undefined
}

type Cipher = {
  seal(head: Buffer, clear: Uint8Array): Buffer
  open(head: Buffer, body: Buffer): Buffer | undefined
}

// three bytes are four letters of Base64: a sealed text shows its version, too
const headSize = 3
/** ms after which a key that was put beside the others is noticed; one that is known seals from its time on */
const lookEvery = 2_000

/** Seals with the newest key whose time has come. Throws StartupError, also later, when there is none. */
export function createVault(keys: DataKeys, now: () => number = Date.now): Vault {
  const ciphers = new Map<number, Cipher>()
  let current: { version: number; head: Buffer; cipher: Cipher; since: number } | undefined
  let lookAt = 0

  const cipherOf = (version: number): Cipher => {
    let found = ciphers.get(version)
    if (!found) {
      const { algorithm, key } = keys.get(version)
      found = algorithm === 'sm4' ? sm4(key) : aes(key)
      ciphers.set(version, found)
    }
    return found
  }
  const newest = () => {
    const at = now()
    if (current && at < lookAt) return current
    const list = listed()
    lookAt = Math.min(at + lookEvery, ...list.map(({ from }) => from.getTime()).filter((from) => from > at))
    const version = currentOf(list, at)?.version
    // whoever took the last key away wants it back: what is sealed meanwhile can be opened with it
    if (current && (version === undefined || version === current.version)) return current
    current = { ...sealerOf(version ?? keys.get(1).version), since: at }
    return current
  }
  /** A file that is just being copied is read the next time: nothing fails for it that has a key. */
  const listed = (): DataKey[] => {
    try {
      return keys.list()
    } catch (error) {
      if (!current) throw error
      return []
    }
  }
  const sealerOf = (version: number) => ({ version, head: headOf(version), cipher: cipherOf(version) })
  return {
    current: () => newest().version,
    sealsFor: () => {
      const { since } = newest()
      return now() - since
    },
    headOf,
    seal: (clear, version) => {
      const { head, cipher } = version === undefined ? newest() : sealerOf(version)
      return cipher.seal(head, clear)
    },
    open: (sealed) => {
      if (sealed.length < headSize) return undefined
      return cipherOf(versionOf(sealed)).open(sealed.subarray(0, headSize), sealed.subarray(headSize))
    },
  }
}

/** Of these keys, the one that seals at a time (ms): the highest version whose time has come. */
export function currentOf(keys: readonly DataKey[], at: number): DataKey | undefined {
  return keys
    .filter(({ from }) => from.getTime() <= at)
    .reduce<DataKey | undefined>((best, key) => (best && best.version > key.version ? best : key), undefined)
}

function headOf(version: number): Buffer {
  const head = Buffer.alloc(headSize)
  head.writeUIntBE(version, 0, headSize)
  return head
}

/** The version of the key that sealed a value. */
export function versionOf(sealed: Buffer): number {
  return sealed.readUIntBE(0, headSize)
}

const gcm = { name: 'aes-256-gcm', nonce: 12, tag: 16 } as const

function aes(key: Buffer): Cipher {
  const secret = createSecretKey(key)
  const { name, nonce: nonceSize, tag: tagSize } = gcm
  return {
    seal: (head, clear) => {
      const nonce = freshNonce(nonceSize)
      const run = createCipheriv(name, secret, nonce).setAAD(head)
      return Buffer.concat([head, nonce, run.update(clear), run.final(), run.getAuthTag()])
    },
    open: (head, body) => {
      if (body.length < nonceSize + tagSize) return undefined
      const run = createDecipheriv(name, secret, body.subarray(0, nonceSize), { authTagLength: tagSize })
      run.setAAD(head).setAuthTag(body.subarray(-tagSize))
      try {
        return Buffer.concat([run.update(body.subarray(nonceSize, -tagSize)), run.final()])
      } catch {
        return undefined
      }
    },
  }
}

const ctr = { name: 'sm4-ctr', nonce: 16, tag: 32 } as const

// encrypt, then authenticate, each under a key of its own drawn from the data key (RFC 5869, with SM3)
function sm4(key: Buffer): Cipher {
  const secret = createSecretKey(key)
  const draw = (use: string, size: number): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sm3', secret, '', `qiao ${use}`, size)))
  const encryption = draw('encryption', 16)
  const authentication = draw('authentication', 32)
  const { name, nonce: nonceSize, tag: tagSize } = ctr
  const tagOf = (head: Buffer, covered: Buffer): Buffer =>
    createHmac('sm3', authentication).update(head).update(covered).digest()
  return {
    seal: (head, clear) => {
      const nonce = freshNonce(nonceSize)
      const covered = Buffer.concat([nonce, createCipheriv(name, encryption, nonce).update(clear)])
      return Buffer.concat([head, covered, tagOf(head, covered)])
    },
    open: (head, body) => {
      if (body.length < nonceSize + tagSize) return undefined
      const covered = body.subarray(0, -tagSize)
      if (!timingSafeEqual(tagOf(head, covered), body.subarray(-tagSize))) return undefined
      const nonce = covered.subarray(0, nonceSize)
      return createDecipheriv(name, encryption, nonce).update(covered.subarray(nonceSize))
    },
  }
}

// drawn in blocks: a call to the operating system costs more than the encryption
const pool = Buffer.alloc(8192)
let used = pool.length

/** Valid until the block is drawn anew, so it goes straight into what is sealed. */
function freshNonce(size: number): Buffer {
  if (used + size > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += size
  return pool.subarray(used - size, used)
}
