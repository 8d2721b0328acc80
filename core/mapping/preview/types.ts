// What a preview shows.
import type { Issue } from '../../errors.ts'
import type { KnownValue } from '../mask.ts'
import type { MapContext } from '../run.ts'
import type { PersonalPath } from '../schema/schema.ts'
import type { PreviewGap } from './gaps.ts'

/** A value of the source document; `path`: `items[2].name`, `meta acceptedAt`, `step seal.signedValue`. */
export type PreviewSource = { path: string; value?: unknown }

/**
 * A single value of the result with the line of the mapping file that made it. `means`: the label of a code; `sources`:
 * what it was made from; `conditions`: what decided that it was.
 */
export type PreviewValue = {
  path: string
  target: string
  zh: string
  value: unknown
  means?: string
  kind: string
  line: number
  sources: PreviewSource[]
  conditions: PreviewSource[]
}

/** An issue, with the line of the mapping file it belongs to where that is known. */
export type PreviewIssue = Issue & { line?: number }

export type Preview = {
  mapping: string
  file: string
  ok: boolean
  /** one per record, or the one document; documents inside text fields are shown as what they hold */
  results: { values: PreviewValue[]; gaps: PreviewGap[] }[]
  /** values of the document no target took */
  unused: PreviewSource[]
  /** code of the refusal, with its issues */
  error?: string
  detail?: string
  issues: PreviewIssue[]
  /** outbound: what keeps the document from being its canonical type, which the hub would never have accepted */
  misfits: Issue[]
  /** what must not be shown */
  privacy: { target: readonly PersonalPath[]; source: readonly PersonalPath[]; known: readonly KnownValue[] }
}

/** The document and what it came with. */
export type PreviewInput = { body: Buffer; contentType: string | undefined; context: MapContext }
