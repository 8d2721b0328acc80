// qiao backfill: a department's stock file into the ledger, beside running hubs, which deliver it. Killed at any moment it
// goes on behind the last record that is in.
import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { basename } from 'node:path'
import { StartupError } from '../../core/errors.ts'
import { newAction } from '../../core/flow/action.ts'
import { digestOf } from '../../core/flow/hashed-file.ts'
import { type ImportPace, runImport } from '../../core/flow/import.ts'
import type { Loaded } from '../../core/flow/registry.ts'
import {
  beginImport,
  findImport,
  finishImport,
  ImportMoved,
  type ImportRow,
} from '../../core/ledger/import.ts'
import type { Intake } from '../../core/mapping/intake.ts'
import { flag, help, misused, readArguments, text } from '../arguments.ts'
import { type Output, terminal } from '../mapping/output.ts'
import { formOf } from './form.ts'
import { withParts } from './parts.ts'
import { explained, told, watchOf } from './told.ts'

const usage = `usage: qiao backfill <file> --system <department> --message <name> --by <who> --why <why> [options]

  --system, --message   as in POST /v1/{system}/{message} / 与接口地址中的系统、消息一致
  --format <format>     xml, csv or jsonl, one JSON value a line (the mapping's) / 文件格式
  --split <path>        XML: the list below the root whose elements are the records / 记录所在的列表
  --charset <charset>   where the file does not say (UTF-8) / 字符集
  --name <name>         of the import, to go on with it (the file's name) / 导入名称，用于续传
  --ahead <n|none>      waits while so many deliveries to the file's platforms are open (10000): records
                        that are posted meanwhile never stand behind the whole stock / 待投递上限
  --rate <n>            records a second at most / 每秒记录数上限
  --json                the result as one JSON document / 以 JSON 输出结果

Records that cannot be taken stand in <file>.rejects.ndjson, with number, code, place and rule.
无法受理的记录写入 <文件>.rejects.ndjson，含序号、代码、位置与规则。
`
const niceness = 10
const options = {
  system: text,
  message: text,
  by: text,
  why: text,
  format: text,
  split: text,
  charset: text,
  name: text,
  ahead: { type: 'string', default: '10000' },
  rate: text,
  json: flag,
  help,
} as const

/** Exit code 0 when every record is in, 1 when some were refused or another process imports it, 2 for wrong usage. */
export async function backfillCommand(args: string[], output: Output = terminal): Promise<number> {
  const parsed = readArguments(args, options)
  if (typeof parsed === 'string') return misused(parsed, usage, output)
  const { values, positionals } = parsed
  if (values.help) {
    output.write(usage)
    return 0
  }
  const [file] = positionals
  const { system, message, by, why } = values
  const pace = paceOf(values)
  if (!file || positionals.length > 1 || !system || !message || !by || !why || !pace)
    return misused('a file, --system, --message, --by and --why are needed', usage, output)
  giveWay()
  const row = await importOf(file, values.name ?? basename(file), { system, message })
  return withParts(async (parts) => {
    const { database, registry } = parts
    const bundle = registry.current()
    const intake = intakeOf(bundle, system, message)
    const form = formOf(intake, values)
    const { name, file: stands, digest } = row
    const detail = JSON.stringify({ name, system, message, file: stands, digest: digest.toString('hex') })
    const named = { operator: by, reason: why, action: 'import' as const, message: null, step: null, detail }
    const begun = await beginImport(database, row, newAction(named))
    assertSame(begun, row)
    try {
      const records = form.records(createReadStream(file))
      const plan = { row: begun, bundle, intake, records, document: form.document }
      await runImport(parts, plan, pace, watchOf(file, begun, output))
      await finishImport(database.query, name)
    } catch (error) {
      if (!(error instanceof ImportMoved)) throw explained(error)
      output.tell(`qiao: ${error.message} / 另一进程正在导入\n`)
      return 1
    }
    return told((await findImport(database.query, name)) ?? begun, values.json, output)
  })
}

/** Live traffic comes first. On Linux each thread has a priority of its own, and those of V8 are there before us. */
function giveWay(): void {
  const tasks = '/proc/self/task'
  for (const thread of existsSync(tasks) ? readdirSync(tasks) : ['0']) {
    try {
      setPriority(Number(thread), niceness)
    } catch {
      // one that has just ended
    }
  }
}

function intakeOf(bundle: Loaded, system: string, message: string): Intake {
  const intake = bundle.library.intake(bundle.systems.get(system)?.messages[message] ?? '')
  if (intake) return intake
  throw new StartupError(`${system} posts no ${message}`, 'Name a message of its system file.')
}

/** Size and digest of the file: what tells that it is still the same. */
async function importOf(file: string, name: string, where: Pick<ImportRow, 'system' | 'message'>) {
  try {
    const { size } = await stat(file)
    return { ...where, name, file: basename(file), size, digest: await digestOf(file) }
  } catch (cause) {
    throw new StartupError(`${file} cannot be read`, 'Check the path.', cause)
  }
}

function assertSame(
  begun: ImportRow,
  { digest, system, message }: Pick<ImportRow, 'digest' | 'system' | 'message'>,
) {
  if (begun.digest.equals(digest) && begun.system === system && begun.message === message) return
  throw new StartupError(
    `an import "${begun.name}" was begun with another file, system or message`,
    'Give the file it was begun with, or begin another import with --name.',
  )
}

function paceOf({ ahead, rate }: { ahead: string; rate?: string | undefined }): ImportPace | undefined {
  const pace = {
    ahead: ahead === 'none' ? Number.POSITIVE_INFINITY : Number(ahead),
    rate: rate === undefined ? Number.POSITIVE_INFINITY : Number(rate),
  }
  return pace.ahead > 0 && pace.rate > 0 ? pace : undefined
}
