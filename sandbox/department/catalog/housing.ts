// 绵阳市住房和城乡建设委员会: items, licences and supervised matters of the sandbox.
import type { Department } from '../catalog.ts'

export const housing: Department = {
  name: 'housing',
  zh: '绵阳市住房和城乡建设委员会',
  creditCode: '11510700000000000M',
  seal: '5107000000001',
  sealName: '绵阳市住房和城乡建设委员会行政审批专用章',
  officers: ['蒲文清', '母丽娟', '敬志远', '景小梅'],
  inspectors: [
    ['仲伟民', '23070100101'],
    ['文先强', '23070100102'],
    ['蹇秀兰', '23070100103'],
  ],
  trades: ['建设工程', '房地产开发', '建筑劳务'],
  items: [
    {
      name: '建筑工程施工许可证核发',
      basic: '000117002000',
      version: 3,
      local: '511A0080600053',
      for: 'company',
      promiseDays: 3,
      steps: ['审查', '决定'],
      materials: ['建筑工程施工许可证申请表', '施工图设计文件审查合格书', '建设资金落实承诺书'],
      licence: {
        typeCode: '11100000000013338W011',
        name: '建筑工程施工许可证',
        prefix: '5107',
        years: 0,
      },
    },
    {
      name: '商品房预售许可',
      basic: '000117008000',
      version: 2,
      local: '511A0080600061',
      for: 'company',
      promiseDays: 5,
      steps: ['审查', '现场勘查', '决定'],
      materials: ['商品房预售许可申请表', '国有土地使用权证明', '工程施工合同'],
      licence: {
        typeCode: '11100000000013338W032',
        name: '商品房预售许可证',
        prefix: '绵房预售',
        years: 0,
      },
    },
    {
      name: '公共租赁住房保障资格确认',
      basic: '510717021000',
      version: 1,
      local: '511A0080600072',
      for: 'person',
      promiseDays: 15,
      steps: ['审查', '入户核查', '决定'],
      materials: ['公共租赁住房申请表', '家庭收入情况声明', '户口簿'],
    },
  ],
  matters: [
    {
      code: '01170020000001',
      name: '对建筑工程施工许可情况的行政检查',
      findings: ['施工现场围挡与扬尘防治符合要求', '部分脚手架验收牌缺失，已责令限期改正'],
    },
    {
      code: '01170080000002',
      name: '对房地产开发企业预售资金监管的行政检查',
      findings: ['预售资金全部进入监管账户', '公示栏信息更新不及时，已责令改正'],
    },
  ],
}
