// Replaces the hub's own key. The old public key stays under a name of its own, for what it signed is checked for ever; the
// old private key is put aside, where nothing reads it.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { olderKey } from '../core/flow/hub-key.ts'
import { newPrivateKey, publicOf } from './development.ts'
import { endings, openKeyStore } from './store.ts'

/** Where things are afterwards: names of files in the folder. */
export type Replaced = { key: string; older: string; retired: string }

/**
 * Makes a new key for the hub. A process that ends in between leaves a pair that fits: the public half is derived from the
 * private one where it is missing. Throws StartupError when the hub has no key.
 */
export function replaceHubKey(folder: string): Replaced {
  const at = (name: string): string => join(folder, name)
  openKeyStore(folder).privateKey('hub')
  const [key, pub] = [`hub${endings.private}`, `hub${endings.public}`]
  let n = 1
  while (existsSync(at(olderKey(n) + endings.public))) n++
  const [older, retired] = [olderKey(n) + endings.public, `${olderKey(n)}.retired`]
  const pem = readFileSync(at(key), 'utf8')
  writeFileSync(at(older), publicOf(pem), { mode: 0o600, flag: 'wx' })
  writeFileSync(at(retired), pem, { mode: 0o600 })
  const made = newPrivateKey()
  const draft = `${at(key)}.draft`
  writeFileSync(draft, made, { mode: 0o600 })
  rmSync(at(pub), { force: true })
  renameSync(draft, at(key))
  writeFileSync(at(pub), publicOf(made), { mode: 0o600 })
  return { key, older, retired }
}
