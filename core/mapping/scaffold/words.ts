// The words of government data: one row an idea, with the Chinese and English words that mean it. Pinyin forms are not
// listed: names.ts derives them. Built from the labels of GB/T 39046, the supervision, licence and construction tables.

/**
 * Kind of an idea. `role`: whose data it is; `thing`: what it is about; `event`: what happened; `head`: what sort of
 * value it is (a name, a code, a time); `mark`: anything else that tells two fields apart.
 */
export type Kind = 'role' | 'thing' | 'event' | 'head' | 'mark'

export type Word = { idea: string; kind: Kind; zh: readonly string[]; en: readonly string[] }

const rows: Readonly<Record<Kind, readonly string[]>> = {
  role: [
    'applicant: 申请人 申办人 申报人 办事人 申请者 | applicant applyer applier proposer',
    'agent: 代理人 联系人 委托代理人 代办人 | agent contact proxy attorney',
    'holder: 持证人 持证主体 持有人 持有者 持证者 | holder owner',
    'legal: 法定代表人 法人代表 法人姓名 法人 | legal legal+person legal+representative legal+name corporation frdb',
    'handler: 经办人 办理人 办理人员 经办人员 处理人 审批人 操作人 人员 | handler officer operator handle+user staff clerk user handled+by',
    'company: 企业 公司 行政相对人 相对人 当事人 被检查单位 被检查对象 被检查企业 | company enterprise ent party corp firm',
    'issuer: 颁发机构 发证机构 发证机关 颁证机关 签发机关 颁发机关 证照颁发机构 | issuer issue+org issuing+org issuing+authority issue+dept',
    'builder: 建设单位 | builder construction+unit',
    'entrusted: 受委托部门 受委托机构 受委托单位 受委托 | entrusted',
    'reporter: 报送人员 报送人 | submitter reporter',
  ],
  thing: [
    'org: 部门 机构 机关 单位 组织 实施机构 | org organisation organization office dept department unit agency authority bureau',
    'item: 事项 审批事项 | item task matter affair',
    'licence: 证照 电子证照 许可证 执照 证书 | licence license lic permit',
    'cert: 证件 | cert certificate page credential document+type id+card',
    'case: 办件 业务 案件 实例 | case application biz business project+no instance',
    'project: 项目 工程项目 | project proj',
    'works: 工程 | works engineering',
    'material: 材料 | material',
    'file: 附件 文件 | attachment file attach',
    'step: 环节 步骤 过程 办理环节 | step process node',
    'procedure: 特别程序 程序 | procedure special special+procedure',
    'seal: 印章 电子印章 签章 | seal stamp',
    'list: 清单 | list',
    'letter: 文书 批文 | doc document',
    'object: 对象 监管对象 | object',
    'inspector: 检查人员 执法人员 | inspectors inspector check+users',
    'flow: 流程 审批流程 | flow workflow',
    'money: 金额 投资额 总投资 总投资额 | money amount investment',
    'industry: 行业 国标行业 | industry',
    'land: 用地 土地 | land',
    'record: 记录 | record row',
    'service: 服务 | service',
  ],
  event: [
    'apply: 申请 申报 申办 提交 | apply applied submit submitted',
    'accept: 受理 收件 接件 | accept accepted acceptance',
    'complete: 办结 完结 决定 | complete completed completion finish finished decision decided',
    'promise: 承诺 承诺办结 | promise promised',
    'issue: 颁发 发证 签发 制证 | issue issued',
    'review: 评价 好差评 | review evaluation assess assessed assessment eval evaluate',
    'inspect: 检查 监督检查 行政检查 | check checked inspection inspect inspected',
    'start: 开始 启动 起始 起 | start started begin from',
    'end: 结束 截止 终止 止 | end ended to until',
    'update: 更新 修改 | update updated modify',
    'create: 创建 产生 生成 | create created',
    'deliver: 快递 递送 送达 邮寄 | courier deliver delivered delivery express',
    'receive: 收取 | receive received get received+as',
    'supervise: 监管 监督 | supervise supervision',
    'approve: 审批 | approve approval',
    'reply: 批复 | reply',
  ],
  head: [
    'name: 名称 姓名 名字 标题 姓名或名称 | name title fullname',
    'number: 编号 号码 文号 证号 序号 号 书号 标识 记录标识 | no number num id identifier',
    'code: 编码 代码 | code',
    'type: 类型 种类 类别 性质 | type kind category class nature',
    'time: 时间 日期 | time date at on day datetime',
    'address: 地址 住址 住所 通讯地址 联系地址 地点 | address addr location',
    'mobile: 手机号 手机 手机号码 电话 联系电话 联系方式 电话号码 | mobile phone tel cellphone telephone',
    'postcode: 邮政编码 邮编 | postcode zipcode zip+code zip',
    'area: 行政区划 区划 属地 管辖属地 行政区划代码 区划代码 区划编码 行政区划编码 管辖属地编码 | area area+code region district division region+code',
    'credit: 统一社会信用代码 社会信用代码 信用代码 统一代码 | credit+code uscc usc+code social+credit+code tyshxydm',
    'method: 方式 途径 | way method manner mode',
    'channel: 渠道 | channel pf',
    'shape: 形式 | form',
    'result: 结果 结论 | result outcome conclusion',
    'text: 描述 说明 情况 内容 | explanation explain note desc description finding content',
    'opinion: 意见 办理意见 | opinion',
    'reason: 理由 原因 启动理由 依据 | reason cause ground',
    'summary: 摘要 | summary abstract subject',
    'remark: 备注 | remark remarks memo',
    'version: 版本 版本号 | version ver',
    'days: 时限 | days limit',
    'quantity: 份数 数量 | quantity copies count amount',
    'times: 次数 | times frequency',
    'status: 状态 | status state',
    'action: 动作 业务动作 | action event+name',
    'batch: 批次 批次号 | batch batch+no',
    'satisfaction: 满意度 整体满意度 | satisfaction stars star score',
    'digest: 摘要值 | digest hash',
    'level: 层级 级别 | level',
    'size: 面积 | square acreage',
    'length: 长度 | length',
    'source: 来源 | source',
    'scope: 范围 规模 | scope scale',
    'comment: 文字评价 | comment review+text writing+evaluation',
    'detail: 详情 评价详情 | detail tags tag',
    'sex: 性别 | sex gender',
    'url: 网址 链接 网上办理地址 访问地址 链接地址 | url link href',
    'birth: 出生日期 出生 | birth birthday',
  ],
  mark: [
    'basic: 基本 | basic catalog',
    'local: 地方 | local',
    'implement: 实施 | implement implementation',
    'legalLimit: 法定 | statutory',
    'valid: 有效期 有效 | valid validity',
    'planned: 定期 计划 | planned periodic plan',
    'onsite: 现场 | site onsite',
    'online: 网上 全程网办 | online',
    'whether: 是否 | is whether has by',
    'attribute: 属性 资金属性 | attribute',
    'register: 注册 | registered registration',
    'operate: 经营 | operating',
    'enforce: 执法 | enforcement',
    'default: 默认 | default',
    'system: 系统 | system',
    'round: 轮次 | round',
    'public: 公开 | publicity',
    'previous: 前 | previous prior',
    'coordinate: 坐标 经纬度 | coordinate',
    'year: 年代 年度 | year',
    'stage: 阶段 | stage phase',
    'nationality: 国籍 | nationality',
  ],
}

function readRow(kind: Kind, row: string): Word {
  const [idea = '', words = ''] = row.split(': ')
  const [zh = '', en = ''] = words.split('|')
  const list = (text: string): string[] => text.trim().split(/\s+/)
  return { idea, kind, zh: list(zh), en: list(en).map((word) => word.replaceAll('+', ' ')) }
}

/** Every idea; an English entry of several words is written with blanks. */
export const words: readonly Word[] = (Object.keys(rows) as Kind[]).flatMap((kind) =>
  rows[kind].map((row) => readRow(kind, row)),
)

/** Kind of an idea; literal text is a mark. */
export const kinds: ReadonlyMap<string, Kind> = new Map(words.map(({ idea, kind }) => [idea, kind]))

/** Words that tell nothing. */
export const fillers: ReadonlySet<string> = new Set(
  '的 或 及 和 与 信息 数据 所属 本 项 表 data info the of and or tb tbl fld f'.split(' '),
)
