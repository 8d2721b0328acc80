// The OpenSSL command line as a judge of our SM2. Where it is missing or is not OpenSSL 3 (LibreSSL, minimal
// images) the tests that need it are shown as skipped; sm-crypto still judges the same operations everywhere.
import { execFileSync, spawnSync } from 'node:child_process'

/** True when an OpenSSL that knows SM2 user ids can be called. */
export const opensslIsHere = /^OpenSSL [3-9]/.test(
  spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '',
)

/** Runs it and answers its standard output; throws when it ends with an error. */
export const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' })
