// The OpenSSL command line as the second opinion on SM2 signatures (user id 1234567812345678).

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Standard output; throws with what openssl says when it fails. */
export const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' }).toString()

/** Whether `signature` (DER) over `message` is by the key of `certificate` (DER). */
export function opensslVerifies(
  certificate: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-openssl-'))
  const put = (name: string, bytes: string | Uint8Array) => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }
  try {
    const key = openssl('x509', '-inform', 'DER', '-in', put('crt', certificate), '-pubkey', '-noout')
    const how = ['-verify', '-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678']
    const files = [
      '-inkey',
      put('pub', key),
      '-in',
      put('message', message),
      '-sigfile',
      put('sig', signature),
    ]
    return openssl('pkeyutl', ...how, '-pubin', ...files).includes('Verified Successfully')
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}
