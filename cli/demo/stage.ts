// Sets the stage: keys, a sandbox with every platform, and a hub on the embedded ledger, in a folder of their own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { createDevelopmentKeys } from '../../certs/development.ts'
import { readFiles } from '../../core/flow/files.ts'
import { compileSystem } from '../../core/flow/system.ts'
import { readYaml } from '../../core/yaml.ts'
import { type Child, startProgram } from './child.ts'
import type { Places } from './counts.ts'

export type Stage = Places & { folder: string; keys: string; hubProcess: Child; close(): Promise<void> }

/** Faults that the demo switches on: every kind a platform has shown in practice, a few times each. */
const faults: readonly Record<string, unknown>[] = [
  { system: 'province', fault: '5xx', times: 5 },
  { system: 'province', fault: 'reset', times: 4 },
  { system: 'province', fault: 'slow', times: 3, ms: 1500 },
  { system: 'province', fault: 'gb18030', times: 20 },
  { system: 'elicence', fault: 'failure200', times: 4 },
  { system: 'elicence', fault: 'expired', times: 1 },
  { system: 'eseal', fault: 'reset', times: 3 },
  { system: 'supervision', fault: 'expired', times: 1 },
  { system: 'supervision', fault: 'skew', times: 2, ms: 600_000 },
  { system: 'review', fault: 'duplicate', times: 3 },
  { system: 'review', fault: '5xx', times: 3 },
]

/** Starts everything in `folder`. */
export async function setStage(folder: string, say: (text: string) => void): Promise<Stage> {
  const keys = join(folder, 'keys')
  mkdirSync(folder, { recursive: true })
  createDevelopmentKeys(keys)

  say('starting the sandbox with every platform / 启动全部上级平台沙箱 …')
  const sandboxProcess = startProgram(
    'sandbox/main.ts',
    ['--port', '0', '--keys', keys, '--quiet'],
    {},
    join(folder, 'sandbox.log'),
  )
  const sandbox = (await sandboxProcess.line(/sandbox ready at (http:\S+)/))[1] ?? ''

  const settings = join(folder, 'settings.yaml')
  writeFileSync(settings, overlayFor(sandbox))
  say('starting the hub on the embedded ledger (the first start takes a few seconds) / 启动枢纽 …')
  const environment = {
    QIAO_PORT: '0',
    QIAO_DATA: join(folder, 'data'),
    QIAO_KEYS: keys,
    QIAO_SETTINGS: settings,
  }
  const hubProcess = startProgram('cli/main.ts', ['start'], environment, join(folder, 'hub.log'))
  const hub = (await hubProcess.line(/"address":"(http:[^"]+)"/))[1] ?? ''

  for (const fault of faults) await post(`${sandbox}/control/faults`, fault)
  await post(`${sandbox}/control/hub`, { url: hub })
  return {
    folder,
    keys,
    hub,
    sandbox,
    operatorSecret: readFileSync(join(keys, 'operator.secret'), 'utf8').trim(),
    hubProcess,
    close: async () => {
      await hubProcess.stop()
      await sandboxProcess.stop()
    },
  }
}

/** A settings file that sends every shipped system to the sandbox: JSON is YAML. */
function overlayFor(sandbox: string): string {
  const mappings = fileURLToPath(new URL('../../mappings/', import.meta.url))
  const systems = Object.entries(readFiles(mappings))
    .filter(([file]) => file.startsWith('systems/'))
    .map(([file, text]) => compileSystem(readYaml(file, text), { systems: {} }))
    .flatMap((system) =>
      system.url ? [[system.name, { url: `${sandbox}${new URL(system.url).pathname}` }] as const] : [],
    )
  return JSON.stringify({ systems: Object.fromEntries(systems) }, null, 2)
}

async function post(url: string, body: unknown): Promise<void> {
  const reply = await request(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  if (reply.statusCode !== 200) throw new Error(`${url}: ${await reply.body.text()}`)
  await reply.body.dump()
}
