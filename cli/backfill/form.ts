// How a stock file is read, and how a record of it becomes the document its mapping takes.
import { StartupError } from '../../core/errors.ts'
import { type StreamOptions, streamRecords } from '../../core/mapping/format/stream.ts'
import type { Intake } from '../../core/mapping/intake.ts'

/** What the command says of the file; what it leaves out is as in the mapping. */
export type Told = { format?: string | undefined; split?: string | undefined; charset?: string | undefined }

export type Form = {
  records(source: AsyncIterable<Buffer>): AsyncIterable<unknown>
  document(record: unknown): unknown
}

/** Throws StartupError for what cannot be read record by record. */
export function formOf(intake: Intake, told: Told): Form {
  const options = optionsOf(intake, told)
  return {
    records: (source) => streamRecords(source, options),
    document: (record) => placed(record, intake.split),
  }
}

function optionsOf({ format: own, split }: Intake, { charset, ...told }: Told): StreamOptions {
  const format = told.format ?? (own === 'json' ? 'jsonl' : own)
  if (format === 'jsonl' || format === 'csv') return { format, charset }
  if (format !== 'xml') throw new StartupError(`--format ${format}`, 'Give xml, csv or jsonl.')
  const list = told.split ?? split
  if (list === undefined)
    throw new StartupError(
      'where the records stand in the XML is not known',
      'Give --split, such as list.item.',
    )
  return { format, split: list, charset }
}

/** A record as the only element of the list a mapping splits. */
function placed(record: unknown, split: string | undefined): unknown {
  if (split === undefined) return record
  if (split === '$') return [record]
  return split.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), [record])
}
