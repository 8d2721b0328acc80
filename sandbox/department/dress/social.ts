// How 人社 writes: one flat XML record with pinyin element names, GBK bytes, yyyyMMddHHmmss, 1 = best.
import iconv from 'iconv-lite'
import { compact, compactDate } from '../calendar.ts'
import { checkListCode, type Department, localTaskCode, taskCode } from '../catalog.ts'
import type { Applicant, Person } from '../people.ts'
import type { Case, Entry, Licence } from '../record.ts'

/** Element name → text, or repeated elements with texts; elements without text are left out. */
type Row = { [name: string]: string | Row[] | undefined }

const root: Readonly<Record<Entry['kind'], string>> = {
  acceptance: 'sbslxx',
  process: 'bjgcxx',
  special: 'tbcxxx',
  material: 'bjclxx',
  completion: 'bjjgxx',
  licence: 'zzxx',
  review: 'hcpxx',
  inspection: 'jdjcxx',
}

/** One record as the GBK bytes of its XML document. */
export function socialDocument(department: Department, entry: Entry): Buffer {
  const name = root[entry.kind]
  const text = `<?xml version="1.0" encoding="GBK"?>\n<${name}>\n${write(row(department, entry))}</${name}>\n`
  return iconv.encode(text, 'gbk')
}

function write(row: Row): string {
  return Object.entries(row)
    .map(([name, value]) => {
      if (value === undefined) return ''
      if (typeof value === 'string') return `<${name}>${escapeText(value)}</${name}>\n`
      return value.map((inner) => `<${name}>\n${write(inner)}</${name}>\n`).join('')
    })
    .join('')
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function row(department: Department, entry: Entry): Row {
  switch (entry.kind) {
    case 'acceptance':
      return {
        ...matter(department, entry.case),
        ...applicant(entry.case.applicant),
        ...contact(entry.case.applicant),
        ...(entry.case.agent ? agent(entry.case.agent) : {}),
        sqsj: compact(entry.case.appliedAt),
        sqfs: String(entry.channel),
        slry: entry.case.officer,
        slwsh: entry.documentNo,
        cnbjsj: compact(entry.promisedAt),
        bjzy: `关于${entry.case.applicant.name}的${entry.case.item.name}业务`,
      }
    case 'process':
      return {
        bjbh: entry.case.no,
        hjbh: entry.id,
        hjmc: entry.step,
        ywdz: entry.action === 'pass' ? '通过' : '其他',
        blr: entry.officer,
        blyj: entry.opinion,
        kssj: compact(entry.startAt),
        jssj: compact(entry.endAt),
      }
    case 'special':
      return {
        bjbh: entry.case.no,
        tbcxbh: entry.id,
        tbcxzl: entry.sort === 'extension' ? 'A' : 'B',
        tbcxzlmc: entry.name,
        tbcxqdly: entry.reason,
        tbcxksrq: compact(entry.startAt),
        tbcxjsrq: compact(entry.endAt),
        tbcxjg: entry.result,
        blr: entry.officer,
      }
    case 'material':
      return {
        bjbh: entry.case.no,
        clbh: entry.id,
        clmc: entry.name,
        sqfs: { paper: '纸质', upload: '上传', licence: '电子证照' }[entry.way],
        clfs: String(entry.copies),
        fjmc: entry.file,
      }
    case 'completion':
      return {
        ...matter(department, entry.case),
        ...applicant(entry.case.applicant),
        ...contact(entry.case.applicant),
        bjry: entry.officer,
        bjsj: compact(entry.completedAt),
        bjjg: entry.result === 'approved' ? '准予' : '不予',
        bjjgms: entry.explanation,
        sfkd: entry.courier ? '是' : '否',
        myd: entry.satisfaction ? String(6 - entry.satisfaction) : undefined,
        ...(entry.licence ? licence(department, entry.licence) : {}),
      }
    case 'licence':
      return licence(department, entry.licence)
    case 'review':
      return {
        ...matter(department, entry.case),
        ...applicant(entry.case.applicant),
        jbr: entry.case.officer,
        fwcs: String(entry.round),
        pjcs: String(entry.times),
        pjqd: String(entry.channel),
        myd: String(6 - entry.satisfaction),
        pjxq: entry.details.length > 0 ? entry.details.join(';') : undefined,
        wzpj: entry.text,
        pjsj: compact(entry.reviewedAt),
      }
    case 'inspection':
      return {
        jcbh: entry.no,
        jcmc: entry.matter.name,
        jdsxbm: entry.matter.code,
        jcqdbm: checkListCode(department, entry.matter),
        ssjg: department.zh,
        ssjgbm: department.creditCode,
        dwmc: entry.subject.name,
        dwdm: entry.subject.creditCode,
        dwdz: entry.subject.address,
        xzqh: entry.area,
        jcxs: { 1: '双随机', 2: '日常', 3: '专项' }[entry.form],
        jclb: entry.planned ? '定期' : '不定期',
        jcfs: entry.onSite ? '现场' : '非现场',
        jcjg: entry.result === 1 ? '未发现问题' : '责令改正',
        jcqk: entry.finding,
        jcrq: compactDate(entry.checkedAt),
        jcry: entry.inspectors.map(([name, certificate]) => ({ xm: name, zfzh: certificate })),
      }
  }
}

function matter(department: Department, subject: Case): Row {
  return {
    bjbh: subject.no,
    xzqh: subject.area,
    jbbm: subject.item.basic,
    sxbm: taskCode(department, subject.item),
    dfsxbm: localTaskCode(department, subject.item),
    sxmc: subject.item.name,
    sxbb: String(subject.item.version),
    bjlx: subject.item.promiseDays === 0 ? '即办件' : '承诺件',
    cnsx: String(subject.item.promiseDays),
    slsj: compact(subject.acceptedAt),
    slbm: department.zh,
    slbmbm: department.creditCode,
  }
}

function applicant(who: Applicant): Row {
  return who.kind === 'person'
    ? { sqrlx: '个人', sqrxm: who.name, zjlx: '身份证', zjhm: who.idNo }
    : { sqrlx: '企业', sqrxm: who.name, zjlx: '统一代码', zjhm: who.creditCode }
}

function contact(who: Applicant): Row {
  return who.kind === 'person'
    ? { sjhm: who.mobile }
    : { fddbr: who.legal.name, sjhm: who.legal.mobile, txdz: who.address }
}

function agent(who: Person): Row {
  return { dlrxm: who.name, dlrzjlx: '身份证', dlrzjhm: who.idNo, dlrsjhm: who.mobile }
}

function licence(department: Department, issued: Licence): Row {
  const person = issued.holder.kind === 'person'
  return {
    zzlxdm: issued.item.licence?.typeCode,
    zzmc: issued.item.licence?.name,
    zzbh: issued.number,
    zzbb: issued.version,
    czr: issued.holder.name,
    czrlx: person ? '身份证' : '统一代码',
    czrdm: issued.holder.kind === 'person' ? issued.holder.idNo : issued.holder.creditCode,
    fzjg: department.zh,
    fzjgdm: department.creditCode,
    fzxzqh: issued.area,
    fzrq: compactDate(issued.issuedAt),
    yxqq: compactDate(issued.issuedAt),
    yxqz: issued.until ? compactDate(issued.until) : undefined,
    yzbm: department.seal,
  }
}
