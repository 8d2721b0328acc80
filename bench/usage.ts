// What a process takes of the machine, from Linux' /proc.
import { readFileSync, writeFileSync } from 'node:fs'

const tick = 10_000 // µs; USER_HZ is 100 on every Linux we know

/** CPU time of a process with all its threads so far, user and system, µs. */
export function cpuTime(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ') // from field 3, state (proc(5))
  return (Number(fields[11]) + Number(fields[12])) * tick
}

/** Starts a new measurement of peak memory; start-up is not part of it. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** Peak resident memory since `resetPeak`, MB (10^6 bytes). */
export function peakMemory(pid: number): number {
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return (Number(kilobytes) * 1_024) / 1e6
}
