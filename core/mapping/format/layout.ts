// What a schema adds to the writing of its documents: columns of CSV, prefixes, namespaces, CDATA and element order of
// XML. Compiled from the field table once; writers that are given none write the value as it stands.

/** One element (or attribute) of an XML document. */
export type ElementLayout = {
  /** name as it is written, with its prefix */
  tag: string
  /** text stands in a CDATA section where CDATA can hold it */
  cdata: boolean
  /** members by name, in the order they are written; undefined: as they come */
  members: ReadonlyMap<string, ElementLayout> | undefined
}

/** How documents of a schema are written. */
export type Layout = {
  /** the root element; undefined when a plain writer does the same */
  root: ElementLayout | undefined
  /** namespace declarations of the root element: ` xmlns="…" xmlns:n="…"`, or nothing */
  namespaces: string
  /** `<?xml …?>` stands before the root */
  declaration: boolean
  /** CSV: names of the columns */
  columns: readonly string[]
  /** CSV: the list whose elements are the rows; undefined: the document is one row */
  rows: string | undefined
}
