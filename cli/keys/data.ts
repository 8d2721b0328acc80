// The data keys of the key folder: which there are, a new one, and one less.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataKeyFile, newDataKey, openDataKeys } from '../../certs/data-keys.ts'
import { readConfig } from '../../core/config.ts'
import { newAction } from '../../core/flow/action.ts'
import { duration } from '../../core/flow/duration.ts'
import { filesSealedWith } from '../../core/ledger/archive.ts'
import { recordAction } from '../../core/ledger/audit.ts'
import type { Query } from '../../core/ledger/database.ts'
import { migrate } from '../../core/ledger/migrate.ts'
import { resealAgain, tablesWith } from '../../core/ledger/reseal.ts'
import type { Vault } from '../../core/ledger/sealed.ts'
import { currentOf, type Sealing, sealings } from '../../core/signing/vault.ts'
import { actorOf, flag, readArguments, readOptions, text } from '../arguments.ts'
import { withLedger } from '../ledger.ts'
import { type Output, writeJson } from '../mapping/output.ts'

type Environment = NodeJS.ProcessEnv | undefined

/** Tells every data key, and which one seals now. */
export async function listDataKeys(
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<number | string> {
  const values = readOptions(args, { json: flag })
  if (typeof values === 'string') return values
  const keys = openDataKeys(readConfig(environment).keys).list()
  const seals = currentOf(keys, Date.now())?.version
  const rows = keys
    .sort((a, b) => a.version - b.version)
    .map(({ version, algorithm, from }) => ({
      version,
      algorithm,
      from: from.getTime() === 0 ? null : from.toISOString(),
      seals: version === seals,
    }))
  if (values.json) writeJson(output, rows)
  for (const row of values.json ? [] : rows) {
    const since = row.from === null ? '' : `from ${row.from}`
    output.write(
      `data-${row.version}  ${row.algorithm.padEnd(11)}  ${row.seals ? 'seals now / 当前使用' : since}\n`,
    )
  }
  return 0
}

/** Makes the next data key. Nothing is sealed with it before its time, so that it can be brought to every hub first. */
export async function rotateDataKey(
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<number | string> {
  const values = readOptions(args, { algorithm: text, in: text })
  if (typeof values === 'string') return values
  const { keys: folder } = readConfig(environment)
  const keys = openDataKeys(folder).list()
  const algorithm = values.algorithm ?? currentOf(keys, Date.now())?.algorithm ?? 'sm4'
  if (!(algorithm in sealings)) return `--algorithm is ${Object.keys(sealings).join(' or ')}`
  const wait = duration.safeParse(values.in ?? '0s')
  if (!wait.success) return '--in is a duration such as 30m or 2h'
  const from = wait.data === 0 ? undefined : new Date(Date.now() + wait.data)
  const path = join(folder, dataKeyFile(Math.max(0, ...keys.map(({ version }) => version)) + 1))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(path, newDataKey(algorithm as Sealing, from), { mode: 0o600, flag: 'wx' })
  const since = from
    ? `from ${from.toISOString()}`
    : 'at once; a hub that reads another folder needs the file now'
  output.write(`${path}: seals ${since} / ${from ? `自 ${from.toISOString()} 起` : '立即'}启用\n`)
  return 0
}

/**
 * Takes a key out of use: its file gets another name, under which no hub reads it. Refused as long as something is sealed
 * with it. Copies of the ledger from before need it still.
 */
export async function retireDataKey(
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<number | string> {
  const parsed = readArguments(args, { by: text, why: text })
  if (typeof parsed === 'string') return parsed
  const actor = actorOf(parsed.values)
  const [named, ...more] = parsed.positionals
  const version = Number(named?.replace(/^data-/, ''))
  if (!Number.isInteger(version) || version < 1 || more.length > 0) return 'which version?'
  if (!actor) return '--by and --why are needed / 必须写明 --by 与 --why'
  return withLedger(environment, async ({ database, vault, config }) => {
    await migrate(database)
    openDataKeys(config.keys).get(version)
    const uses =
      vault.current() <= version ? ['new messages / 新报文'] : await usesOf(database.query, vault, version)
    if (uses.length > 0) {
      output.write(`✗ data-${version} is in use / 仍在使用: ${uses.join(', ')}\n`)
      output.tell(
        '  A hub seals anew what an older key sealed, by itself and in small steps: let it run, and ask again.\n' +
          '  Archive files that are not in its QIAO_ARCHIVE: qiao archive --reseal --by … --why … --out <their folder>\n' +
          '  枢纽会自行分小步重新加密，请稍后再试；不在 QIAO_ARCHIVE 目录的归档文件请用上述命令\n',
      )
      return 1
    }
    const detail = JSON.stringify({ version })
    await database.transaction((query) =>
      recordAction(query, newAction({ ...actor, action: 'retire-key', message: null, step: null, detail })),
    )
    const left = join(config.keys, `data-${version}.retired`)
    renameSync(join(config.keys, dataKeyFile(version)), left)
    output.write(
      `✓ nothing is sealed with data-${version}; kept as ${left}: copies of the ledger made before need it / 已停用；旧备份仍需此密钥\n`,
    )
    return 0
  })
}

async function usesOf(query: Query, vault: Vault, version: number): Promise<string[]> {
  const files = await filesSealedWith(query, version)
  const tables = await tablesWith(query, vault, version)
  await resealAgain(query, vault, tables)
  return files.length > 0 ? [...tables, `${files.length} archive files / 归档文件 (${few(files)})`] : tables
}

/** The first of them, as many as a line can take. */
const few = (names: readonly string[]): string =>
  [...names.slice(0, 3), ...(names.length > 3 ? ['…'] : [])].join(' ')
