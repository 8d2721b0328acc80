// PostgreSQL refuses to run as root, so root lends it another account of this machine.
import { readFileSync } from 'node:fs'

/** `{ uid, gid }` of `postgres`, else of `nobody`; read from /etc/passwd because Node has no getpwnam. */
export function findAccount(passwd = readFileSync('/etc/passwd', 'utf8')) {
  const rows = passwd.split('\n').map((line) => line.split(':'))
  const row = ['postgres', 'nobody'].map((name) => rows.find((r) => r[0] === name)).find(Boolean)
  if (!row)
    throw new Error(
      'PostgreSQL cannot run as root and this machine has no account postgres or nobody: run as an ordinary user',
    )
  return { uid: Number(row[2]), gid: Number(row[3]) }
}
