// 绵阳市市场监督管理局: items, licences and supervised matters of the sandbox.
import type { Department } from '../catalog.ts'

export const market: Department = {
  name: 'market',
  zh: '绵阳市市场监督管理局',
  creditCode: '11510700000000027D',
  seal: '5107000000003',
  sealName: '绵阳市市场监督管理局行政许可专用章',
  officers: ['任玉华', '帅永红', '银小林', '杜兴蓉'],
  inspectors: [
    ['强世荣', '23070300301'],
    ['米开明', '23070300302'],
    ['阳素琴', '23070300303'],
    ['谯国富', '23070300304'],
  ],
  trades: ['餐饮管理', '食品销售', '机电设备', '物业服务'],
  items: [
    {
      name: '食品经营许可',
      basic: '000131016000',
      version: 4,
      local: '511A0310100016',
      for: 'company',
      promiseDays: 10,
      steps: ['审查', '现场核查', '决定'],
      materials: ['食品经营许可申请书', '与食品经营相适应的设备布局图', '食品安全管理制度'],
      licence: { typeCode: '11100000MB0341032Y002', name: '食品经营许可证', prefix: 'JY25107', years: 5 },
    },
    {
      name: '特种设备使用登记',
      basic: '000131022000',
      version: 2,
      local: '511A0310100022',
      for: 'company',
      promiseDays: 5,
      steps: ['审查', '决定'],
      materials: ['特种设备使用登记表', '特种设备监督检验证明'],
      licence: { typeCode: '11100000MB0341032Y005', name: '特种设备使用登记证', prefix: '梯11川B', years: 0 },
    },
    {
      name: '特种设备安全管理和作业人员资格认定',
      basic: '000131024000',
      version: 1,
      local: '511A0310100024',
      for: 'person',
      promiseDays: 20,
      steps: ['审查', '考试成绩核验', '决定'],
      materials: ['特种设备作业人员资格申请表', '居民身份证', '考试合格证明'],
      licence: {
        typeCode: '11100000MB0341032Y007',
        name: '特种设备安全管理和作业人员证',
        prefix: 'T5107',
        years: 4,
      },
    },
  ],
  matters: [
    {
      code: '01310160000001',
      name: '对食品销售者的监督检查',
      findings: ['进货查验记录完整', '冷藏柜温度记录缺失，已责令改正'],
    },
    {
      code: '01310220000002',
      name: '对特种设备使用单位的监督检查',
      findings: ['电梯维保记录齐全，检验合格有效', '应急救援电话标识缺失，已责令改正'],
    },
  ],
}
