// The table and the live progress of the demo.
import type { SystemRow } from './counts.ts'

const titles: Record<string, string> = {
  department: '部门系统',
  province: '省一体化平台',
  elicence: '电子证照库',
  eseal: '电子印章',
  supervision: '互联网+监管',
  review: '好差评',
}
const columns = ['accepted', 'delivered', 'duplicate', 'dead', 'received'] as const
const chinese = { accepted: '受理', delivered: '送达', duplicate: '重复', dead: '死信', received: '对方收到' }

/** The closing table, one line per system. */
export function tableOf(rows: readonly SystemRow[]): string {
  const head =
    pad('system 系统', 26) + columns.map((name) => pad(`${name} ${chinese[name]}`, 17, true)).join('')
  const lines = rows.map((row) => {
    const mark = row.received === row.accepted && row.dead === 0 ? '✓' : '✗'
    const cells = columns.map((name) => pad(String(row[name]), 17, true)).join('')
    return `${pad(`${row.system} ${titles[row.system] ?? ''}`, 26)}${cells}  ${mark}`
  })
  return [head, '─'.repeat(width(head)), ...lines].join('\n')
}

/** One line that shows how far every system is. */
export function progressOf(rows: readonly SystemRow[], seconds: number): string {
  const parts = rows.map((row) => `${row.system} ${row.delivered + row.duplicate}/${row.accepted}`)
  return `${String(Math.round(seconds)).padStart(3)} s  ${parts.join(' · ')}`
}

/** Chinese characters take two columns of a terminal. */
function width(text: string): number {
  return [...text].reduce((sum, character) => sum + (character > '\u2e80' ? 2 : 1), 0)
}

function pad(text: string, columns: number, right = false): string {
  const space = ' '.repeat(Math.max(0, columns - width(text)))
  return right ? space + text : text + space
}
