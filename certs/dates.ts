// When the certificates of a key folder end.
import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyDates } from '../core/health/parts.ts'
import { endings } from './store.ts'

/** Reads the folder. A file that is no certificate has ended: it serves nobody. */
export function readKeyDates(folder: string): KeyDates {
  const files = readdirSync(folder)
  const named = (ending: string): string[] =>
    files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length))
  const certified = new Set(named(endings.certificate))
  const keys = [...named(endings.private), ...named(endings.public)].filter((name) => !certified.has(name))
  return {
    certificates: [...certified].map((name) => ({
      name,
      ends: endOf(join(folder, name + endings.certificate)),
    })),
    endless: new Set(keys).size + named(endings.secret).length,
  }
}

function endOf(file: string): Date {
  try {
    return new Date(new X509Certificate(readFileSync(file)).validTo)
  } catch {
    return new Date(0)
  }
}
