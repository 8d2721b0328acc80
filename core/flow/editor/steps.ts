// JSON Schema of the steps of signing recipes, from the shapes the steps themselves check; words for each step.
import { z } from 'zod'
import { bilingual, type JsonSchema } from '../../mapping/editor/json-schema.ts'
import { steps } from '../../signing/pipeline.ts'

/** What each step does; a test keeps the table equal to the steps. */
export const stepWords: Readonly<Record<string, { en: string; zh: string }>> = {
  text: {
    en: 'a text with places: {value}, {settings.x}, {secret.x}, {it}',
    zh: '文本模板：{值}、{settings.x}、{secret.x}、{it}',
  },
  join: { en: 'several texts, with something between', zh: '连接多个文本' },
  time: {
    en: 'the present: epochMillis, epochSeconds or letters as yyyyMMddHHmmss',
    zh: '当前时间：epochMillis、epochSeconds 或 yyyyMMddHHmmss 等',
  },
  nonce: { en: 'a random text of so many letters and digits', zh: '指定长度的随机字母数字' },
  content: { en: 'the bytes of the mapped document', zh: '映射后报文的字节' },
  sent: { en: 'the bytes of the final body', zh: '最终请求体的字节' },
  sort: { en: 'name=value pairs sorted by name', zh: '按名称排序的“名=值”' },
  digest: { en: 'digest of what came before', zh: '对前一步结果计算摘要' },
  encode: { en: 'bytes to text', zh: '字节编码为文本' },
  decode: { en: 'text to bytes', zh: '文本解码为字节' },
  escape: { en: 'escape for XML or an address', zh: '按 XML 或 URI 转义' },
  upper: { en: 'to upper case', zh: '转为大写' },
  lower: { en: 'to lower case', zh: '转为小写' },
  hmac: { en: 'HMAC with a secret', zh: '以密钥计算 HMAC' },
  sign: { en: 'signature with a private key', zh: '以私钥签名' },
  encrypt: { en: 'encryption for a public key, or with a secret', zh: '加密' },
  decrypt: { en: 'decryption', zh: '解密' },
  derive: { en: "a key as Java's SHA1PRNG derives it", zh: '按 Java SHA1PRNG 派生密钥' },
  secret: { en: 'the text of a secret itself', zh: '密钥原文' },
}

/** Definitions that `#/definitions/pipeline` needs. */
export function stepDefinitions(): Record<string, JsonSchema> {
  const alternatives = [...steps].map(([name, { shape }]): JsonSchema => {
    const words = stepWords[name]
    if (words === undefined) throw new Error(`no words for the step ${name}`)
    const { $schema: _, ...schema } = z.toJSONSchema(shape, { target: 'draft-07', io: 'input' }) as JsonSchema
    return { title: name, description: bilingual(words), ...schema }
  })
  return {
    pipeline: {
      description: bilingual({
        en: 'a text with places, or steps from top to bottom',
        zh: '文本模板，或自上而下的步骤',
      }),
      anyOf: [
        { type: ['string', 'number', 'boolean'] },
        { type: 'array', minItems: 1, items: { $ref: '#/definitions/step' } },
      ],
    },
    step: { anyOf: alternatives },
  }
}
