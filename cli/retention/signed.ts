// What the commands share that change what the ledger holds: who and why, the hub's key, and the ledger itself.
import { hostname } from 'node:os'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { openKeyStore } from '../../certs/store.ts'
import { type Config, readConfig } from '../../core/config.ts'
import { errors, QiaoError, StartupError } from '../../core/errors.ts'
import type { Actor } from '../../core/flow/action.ts'
import type { ArchiveParts } from '../../core/flow/archive-day.ts'
import { sm2Sign } from '../../core/signing/sm2.ts'
import { openLedger } from '../ledger.ts'
import { type Output, terminal } from '../mapping/output.ts'

export const text = { type: 'string' } as const
export const flag = { type: 'boolean', default: false } as const

/** Options of every such command. */
export const signedOptions = { by: text, why: text, json: flag, help: { ...flag, short: 'h' } } as const

/** The usage lines of `signedOptions`. */
export const signedUsage = `  --by, --why           who does it, and the reason; both are audited / 操作人与原因（留痕）
  --json                one JSON document on standard output
`

type Values<T extends ParseArgsConfig['options']> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true }>
>

/** The arguments; a text when they are wrong. */
export function readArguments<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
): Values<T> | string {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    if (error instanceof TypeError) return error.message
    throw error
  }
}

/** Who and why, as far as both are given. */
export function actorOf({
  by,
  why,
}: {
  by?: string | undefined
  why?: string | undefined
}): Actor | undefined {
  return by && why ? { operator: by, reason: why } : undefined
}

/** Says what is wrong with the arguments. */
export function misused(reason: string, usage: string, output: Output = terminal): 2 {
  output.tell(`qiao: ${reason}\n${usage}`)
  return 2
}

/** What the commands work with. */
export type Tools = Omit<ArchiveParts, 'folder'> & { config: Config }

/** Opens ledger and key, and closes what was opened. Throws StartupError with what there is to do. */
export async function withLedger<T>(
  environment: NodeJS.ProcessEnv | undefined,
  work: (tools: Tools) => Promise<T>,
): Promise<T> {
  const config = readConfig(environment)
  const hub = openKeyStore(config.keys).privateKey('hub')
  const sealer = { keyId: hub.verifying.id, sign: async (data: Buffer) => sm2Sign(hub, data) }
  const database = await openLedger(config)
  try {
    return await work({ config, database, sealer, key: hub.verifying, owner: `${hostname()}/${process.pid}` })
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    const { zh, en, todo } = errors[error.code]
    throw new StartupError(`${en} / ${zh}${error.detail ? `: ${error.detail}` : ''}`, todo, error)
  } finally {
    await database.close()
  }
}
