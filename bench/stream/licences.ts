// The stock file of the benchmark: licences as an old system hands them over, a record of some 1.1 KB with nested
// elements, lists, attributes, CDATA, references and blanks between the elements.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { citizenId } from '../message.ts'

const head = `<?xml version="1.0" encoding="UTF-8"?>
<stock xmlns="urn:bench:stock" exported="2026-03-02 09:30:00">
<count>1</count>
<licences>
`
const tail = `</licences>
</stock>
`
const kinds = [
  ['11510104009150124M001', '商品房预售许可证'],
  ['11510104009150124M002', '食品经营许可证'],
  ['11510104009150124M003', '营业执照'],
  ['11510104009150124M004', '人力资源服务许可证'],
] as const

/** Licence number `index`; no two are alike. */
export function makeLicence(index: number): string {
  const [code, name] = kinds[index % kinds.length] ?? kinds[0]
  const serial = String(index).padStart(8, '0')
  const day = `20${10 + (index % 16)}-0${1 + (index % 9)}-${10 + (index % 18)}`
  const digest = createHash('sha256').update(serial).digest('hex')
  const conditions = ['按核准范围经营', '不得转让', '到期前三十日申请延续'].slice(0, 1 + (index % 3))
  return `<licence id="${serial}" state="${index % 50 === 0 ? 'void' : 'valid'}">
  <identifier>1.2.156.3005.2.${code}.11510104009150124M.${serial}.001.X</identifier>
  <number>川（${day.slice(0, 4)}）锦江区第${serial}号</number>
  <kind>
    <code>${code}</code>
    <name>${name}</name>
  </kind>
  <holder>
    <name>${index % 3 === 0 ? `成都锦江&amp;滨江实业（${index}）有限公司` : '王小明'}</name>
    <certType>111</certType>
    <certNo>${citizenId(index)}</certNo>
    <address>四川省成都市锦江区滨江东路${index % 1_000}号${index % 30}单元</address>
  </holder>
  <issuer>
    <name>锦江区住房和城乡建设局</name>
    <code>11510104009150124M</code>
    <area>510104000000</area>
  </issuer>
  <issued>${day}</issued>
  <from>${day}</from>
  <until>${Number(day.slice(0, 4)) + 5}${day.slice(4)}</until>
${conditions.map((text) => `  <condition>${text}</condition>\n`).join('')}  <remark>${index % 4 === 0 ? `<![CDATA[原件已核验 <复印件 ${index} 份>]]>` : ''}</remark>
  <file type="ofd" size="${20_000 + (index % 9_000)}">${digest}</file>
</licence>
`
}

/** Writes licences to `file` until it has `megabytes` (10^6 bytes); the number of records. */
export async function writeStock(file: string, megabytes: number): Promise<number> {
  const output = createWriteStream(file)
  output.write(head)
  let size = 0
  let count = 0
  while (size < megabytes * 1e6) {
    let block = ''
    for (let i = 0; i < 1_000; i++) block += makeLicence(count++)
    size += Buffer.byteLength(block)
    if (!output.write(block)) await once(output, 'drain')
  }
  output.end(tail)
  await once(output, 'close')
  return count
}
