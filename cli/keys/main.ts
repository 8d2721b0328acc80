// qiao keys: development keys, and the data keys with which the ledger seals what people wrote.
import { createDevelopmentKeys } from '../../certs/development.ts'
import { replaceHubKey } from '../../certs/replace.ts'
import { readConfig } from '../../core/config.ts'
import { misused } from '../arguments.ts'
import { type Output, terminal } from '../mapping/output.ts'
import { listDataKeys, retireDataKey, rotateDataKey } from './data.ts'

const usage = `usage: qiao keys create
       qiao keys list [--json]
       qiao keys rotate [--algorithm sm4|aes-256-gcm] [--in <duration>]
       qiao keys retire <version> --by <who> --why <reason>
       qiao keys replace-hub

  create   what is missing of the development keys / 生成缺少的开发密钥
  list     data keys: which one seals, which may go / 列出数据密钥
  rotate   a new data key; --in 1h: seals from then on, when every hub has the file / 生成新的数据密钥
  retire   takes a data key away with which nothing is sealed any more / 停用不再使用的数据密钥
  replace-hub  a new key for what the hub signs; restart each hub then / 更换枢纽签名密钥，之后逐个重启枢纽
`

type Verb = (
  args: readonly string[],
  environment: NodeJS.ProcessEnv | undefined,
  output: Output,
) => Promise<number | string>

const verbs: Readonly<Record<string, Verb>> = {
  create: createKeys,
  list: listDataKeys,
  rotate: rotateDataKey,
  retire: retireDataKey,
  'replace-hub': replaceKey,
}

/** Exit code 0 when it is done, 1 when it may not be, 2 for wrong usage. */
export async function keysCommand(
  [verb = '', ...args]: readonly string[],
  environment: NodeJS.ProcessEnv | undefined = undefined,
  output: Output = terminal,
): Promise<number> {
  const done = await verbs[verb]?.(args, environment, output)
  if (typeof done === 'number') return done
  return misused(done ?? (verb === '' ? 'what to do with the keys?' : `there is no "${verb}"`), usage, output)
}

/** Creates what is missing in the key folder; never overwrites. */
async function createKeys(
  _: readonly string[],
  environment: NodeJS.ProcessEnv | undefined,
  output: Output,
): Promise<number> {
  const { keys } = readConfig(environment)
  const made = createDevelopmentKeys(keys)
  output.write(`${keys}: ${made.length === 0 ? 'nothing was missing' : made.join(' ')}\n`)
  return 0
}

/** Makes a new key for what the hub signs; what the old one signed is checked as before. */
async function replaceKey(
  args: readonly string[],
  environment: NodeJS.ProcessEnv | undefined,
  output: Output,
): Promise<number | string> {
  if (args.length > 0) return 'replace-hub takes nothing'
  const { keys } = readConfig(environment)
  const { key, older, retired } = replaceHubKey(keys)
  output.write(
    `${keys}: ${key} is new, its public half goes to whoever checks / 新公钥请发给核验方\n` +
      `  ${older} stays, for what it signed / 旧公钥保留，用于核验此前的签名\n` +
      `  ${retired}: destroy it when every hub has been restarted / 全部枢纽重启后销毁\n`,
  )
  return 0
}
