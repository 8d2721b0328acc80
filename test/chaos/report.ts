// What a run shows when it is over: both sides by receiver, and the figures.
import type { Outcome } from './run.ts'

/** The table and the figures. */
export function outcomeText({ verdict, traffic, unasked, seconds, sound }: Outcome): string {
  const { acknowledged, lost, repeated, outOfOrder, unverified, rows, examples } = verdict
  const columns = ['receiver', 'owed', 'held', 'missing', 'repeated', 'recognised', 'outOfOrder'] as const
  const cells = [columns.map(String), ...rows.map((row) => columns.map((name) => String(row[name])))]
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)))
  const table = cells.map((line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  )
  const retries = Object.entries(traffic.retries).map(([reason, count]) => `${count} ${reason}`)
  return [
    ...table,
    '',
    `acknowledged ${acknowledged}, lost ${lost}, repeated ${repeated}, out of order ${outOfOrder}, unverified ${unverified}`,
    `${Math.round(acknowledged / traffic.seconds)} records/s accepted over ${Math.round(traffic.seconds)} s, all delivered after ${Math.round(seconds)} s`,
    `accept with resends: p50 ${traffic.p50} ms, p99 ${traffic.p99} ms; ${traffic.posts} posts, ${traffic.twice} of them sent twice on purpose`,
    `resent: ${retries.join(', ') || 'nothing'}`,
    `hubs that ended unasked: ${unasked.ended}; starts that failed while a store was away: ${unasked.failedStarts}`,
    ...examples.map((text) => `✗ ${text}`),
    sound
      ? '✓ nothing lost, nothing twice, nothing out of order, every receipt verifies'
      : '✗ not as promised',
  ].join('\n')
}

/** The machine's line. */
export function jsonLine({ verdict }: Outcome): string {
  const { acknowledged, lost, repeated, outOfOrder, unverified } = verdict
  return JSON.stringify({ acknowledged, lost, repeated, outOfOrder, unverified })
}
