// A small city for the crash tests: the sandbox in this process; hubs and departments as processes of their own.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { createDevelopmentKeys } from '../../certs/development.ts'
import { type Child, startProgram } from '../../cli/demo/child.ts'
import { plan } from '../../sandbox/department/plan.ts'
import type { Summary } from '../../sandbox/department/tally.ts'
import { type Sandbox, startSandbox } from '../../sandbox/server.ts'

/** Where a city keeps its ledger and its wake-ups; empty: embedded. */
export type Stores = { DATABASE_URL?: string; REDIS_URL?: string }

export type Traffic = { cases: number; rate: number; seed: string; concurrency?: number }

export type City = {
  folder: string
  sandbox: Sandbox
  /** settings every hub of this city is started with */
  environment: Record<string, string>
  /** starts a hub on a port (0: any free one) */
  launch(port: number): Child
  /** the same; resolves when it serves */
  hub(port: number): Promise<Child>
  /** starts the departments against an address; resolves with their last line when they are through */
  traffic(hub: string, options: Traffic): Promise<Summary>
  /** kills what is left and removes the folder; what children said is kept in `logs` of a failed run */
  close(): Promise<void>
}

/** Founds a city. */
export async function foundCity(stores: Stores = {}): Promise<City> {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-crash-'))
  const keys = join(folder, 'keys')
  mkdirSync(keys)
  createDevelopmentKeys(keys)
  const sandbox = await startSandbox({ port: 0, keys })
  const settings = join(folder, 'settings.yaml')
  writeFileSync(settings, overlayFor(sandbox.url))
  const environment: Record<string, string> = {
    QIAO_DATA: join(folder, 'data'),
    QIAO_KEYS: keys,
    QIAO_SETTINGS: settings,
    ...stores,
  }
  const children = new Set<Child>()
  const keep = (child: Child): Child => {
    children.add(child)
    void child.ended.then(() => children.delete(child))
    return child
  }
  const launch = (port: number): Child => {
    const env = { ...environment, QIAO_PORT: String(port) }
    return keep(startProgram('cli/main.ts', ['start'], env, join(folder, `hub-${port}.log`)))
  }
  return {
    folder,
    sandbox,
    environment,
    launch,
    hub: async (port) => {
      const child = launch(port)
      await child.line(/"event":"hub.started"/)
      return child
    },
    traffic: async (hub, { cases, rate, seed, concurrency = 16 }) => {
      const numbers = { cases, rate, concurrency, deadline: 60 }
      const args = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)])
      const child = keep(
        startProgram(
          'sandbox/department/main.ts',
          ['--hub', hub, '--keys', keys, '--seed', seed, '--json', ...args],
          {},
          join(folder, 'departments.log'),
        ),
      )
      const { output } = await child.ended
      return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Summary
    },
    close: async () => {
      for (const child of children) child.process.kill('SIGKILL')
      await Promise.all([...children].map((child) => child.ended))
      await sandbox.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Kills a process as a power cut would, and waits until it is gone. */
export async function kill(child: Child): Promise<void> {
  child.process.kill('SIGKILL')
  await child.ended
}

/** Stops a process as its operator would; answers its exit code. */
export async function stop(child: Child): Promise<number> {
  child.process.kill('SIGTERM')
  return (await child.ended).code
}

/** How many records a run will send, counted as they are planned. */
export function recordsOf({ cases, seed }: Traffic): number {
  const jobs = [...plan({ cases, seed, run: '1', faults: false })]
  return jobs.flat().reduce((sum, { message, twice }) => sum + message.entries.length * (twice ? 2 : 1), 0)
}

/** Free TCP ports of 127.0.0.1. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** Waits until something holds; throws with `what` after `ms`. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  ms = 30_000,
): Promise<void> {
  for (const end = Date.now() + ms; !(await holds()); await sleep(25)) {
    if (Date.now() > end) throw new Error(`after ${ms} ms still not: ${what}`)
  }
}

/** A settings file that sends every shipped platform to the sandbox. */
export function overlayFor(sandbox: string): string {
  const folder = join(import.meta.dirname, '../../mappings/systems')
  const systems: Record<string, { url: string }> = {}
  for (const file of readdirSync(folder)) {
    const { url } = parse(readFileSync(join(folder, file), 'utf8')) as { url?: string }
    if (url) systems[basename(file, '.yaml')] = { url: sandbox + new URL(url).pathname }
  }
  return JSON.stringify({ systems })
}
