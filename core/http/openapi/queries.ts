// What systems ask: messages, cases, feeds.
import { signedCodes } from './intake.ts'
import { answer, inPath, inQuery, type Json, type Problems, ref, signed } from './parts.ts'

/** Paths of the signed queries. */
export function queryPaths(problems: Problems, datasets: readonly string[]): Record<string, Json> {
  const read = (operationId: string, summary: string, parameters: Json[], answers: Json): Json => ({
    get: { operationId, summary, tags: ['queries'], security: signed, parameters, responses: answers },
  })
  const dataset = inPath('dataset', 'dataset the system is entitled to / 有权拉取的数据集', {
    type: 'string',
    ...(datasets.length === 0 ? {} : { examples: datasets }),
  })
  return {
    '/v1/messages/{id}': read(
      'get-message',
      'A message of the caller, its deliveries and its receipt / 消息查询',
      [inPath('id', 'message id / 消息编号', { type: 'string', format: 'uuid' })],
      {
        200: answer('The message / 消息', 'MessageWithReceipt'),
        ...problems.of([...signedCodes, 'request.not-found', 'message.archived']),
      },
    ),
    '/v1/cases/{caseNo}': read(
      'get-case',
      'All messages of the caller about a case / 统一查询',
      [inPath('caseNo', 'case number / 办件编号')],
      { 200: answer('The case / 办件', 'Case'), ...problems.of([...signedCodes, 'request.not-found']) },
    ),
    '/v1/feeds/{dataset}': read(
      'read-feed',
      'Rows after a cursor / 按游标增量拉取',
      [
        dataset,
        inQuery(
          'after',
          'cursor of the last row taken; left out: the last one acknowledged / 上次取走的游标，缺省为已确认的游标',
        ),
        inQuery('limit', 'rows of a page / 每页行数', {
          type: 'integer',
          minimum: 1,
          maximum: 1000,
          default: 200,
        }),
      ],
      {
        200: answer('A page / 一页', 'FeedPage'),
        ...problems.of([...signedCodes, 'auth.forbidden', 'feed.cursor']),
      },
    ),
    '/v1/feeds/{dataset}/ack': {
      post: {
        operationId: 'acknowledge-feed',
        summary: 'Everything up to a cursor was taken; never goes back / 确认已取走，不回退',
        tags: ['queries'],
        security: signed,
        parameters: [dataset],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: ref('schemas', 'Cursor') } },
        },
        responses: {
          200: answer('The acknowledged cursor / 已确认的游标', 'Acknowledged'),
          ...problems.of([
            ...signedCodes,
            'auth.forbidden',
            'feed.cursor',
            'body.json',
            'body.too-large',
            'body.incomplete',
          ]),
        },
      },
    },
  }
}
