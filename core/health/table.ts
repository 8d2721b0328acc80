// Every fact of health: what it says, its limits, what to do when it is not well, and its name among the metrics.
// docs/operations.md tells the same rows; a test compares.

/** When a value is no longer well: at or beyond it. `fail` where somebody must act now. */
export type Limit = { warn?: number; fail?: number; below?: true }

type Words = { en: string; zh: string }
type Row = {
  unit: 's' | 'ms' | 'days' | 'bytes' | 'share' | 'count' | ''
  limit: Limit | null
  is: Words
  todo: Words | null
  /** a gauge with this name, in the unit's base; `of` is the label that tells what the fact is of */
  metric: { name: string; of?: 'system' | 'thread' | 'certificate'; scale?: number } | null
}

export const table = {
  'delivery.due': {
    unit: 's',
    limit: { warn: 120, fail: 1_800 },
    is: { en: 'how long the oldest due delivery has waited', zh: '最早到期投递已等待时间' },
    todo: {
      en: 'Look at the breaker of this system: open, then the platform is away or refuses; closed, then nobody delivers: look for lane.failed and sweep.failed in the log.',
      zh: '先看该系统的熔断状态：已断开说明平台不可用；未断开说明无人投递，请在日志中查找 lane.failed 与 sweep.failed。',
    },
    metric: { name: 'qiao_delivery_oldest_due_seconds', of: 'system' },
  },
  'delivery.untried': {
    unit: 's',
    limit: { warn: 60, fail: 600 },
    is: {
      en: 'how long the oldest delivery has been due that nobody tried yet, of a system whose breaker is closed',
      zh: '熔断未断开的系统中，最早到期而从未尝试的投递已等待时间',
    },
    todo: {
      en: 'Accepted, but nobody was woken for it. Look at delivery.sweep and queue.connected; when they are well, the platform is slower than what comes in: raise `lanes` or `inFlight` of the system.',
      zh: '已受理但无人被唤醒。检查 delivery.sweep 与 queue.connected；若均正常，则平台处理慢于进件速度，可调大系统文件中的 lanes 或 inFlight。',
    },
    metric: { name: 'qiao_delivery_oldest_untried_seconds', of: 'system' },
  },
  'delivery.open': {
    unit: 'count',
    limit: null,
    is: { en: 'deliveries that are not done and not dead', zh: '未完成（不含死信）的投递数' },
    todo: null,
    metric: { name: 'qiao_deliveries_open', of: 'system' },
  },
  'delivery.dead': {
    unit: 'count',
    limit: { warn: 1 },
    is: { en: 'dead letters', zh: '死信数' },
    todo: {
      en: 'Each blocks its key until somebody decides: GET /ops/dead, then correct, replay, skip or confirm.',
      zh: '每条死信阻塞其业务主键，直到人工处理：查看 GET /ops/dead，然后更正、重发、跳过或确认。',
    },
    metric: { name: 'qiao_deliveries_dead', of: 'system' },
  },
  'delivery.blocked': {
    unit: 'count',
    limit: null,
    is: {
      en: 'keys whose head is dead or waits for another try (10,000 stands for all above)',
      zh: '队首为死信或等待重试的业务主键数（最多计到 10,000）',
    },
    todo: null,
    metric: { name: 'qiao_keys_blocked', of: 'system' },
  },
  breaker: {
    unit: '',
    limit: null,
    is: {
      en: 'circuit breaker of the system, in this process; warns unless it is closed',
      zh: '本进程内该系统的熔断状态；非 closed 即警告',
    },
    todo: {
      en: 'The platform failed many times in a row. Ask its operator; deliveries wait and go on by themselves.',
      zh: '平台连续失败。请联系平台运维；投递在等待，恢复后自动继续。',
    },
    metric: { name: 'qiao_breaker_open', of: 'system' },
  },
  'delivery.half': {
    unit: '',
    limit: null,
    is: {
      en: 'whether the delivering half answers; fails when it does not',
      zh: '投递部分是否应答；不应答即失败',
    },
    todo: {
      en: 'Its thread is blocked or has ended: restart this process, and keep the log.',
      zh: '投递线程阻塞或已结束：保留日志并重启本进程。',
    },
    metric: { name: 'qiao_delivery_up' },
  },
  'delivery.sweep': {
    unit: 's',
    limit: { warn: 15, fail: 60 },
    is: {
      en: 'since the last time that lanes were looked for that nobody serves',
      zh: '距上次成功巡检无人投递通道的时间',
    },
    todo: {
      en: 'Deliveries whose wake-up was lost wait meanwhile. Look for sweep.failed in the log: the ledger refuses or is slow.',
      zh: '期间丢失唤醒的投递会一直等待。在日志中查找 sweep.failed：账本拒绝或缓慢。',
    },
    metric: { name: 'qiao_delivery_sweep_age_seconds' },
  },
  'ledger.reachable': {
    unit: 'ms',
    limit: { warn: 1_000 },
    is: {
      en: 'how long the ledger takes to answer; fails when it does not',
      zh: '账本应答时间；不应答即失败',
    },
    todo: {
      en: 'Without the ledger nothing is accepted: check PostgreSQL (or the disk of the data folder) and the way to it.',
      zh: '账本不可用时不受理任何报文：检查 PostgreSQL（或数据目录磁盘）及网络。',
    },
    metric: { name: 'qiao_ledger_answer_seconds', scale: 0.001 },
  },
  'ledger.waiting': {
    unit: 'count',
    limit: { warn: 64, fail: 512 },
    is: { en: 'transactions that wait for a connection to the ledger', zh: '等待账本连接的事务数' },
    todo: {
      en: 'The ledger is slower than what is asked of it: look at its disk and at long statements.',
      zh: '账本处理慢于请求：检查其磁盘与长语句。',
    },
    metric: { name: 'qiao_ledger_pool_waiting', of: 'thread' },
  },
  'ledger.connections': {
    unit: 'count',
    limit: null,
    is: { en: 'connections to the ledger in use', zh: '使用中的账本连接数' },
    todo: null,
    metric: { name: 'qiao_ledger_pool_used', of: 'thread' },
  },
  'ledger.size': {
    unit: 'bytes',
    limit: null,
    is: {
      en: 'size of the ledger on its server; its free disk is known there only',
      zh: '账本在数据库服务器上的大小；剩余空间须在服务器上查看',
    },
    todo: null,
    metric: { name: 'qiao_ledger_size_bytes' },
  },
  'disk.free': {
    unit: 'bytes',
    limit: { warn: 2 * 1024 ** 3, fail: 512 * 1024 ** 2, below: true },
    is: { en: 'free on the disk of the data folder', zh: '数据目录所在磁盘剩余空间' },
    todo: {
      en: 'A full disk stops intake: add space, or archive and purge old days.',
      zh: '磁盘写满将停止受理：扩容，或归档并清理旧数据。',
    },
    metric: { name: 'qiao_disk_free_bytes' },
  },
  'queue.connected': {
    unit: 'ms',
    limit: { warn: 500 },
    is: { en: 'how long Redis takes to answer; warns when it does not', zh: 'Redis 应答时间；不应答即警告' },
    todo: {
      en: 'Nothing is lost: each process delivers what its sweep finds, a second later. Check Redis and REDIS_URL.',
      zh: '不会丢失：各进程靠巡检继续投递，最多晚一秒。检查 Redis 与 REDIS_URL。',
    },
    metric: { name: 'qiao_queue_answer_seconds', scale: 0.001 },
  },
  'queue.policy': {
    unit: '',
    limit: null,
    is: {
      en: "Redis' maxmemory-policy; fails unless it is noeviction",
      zh: 'Redis 的 maxmemory-policy；非 noeviction 即失败',
    },
    todo: {
      en: 'Set maxmemory-policy noeviction: with any other policy Redis silently drops wake-ups.',
      zh: '请设为 noeviction：其他策略会使 Redis 静默丢弃唤醒。',
    },
    metric: { name: 'qiao_queue_policy_ok' },
  },
  'queue.memory': {
    unit: 'share',
    limit: { warn: 0.8, fail: 0.95 },
    is: {
      en: "share of Redis' maxmemory in use; null without a maximum",
      zh: 'Redis 内存占用比例；未设上限时为空',
    },
    todo: {
      en: 'A full Redis refuses wake-ups: give it memory, or find who else fills it.',
      zh: 'Redis 写满将拒绝唤醒：增加内存，或找出其他占用者。',
    },
    metric: { name: 'qiao_queue_memory_ratio' },
  },
  'queue.persistence': {
    unit: '',
    limit: null,
    is: {
      en: 'how Redis keeps what it holds: aof, no-aof, or failing, which warns; no data of the hub depends on it',
      zh: 'Redis 持久化方式：aof、no-aof 或 failing（写入失败，警告）；系统数据不依赖它',
    },
    todo: {
      en: 'Redis cannot write its file, and may refuse wake-ups until it can: look at its disk.',
      zh: 'Redis 无法写入持久化文件，期间可能拒绝唤醒：检查其磁盘。',
    },
    metric: null,
  },
  'clock.ledger': {
    unit: 's',
    limit: { warn: 2, fail: 60 },
    is: { en: "difference between this machine's clock and the ledger's", zh: '本机时钟与账本时钟之差' },
    todo: {
      en: 'Set both clocks by the same NTP server: leases, retry times, signatures and days go by them.',
      zh: '两台机器请使用同一 NTP 服务：租约、重试、签名与日链均依赖时钟。',
    },
    metric: { name: 'qiao_clock_ledger_ahead_seconds' },
  },
  'clock.queue': {
    unit: 's',
    limit: { warn: 5, fail: 300 },
    is: { en: "difference between this machine's clock and that of Redis", zh: '本机时钟与 Redis 时钟之差' },
    todo: {
      en: 'Set both clocks by the same NTP server: delayed wake-ups come early or late, never lost.',
      zh: '请使用同一 NTP 服务：延时唤醒会提前或推迟，但不会丢失。',
    },
    metric: { name: 'qiao_clock_queue_ahead_seconds' },
  },
  'clock.platform': {
    unit: 's',
    limit: { warn: 30, fail: 240 },
    is: {
      en: "difference between this machine's clock and the platform's, from the Date of its last reply",
      zh: '本机时钟与平台时钟之差（取自最近应答的 Date 头）',
    },
    todo: {
      en: 'Platforms refuse signatures that are minutes off. When clock.ledger is well, tell the platform.',
      zh: '偏差数分钟时平台会拒绝签名。若 clock.ledger 正常，请通知平台。',
    },
    metric: { name: 'qiao_clock_platform_ahead_seconds', of: 'system' },
  },
  'key.expiry': {
    unit: 'days',
    limit: { warn: 30, fail: 0, below: true },
    is: { en: 'days until the certificate ends', zh: '证书剩余天数' },
    todo: {
      en: 'Ask its issuer for a new certificate, and put it into the key folder before this one ends.',
      zh: '向签发方申请新证书，到期前放入密钥目录。',
    },
    metric: { name: 'qiao_certificate_expiry_seconds', of: 'certificate', scale: 86_400 },
  },
  'key.endless': {
    unit: 'count',
    limit: null,
    is: {
      en: 'secrets and keys without a certificate: they have no end, so change them by a plan of your own',
      zh: '没有证书的密钥数：无到期日，请按自定计划更换',
    },
    todo: null,
    metric: null,
  },
  'key.missing': {
    unit: 'count',
    limit: { warn: 1 },
    is: { en: 'keys that the files need and the key folder lacks', zh: '映射文件需要而密钥目录缺少的密钥数' },
    todo: {
      en: 'keys.missing in the log names each one, and how it is made.',
      zh: '日志 keys.missing 逐一列出名称与生成方法。',
    },
    metric: { name: 'qiao_keys_missing' },
  },
  'key.sealing': {
    unit: 'count',
    limit: null,
    is: {
      en: 'tables in which something may be sealed with an older data key; the hub seals it anew by itself',
      zh: '可能仍有旧数据密钥加密内容的数据表数；枢纽会自行重新加密',
    },
    todo: null,
    metric: { name: 'qiao_tables_to_reseal' },
  },
  'key.files': {
    unit: 'count',
    limit: null,
    is: {
      en: 'archive files sealed with an older data key; the hub seals anew by itself those that are in QIAO_ARCHIVE',
      zh: '仍用旧数据密钥加密的归档文件数；QIAO_ARCHIVE 目录中的由枢纽自行重新加密',
    },
    todo: null,
    metric: { name: 'qiao_archive_files_to_reseal' },
  },
  'evidence.day': {
    unit: 's',
    limit: { warn: 90_000, fail: 172_800 },
    is: { en: 'since the end of the last day that was closed', zh: '距最近一个已封存日结束的时间' },
    todo: {
      en: 'Days are closed ten minutes after midnight. Look for tidy.failed in the log, and at the key `hub`.',
      zh: '每日零点后十分钟封存。在日志中查找 tidy.failed，并检查密钥 hub。',
    },
    metric: { name: 'qiao_evidence_day_age_seconds' },
  },
  'archive.held': {
    unit: 'count',
    limit: { warn: 1 },
    is: {
      en: 'days past QIAO_KEEP that stay in the ledger, for something of them is open',
      zh: '超过 QIAO_KEEP 天、因有未完成事项而留在账本中的日期数',
    },
    todo: {
      en: 'Settle their dead letters and what waits, or have the platform acknowledge its feed: qiao archive --list names the days.',
      zh: '处理其死信与等待中的投递，或请平台确认已取走的数据：qiao archive --list 列出这些日期。',
    },
    metric: { name: 'qiao_archive_held_days' },
  },
  'archive.late': {
    unit: 'count',
    limit: { warn: 3, fail: 30 },
    is: {
      en: 'days past QIAO_KEEP that nothing holds and that are not archived',
      zh: '超过 QIAO_KEEP 天、无任何保留原因却未归档的日期数',
    },
    todo: {
      en: 'Look for archive.failed in the log, and at the space and rights of QIAO_ARCHIVE; then run qiao archive.',
      zh: '在日志中查找 archive.failed，检查 QIAO_ARCHIVE 目录的空间与权限，然后运行 qiao archive。',
    },
    metric: { name: 'qiao_archive_late_days' },
  },
  'coverage.share': {
    unit: 'share',
    limit: null,
    is: {
      en: 'share of what departments accepted for the system on the newest counted day that reached it',
      zh: '最近一个已统计日受理的消息中已送达该系统的比例',
    },
    todo: null,
    metric: { name: 'qiao_coverage_share', of: 'system' },
  },
  'coverage.late': {
    unit: 'count',
    limit: null,
    is: {
      en: 'messages of that day that reached the system after their promised time, or have not though it is over',
      zh: '该日消息中超过承诺时限才送达或仍未送达的条数',
    },
    todo: null,
    metric: { name: 'qiao_coverage_late', of: 'system' },
  },
  'supplement.open': {
    unit: 'count',
    limit: null,
    is: { en: 'supplement tasks of the platform that are not done', zh: '平台下发而未完成的补传任务数' },
    todo: null,
    metric: { name: 'qiao_supplements_open', of: 'system' },
  },
  'supplement.late': {
    unit: 's',
    limit: { warn: 1 },
    is: {
      en: 'how long ago the oldest deadline passed of a supplement task that is not executed',
      zh: '未执行完的补传任务中，最早的期限已超过的时间',
    },
    todo: {
      en: 'GET /ops/supplements shows it: one that waits needs your word (execute); a record that is linked or sent waits for its delivery, so look at the dead letters of its key.',
      zh: '查看 GET /ops/supplements：waiting 状态须人工批准执行；linked 或 sent 的记录在等待投递，请检查其主键的死信。',
    },
    metric: { name: 'qiao_supplement_late_seconds', of: 'system' },
  },
  'evidence.proof': {
    unit: '',
    limit: null,
    is: {
      en: 'whether what is accepted can be proved; fails when it cannot, and nothing is accepted then',
      zh: '受理内容能否举证；不能即失败，且停止受理',
    },
    todo: {
      en: 'Its value says which day is not closed. Look for tidy.failed in the log, and at the key `hub`; intake opens by itself.',
      zh: '其值为未封存的日期。在日志中查找 tidy.failed，并检查密钥 hub；恢复后自动重新受理。',
    },
    metric: { name: 'qiao_intake_open' },
  },
  'mappings.refused': {
    unit: 'count',
    limit: { warn: 1 },
    is: { en: 'mistakes in changed files that were not taken', zh: '未被采用的新映射文件中的错误数' },
    todo: {
      en: 'The old files serve on. `qiao check` shows each mistake with its line.',
      zh: '旧文件继续生效。用 qiao check 查看每处错误及行号。',
    },
    metric: { name: 'qiao_mappings_refused' },
  },
  'loop.delay': {
    unit: 'ms',
    limit: { warn: 1_000, fail: 10_000 },
    is: {
      en: 'how long the event loop of a thread was held up at most since the last reading',
      zh: '上次读取以来线程事件循环的最长停顿',
    },
    todo: {
      en: 'This process has too little CPU, stood still, or works on a very large message; from ten seconds on its lanes go to other processes. Look at the load of the machine.',
      zh: 'CPU 不足、进程被挂起或单个报文过大；停顿超过十秒时其通道会被其他进程接管。请检查机器负载。',
    },
    metric: { name: 'qiao_event_loop_held_up_seconds', of: 'thread', scale: 0.001 },
  },
  guarantee: {
    unit: '',
    limit: null,
    is: { en: 'a guarantee that is switched off, for a test; fails', zh: '为测试而关闭的保证；即失败' },
    todo: {
      en: 'Remove QIAO_WITHOUT: this hub loses, repeats or reorders messages.',
      zh: '移除 QIAO_WITHOUT：当前系统会丢失、重复或乱序。',
    },
    metric: null,
  },
  check: {
    unit: '',
    limit: null,
    is: { en: 'a part of this report that could not be read; warns', zh: '未能读取的健康项；即警告' },
    todo: {
      en: 'What it would have told is unknown. Its value says why.',
      zh: '该项状况未知，原因见其值。',
    },
    metric: null,
  },
} as const satisfies Record<string, Row>

export type FactName = keyof typeof table

/** A row, with what not every row has. */
export function rowOf(name: FactName): Row {
  return table[name]
}
