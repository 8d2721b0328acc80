// A stock file of licences as the social security department would export it: one XML list, each licence with a number of
// its own. Made-up holders.
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Where the records stand in it. */
export const stockSplit = 'zzxx'

/** The licence number of record `n`, from 1. */
export const numberOf = (n: number): string => `(川)人服证字〔2020〕第${String(n).padStart(16, '0')}`

/** Writes `count` licences. `spoil` names records that no hub can take: a date is wrong in them. */
export async function writeStock(
  file: string,
  count: number,
  spoil: (n: number) => boolean = () => false,
): Promise<void> {
  function* parts() {
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<zzk>\n'
    for (let n = 1; n <= count; n++) yield licence(n, spoil(n))
    yield '</zzk>\n'
  }
  await pipeline(Readable.from(parts()), createWriteStream(file))
}

function licence(n: number, isSpoilt: boolean): string {
  const day = String(1 + (n % 28)).padStart(2, '0')
  return `<zzxx><zzlxdm>11510700000000019J002</zzlxdm><zzmc>人力资源服务许可证</zzmc><zzbh>${numberOf(n)}</zzbh><zzbb>001</zzbb><czr>绵阳样例第${n}劳务派遣有限公司</czr><czrlx>统一代码</czrlx><czrdm>91510705MA6036780G</czrdm><fzjg>绵阳市人力资源和社会保障局</fzjg><fzjgdm>11510700000000019J</fzjgdm><fzxzqh>510703</fzxzqh><fzrq>202006${isSpoilt ? '99' : day}</fzrq><yxqq>202006${day}</yxqq><yxqz>20310531</yxqz><yzbm>5107000000002</yzbm></zzxx>
`
}
