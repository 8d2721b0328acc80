// Single values as YAML text inside `{ }`: quoted whenever a reader could take them for something else.

const words = /^(y|n|yes|no|on|off|true|false|null|nan|~)$/i

/** A value for a flow mapping. */
export function flow(value: string): string {
  return /^[\p{L}_@$][\p{L}\p{N}_./-]*$/u.test(value) && !words.test(value) && !value.startsWith('@')
    ? value
    : JSON.stringify(value)
}

/** A text for a comment: one line, no end of it. */
export function remark(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
