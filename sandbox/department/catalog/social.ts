// 绵阳市人力资源和社会保障局: items, licences and supervised matters of the sandbox.
import type { Department } from '../catalog.ts'

export const social: Department = {
  name: 'social',
  zh: '绵阳市人力资源和社会保障局',
  creditCode: '11510700000000019J',
  seal: '5107000000002',
  sealName: '绵阳市人力资源和社会保障局业务专用章',
  officers: ['衡淑芳', '税建平', '左云霞', '雍光明'],
  inspectors: [
    ['侯家全', '23070200201'],
    ['魏春莲', '23070200202'],
    ['冷志国', '23070200203'],
  ],
  trades: ['人力资源', '劳务派遣', '企业管理咨询'],
  items: [
    {
      name: '社会保障卡申领',
      basic: '002014001000',
      version: 5,
      local: '511A72033001',
      for: 'person',
      promiseDays: 0,
      steps: ['审核'],
      materials: ['社会保障卡申领登记表', '居民身份证'],
      licence: {
        typeCode: '11510700000000019J001',
        name: '中华人民共和国社会保障卡',
        prefix: '51',
        years: 10,
      },
    },
    {
      name: '失业保险金申领',
      basic: '000514006000',
      version: 2,
      local: '511A72033014',
      for: 'person',
      promiseDays: 10,
      steps: ['初审', '复核'],
      materials: ['失业保险金申领表', '解除劳动关系证明'],
    },
    {
      name: '人力资源服务许可',
      basic: '000114002000',
      version: 2,
      local: '511A72033022',
      for: 'company',
      promiseDays: 7,
      steps: ['审查', '现场核实', '决定'],
      materials: ['人力资源服务许可申请书', '营业执照', '办公场所使用证明'],
      licence: {
        typeCode: '11510700000000019J002',
        name: '人力资源服务许可证',
        prefix: '(川)人服证字〔2026〕第07',
        years: 5,
      },
    },
  ],
  matters: [
    {
      code: '01140020000001',
      name: '对经营性人力资源服务机构的行政检查',
      findings: ['许可证亮证经营，台账齐全', '服务台账记录不完整，已责令改正'],
    },
  ],
}
