// What signing in gives and what reads it: session values that are missing, too early, never read, or decrypted though
// the reply does not have them.
import { nearest, suggest, suggestion } from '../../nearest.ts'
import type { Use } from '../../signing/context.ts'
import { endNames } from '../session.ts'
import type { SessionPlan, System } from '../system.ts'
import { type Checked, pointAt, type Related } from './parts.ts'
import { isWhole, type Reader, readersOf } from './readers.ts'
import { systemFile } from './written.ts'

/** Reports what does not fit between the session of a system and its recipes. */
export function checkSignIn(system: System, parts: Checked): void {
  const readers = readersOf(system, parts)
  const names = namesOf(system.session)
  const missing: string[] = []
  for (const reader of readers) {
    for (const use of reader.session) {
      if (reader.isSignIn) tellEarly(system, reader, use, parts)
      else if (!names.includes(use.name)) {
        missing.push(use.name)
        tellMissing(system, reader, use, parts)
      }
    }
  }
  if (system.session === undefined) return
  tellDecrypted(system, system.session, parts)
  if (isWhole(system, parts)) tellUnused(system, readers, missing, parts)
}

const namesOf = (session: SessionPlan | undefined): string[] => session?.reply.map(({ name }) => name) ?? []

function tellEarly(system: System, { file, used }: Reader, { name, at }: Use, parts: Checked): void {
  parts.reportOf(file)(
    at,
    `"${name}" is a value of the session, which begins with the reply to this call; signing in can use settings and keys only`,
    `“${name}”是会话值，登录成功后才有；登录请求只能使用设置与密钥`,
    {
      rule: 'session.early',
      related: [used, pointAt(parts, systemFile(system), ['session'], 'the session', '会话')],
    },
  )
}

function tellMissing(system: System, reader: Reader, { name, at }: Use, parts: Checked): void {
  const file = systemFile(system)
  const report = parts.reportOf(reader.file)
  if (system.session === undefined) {
    report(
      at,
      `system ${system.name} has no session, so there is no "${name}"; declare session: in ${file}`,
      `系统 ${system.name} 没有会话，因此没有“${name}”，应在 ${file} 中配置 session`,
      { rule: 'session.unknown', related: [reader.used] },
    )
    return
  }
  const near = nearest(name, namesOf(system.session))
  const hint = suggestion(near)
  const related: Related[] = [
    pointAt(parts, file, ['session', 'reply'], 'what signing in gives', '登录所得的值'),
    reader.used,
  ]
  if (near !== undefined) {
    related.push(pointAt(parts, file, ['session', 'reply', near], 'the nearest', '最相近的会话值'))
  }
  report(
    at,
    `the session of ${system.name} has no "${name}"${hint.en || `; add it to session.reply of ${file}`}`,
    `系统 ${system.name} 的会话没有“${name}”${hint.zh || `，应在 ${file} 的 session.reply 中添加`}`,
    { rule: 'session.unknown', related },
  )
}

function tellDecrypted(system: System, session: SessionPlan, parts: Checked): void {
  const names = namesOf(session)
  for (const name of Object.keys(session.decrypt)) {
    if (names.includes(name)) continue
    const hint = suggest(name, names)
    const file = systemFile(system)
    parts.reportOf(file)(
      ['session', 'decrypt', name],
      `"${name}" is decrypted, but session.reply has no such value${hint.en}`,
      `解密了“${name}”，但 session.reply 中没有该值${hint.zh}`,
      {
        rule: 'session.decrypt',
        onKey: true,
        related: [pointAt(parts, file, ['session', 'reply'], 'what signing in gives', '登录所得的值')],
      },
    )
  }
}

function tellUnused(
  system: System,
  readers: readonly Reader[],
  missing: readonly string[],
  parts: Checked,
): void {
  const names = namesOf(system.session)
  const read = new Set<string>([
    ...endNames,
    ...readers.flatMap(({ session }) => session.map(({ name }) => name)),
  ])
  for (const name of names) {
    if (read.has(name)) continue
    const wanted = [...missing, ...endNames.filter((end) => !names.includes(end))]
    const hint = suggest(name, wanted)
    parts.reportOf(systemFile(system))(
      ['session', 'reply', name],
      `nothing reads the session value "${name}"${hint.en || `; use it in a recipe as {session.${name}}, or remove it`}`,
      `会话值“${name}”没有被使用${hint.zh || `，应在签名配方中以 {session.${name}} 引用，否则删除`}`,
      { rule: 'session.unused', onKey: true },
    )
  }
}
