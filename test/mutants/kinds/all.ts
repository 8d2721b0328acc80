// The list of all kinds of mutants.
import type { Kind } from '../mutant.ts'
import * as codes from './codes.ts'
import * as expressions from './expressions.ts'
import * as fields from './fields.ts'
import * as flows from './flows.ts'
import * as names from './names.ts'
import * as paths from './paths.ts'
import * as recipes from './recipes.ts'

const isKind = (value: unknown): value is Kind =>
  typeof value === 'object' && value !== null && 'quota' in value

/** Every kind, in the order of the report. */
export const kinds: readonly Kind[] = [paths, codes, fields, expressions, flows, recipes, names].flatMap(
  (all) => Object.values(all).filter(isKind),
)
