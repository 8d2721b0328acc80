// One line of the generator's file: a record, and the receipt the hub gave for it. All that generator and checker share.
import type { Kind } from '../../sandbox/department/record.ts'

export type Acknowledged = {
  kind: Kind
  /** the number that keeps its order: of a case, a licence or an inspection */
  key: string
  /** place in its key, from 0 */
  seq: number
  /** id of the record inside its case (`…-P3`); empty where there is one of its kind */
  part: string
  /** number of the licence it brings, or empty */
  licence: string
  /** SM3 of the posted bytes, hex */
  posted: string
  /** the hub's receipt as it came */
  receipt: unknown
}
