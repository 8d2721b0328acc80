// Why something cannot be shown: it has left the ledger, and stands in a file, or there is no such thing.
import { QiaoError } from '../errors.ts'
import { isId } from '../id.ts'
import { whereArchived } from '../ledger/archive.ts'
import type { Query } from '../ledger/database.ts'

/** Of a message (of `source`, where given). */
export async function missing(query: Query, id: string, source?: string): Promise<QiaoError> {
  const place = isId(id) ? await whereArchived(query, id, source) : undefined
  return place ? inFile(place) : new QiaoError('request.not-found')
}

/** Of what stands in the file of a day. */
export function inFile({ day, file }: { day: string; file: string }): QiaoError {
  return new QiaoError('message.archived', { detail: `${day}: ${file}` })
}
