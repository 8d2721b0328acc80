// Sets the stage: private PostgreSQL and Redis, every platform as one program behind a gate, hubs behind another.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDevelopmentKeys } from '../../certs/development.ts'
import { type Child, startProgram } from '../../cli/demo/child.ts'
import type { Guarantee } from '../../core/config.ts'
import { type Services, startServices } from '../../scripts/services.mjs'
import { freePorts, overlayFor } from '../crash/city.ts'
import { type Gate, openGate } from './gate.ts'
import { type Hubs, startHubs } from './hubs.ts'

export type Stage = {
  folder: string
  keys: string
  services: Services
  sandbox: Child
  /** address of the sandbox itself, for the control API and the checker */
  sandboxUrl: string
  /** on the way from the hubs to the platforms */
  platforms: Gate
  hubs: Hubs
  hubCount: number
  /** where departments, and the province that pulls, reach the hubs */
  balancer: string
  /** stops everything; the folder with all logs stays when `keep` */
  close(keep: boolean): Promise<void>
}

/** Starts everything; resolves when every hub serves. */
export async function setStage(hubCount: number, without: Guarantee | undefined): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-chaos-'))
  const keys = join(folder, 'keys')
  mkdirSync(keys)
  createDevelopmentKeys(keys)
  const services = await startServices({ own: true })
  const sandbox = startProgram(
    'sandbox/main.ts',
    ['--port', '0', '--keys', keys],
    {},
    join(folder, 'sandbox.log'),
  )
  const sandboxUrl = (await sandbox.line(/sandbox ready at (http:\S+)/))[1] ?? ''
  const platforms = await openGate([Number(new URL(sandboxUrl).port)])
  const settings = join(folder, 'settings.yaml')
  writeFileSync(settings, overlayFor(`http://127.0.0.1:${platforms.port}`))
  const ports = await freePorts(hubCount)
  const environment = {
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    QIAO_DATA: join(folder, 'data'),
    QIAO_KEYS: keys,
    QIAO_SETTINGS: settings,
    ...(without ? { QIAO_TEST: '1', QIAO_WITHOUT: without } : {}),
  }
  const hubs = startHubs(ports, environment, folder)
  const balancer = await openGate(ports)
  await hubs.ready()
  return {
    folder,
    keys,
    services,
    sandbox,
    sandboxUrl,
    platforms,
    hubs,
    hubCount,
    balancer: `http://127.0.0.1:${balancer.port}`,
    close: async (keep) => {
      sandbox.process.kill('SIGCONT')
      await hubs.stop()
      await sandbox.stop()
      await Promise.all([balancer.shut(), platforms.shut()])
      await services.stop()
      if (!keep) rmSync(folder, { recursive: true, force: true })
    },
  }
}
