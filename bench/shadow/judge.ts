// The shadow run that is measured, in a process of its own: its memory is nothing but the run's.
import { adapters } from '../../adapters/index.ts'
import { terminal } from '../../cli/mapping/output.ts'
import { teller } from '../../cli/mapping/progress.ts'
import { compileBundle } from '../../core/flow/bundle.ts'
import { readFiles } from '../../core/flow/files.ts'
import { type ShadowReport, shadow } from '../../core/flow/shadow.ts'
import { openLedger } from '../../ledger.ts'
import { serveChannel } from '../channel.ts'
import { type Memory, measureMemory } from './memory.ts'

/** The ledger, an address or a data folder, its key folder, and the folder of the candidate files. */
export type JudgeCommand = { databaseUrl: string | undefined; data: string; keys: string; candidate: string }

export type JudgeAnswer = { report: ShadowReport; memory: Memory }

async function judge({ databaseUrl, data, keys, candidate }: JudgeCommand): Promise<JudgeAnswer> {
  const { database } = await openLedger({ databaseUrl, data, keys, log: 'error' }, { connections: 2 })
  const bundle = compileBundle(readFiles(candidate), adapters(), { systems: {} })
  const memory = measureMemory()
  const tell = teller(terminal)
  try {
    const report = await shadow(database, bundle, adapters(), {
      progress: (progress) => {
        memory.page(progress.messages / (progress.total ?? Number.POSITIVE_INFINITY))
        tell(progress)
      },
    })
    return { report, memory: memory.read() }
  } finally {
    await database.close()
  }
}

serveChannel(judge)
