// Review indicators in force (reference 01 T7): code → text, by level. Retired codes are not listed.

/** Indicators per satisfaction level, 5 = best; a code's first digit is its level. */
export const indicators: Readonly<Record<number, readonly string[]>> = {
  5: ['510', '511', '512', '513', '514', '517'],
  4: ['406', '407', '408', '410', '411', '413'],
  3: ['307', '308', '309', '310', '314'],
  2: ['207', '208', '209', '213', '214'],
  1: ['108', '109', '110', '114', '115'],
}

/** What citizens write at a level. */
export const remarks: Readonly<Record<number, readonly string[]>> = {
  5: ['窗口人员热情耐心，一次就办好了。', '全程网上办理，没有跑一趟路，很方便。'],
  4: ['整体满意，取号等候时间稍长。', '材料清单写得清楚，办理较快。'],
  3: ['办理过程一般，能按时办结。', '态度一般，流程还可以更简单。'],
  2: ['没有样表，填错了重新跑了一趟。', '窗口人员业务不熟练，等了很久。'],
  1: ['办事指南上没有写的材料也要求提供。', '跑了三次才办成，与承诺的次数不一致。'],
}
