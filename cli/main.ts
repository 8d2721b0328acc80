// The `qiao` command: one word, one file.

import { toldText } from './startup.ts'

type Command = (args: string[]) => Promise<number>

// loaded when asked for, so that `qiao verify` does not start a database
const commands: Record<string, { help: string; load: () => Promise<Command> }> = {
  start: { help: 'start the hub / 启动枢纽', load: async () => (await import('./start.ts')).startCommand },
  check: {
    help: 'check all mapping files / 检查全部配置',
    load: async () => {
      const { mappingCommand } = await import('./mapping/main.ts')
      return (args) => mappingCommand(['check', ...args])
    },
  },
  mapping: {
    help: 'check, test, preview, explain, shadow, scaffold, schemas / 映射工具',
    load: async () => (await import('./mapping/main.ts')).mappingCommand,
  },
  backfill: {
    help: 'import a stock file of a department / 导入部门存量数据',
    load: async () => (await import('./backfill/main.ts')).backfillCommand,
  },
  replay: {
    help: 'replay dead letters of a filter / 按条件批量重发死信',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  reconcile: {
    help: 'compare a day with what a system received / 对账',
    load: async () => (await import('./reconcile.ts')).reconcileCommand,
  },
  coverage: {
    help: 'what share of what was accepted reached which system, and what is late / 覆盖率与超期',
    load: async () => (await import('./coverage.ts')).coverageCommand,
  },
  verify: {
    help: 'verify receipts and proof files offline, or the ledger / 离线验证回执与存证文件',
    load: async () => (await import('./verify/main.ts')).verifyCommand,
  },
  evidence: {
    help: 'export proof files of days or messages / 导出存证文件',
    load: async () => (await import('./evidence.ts')).evidenceCommand,
  },
  archive: {
    help: 'archive days past their time, and let them leave the ledger / 归档到期数据并移出账本',
    load: async () => (await import('./retention/archive.ts')).archiveCommand,
  },
  restore: {
    help: 'bring an archived day back from its file / 从归档文件恢复一日数据',
    load: async () => (await import('./retention/restore.ts')).restoreCommand,
  },
  purge: {
    help: 'let restored and archived days leave the ledger / 清理已归档或已恢复的数据',
    load: async () => (await import('./retention/purge.ts')).purgeCommand,
  },
  keys: {
    help: 'create missing development keys; list, rotate, retire data keys / 密钥管理',
    load: async () => (await import('./keys/main.ts')).keysCommand,
  },
  demo: {
    help: 'real-format traffic through every flow / 全流程演示',
    load: async () => (await import('./demo/main.ts')).demoCommand,
  },
}

const [name = 'help', ...rest] = process.argv.slice(2)
const command = commands[name]
if (!command) {
  const lines = Object.entries(commands).map(([word, { help }]) => `  qiao ${word.padEnd(9)} ${help}`)
  process.stdout.write(`Qiao 桥\n\n${lines.join('\n')}\n`)
  process.exit(name === 'help' ? 0 : 2)
}
try {
  process.exitCode = await (await command.load())(rest)
} catch (error) {
  const told = toldText(error)
  if (told === undefined) throw error
  process.stderr.write(told)
  process.exitCode = 1
}
