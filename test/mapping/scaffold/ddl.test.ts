// CREATE TABLE as it comes out of MySQL, Oracle, PostgreSQL and DM8.
import { describe, expect, test } from 'vitest'
import { isDdl, readDdl } from '../../../core/mapping/scaffold/ddl.ts'
import type { DraftField } from '../../../core/mapping/scaffold/draft.ts'
import { typeText } from '../../../core/mapping/scaffold/draft.ts'

const row = ({ name, zh, type, req, personal }: DraftField): string =>
  [name, typeText(type), req, zh, personal ?? ''].join(' ').trim()

const rowsOf = (sql: string): string[] => readDdl(sql).flatMap(({ fields }) => fields.map(row))

const same = [
  'ID int Y 主键',
  'CASE_NO s50 Y 办件编号',
  'APPLICANT_NAME s100 Y 申请人姓名 name',
  'ID_CARD s18 N 身份证号 id',
  'FEE n10,2 N 费用（元）',
  'ACCEPT_TIME datetime Y 受理时间',
  'REMARK s4000 N 备注',
]

test.each([
  [
    'MySQL',
    `-- dump
DROP TABLE IF EXISTS \`t_case\`;
CREATE TABLE \`t_case\` (
  \`ID\` bigint(20) NOT NULL AUTO_INCREMENT COMMENT '主键',
  \`CASE_NO\` varchar(50) COLLATE utf8mb4_bin NOT NULL COMMENT '办件编号',
  \`APPLICANT_NAME\` varchar(100) NOT NULL DEFAULT '' COMMENT '申请人姓名',
  \`ID_CARD\` varchar(18) DEFAULT NULL COMMENT '身份证号',
  \`FEE\` decimal(10,2) DEFAULT '0.00' COMMENT '费用（元）',
  \`ACCEPT_TIME\` datetime NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT '受理时间',
  \`REMARK\` text COMMENT '备注',
  PRIMARY KEY (\`ID\`), UNIQUE KEY \`uk\` (\`CASE_NO\`), KEY \`k\` (\`ACCEPT_TIME\`) USING BTREE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='办件';`,
  ],
  [
    'Oracle',
    `CREATE TABLE "BIZ"."T_CASE" (
  "ID" NUMBER(20,0) NOT NULL ENABLE,
  "CASE_NO" VARCHAR2(50 CHAR) NOT NULL ENABLE,
  "APPLICANT_NAME" NVARCHAR2(100) NOT NULL ENABLE,
  "ID_CARD" VARCHAR2(18),
  "FEE" NUMBER(10,2) DEFAULT 0,
  "ACCEPT_TIME" TIMESTAMP (6) DEFAULT SYSTIMESTAMP NOT NULL,
  "REMARK" CLOB,
  CONSTRAINT "PK_CASE" PRIMARY KEY ("ID") USING INDEX TABLESPACE "USERS" ENABLE
) SEGMENT CREATION IMMEDIATE TABLESPACE "USERS";
COMMENT ON TABLE "BIZ"."T_CASE" IS '办件';
COMMENT ON COLUMN "BIZ"."T_CASE"."ID" IS '主键';
COMMENT ON COLUMN "BIZ"."T_CASE"."CASE_NO" IS '办件编号';
COMMENT ON COLUMN "BIZ"."T_CASE"."APPLICANT_NAME" IS '申请人姓名';
COMMENT ON COLUMN "BIZ"."T_CASE"."ID_CARD" IS '身份证号';
COMMENT ON COLUMN "BIZ"."T_CASE"."FEE" IS '费用（元）';
COMMENT ON COLUMN "BIZ"."T_CASE"."ACCEPT_TIME" IS '受理时间';
COMMENT ON COLUMN "BIZ"."T_CASE"."REMARK" IS '备注';`,
  ],
  [
    'PostgreSQL',
    `CREATE TABLE IF NOT EXISTS public.t_case (
  "ID" bigserial PRIMARY KEY,
  "CASE_NO" character varying(50) NOT NULL,
  "APPLICANT_NAME" varchar(100) NOT NULL CHECK (length("APPLICANT_NAME") > 0),
  "ID_CARD" varchar(18),
  "FEE" numeric(10, 2) DEFAULT 0,
  "ACCEPT_TIME" timestamptz NOT NULL DEFAULT now(),
  "REMARK" text
);
COMMENT ON TABLE public.t_case IS '办件';
COMMENT ON COLUMN public.t_case."ID" IS '主键';
COMMENT ON COLUMN public.t_case."CASE_NO" IS '办件编号';
COMMENT ON COLUMN public.t_case."APPLICANT_NAME" IS '申请人姓名';
COMMENT ON COLUMN public.t_case."ID_CARD" IS '身份证号';
COMMENT ON COLUMN public.t_case."FEE" IS '费用（元）';
COMMENT ON COLUMN public.t_case."ACCEPT_TIME" IS '受理时间';
COMMENT ON COLUMN public.t_case."REMARK" IS '备注';`,
  ],
  [
    'DM8',
    `CREATE TABLE "BIZ"."T_CASE"
(
"ID" BIGINT IDENTITY(1, 1) NOT NULL,
"CASE_NO" VARCHAR2(50) NOT NULL,
"APPLICANT_NAME" VARCHAR(100 CHAR) NOT NULL,
"ID_CARD" VARCHAR(18),
"FEE" DEC(10,2),
"ACCEPT_TIME" DATETIME(6) NOT NULL,
"REMARK" TEXT,
NOT CLUSTER PRIMARY KEY("ID")) STORAGE(ON "MAIN", CLUSTERBTR) ;
COMMENT ON TABLE "BIZ"."T_CASE" IS '办件';
COMMENT ON COLUMN "BIZ"."T_CASE"."ID" IS '主键';
COMMENT ON COLUMN "BIZ"."T_CASE"."CASE_NO" IS '办件编号';
COMMENT ON COLUMN "BIZ"."T_CASE"."APPLICANT_NAME" IS '申请人姓名';
COMMENT ON COLUMN "BIZ"."T_CASE"."ID_CARD" IS '身份证号';
COMMENT ON COLUMN "BIZ"."T_CASE"."FEE" IS '费用（元）';
COMMENT ON COLUMN "BIZ"."T_CASE"."ACCEPT_TIME" IS '受理时间';
COMMENT ON COLUMN "BIZ"."T_CASE"."REMARK" IS '备注';`,
  ],
])('%s', (_, sql) => {
  expect(isDdl(sql)).toBe(true)
  const [table] = readDdl(sql)
  expect(table).toMatchObject({ zh: '办件' })
  expect(table?.name.toLowerCase()).toBe('t_case')
  expect(rowsOf(sql)).toEqual(same)
})

describe('what else stands in a DDL', () => {
  test('several tables', () => {
    const sql = "create table a (x int); create temporary table b (y char(3)); comment on column b.y is '年';"
    expect(readDdl(sql).map(({ name }) => name)).toEqual(['a', 'b'])
    expect(rowsOf(sql)).toEqual(['x int N', 'y s3 N 年'])
  })

  test('comments with quotes, brackets and semicolons', () => {
    expect(
      rowsOf(
        "CREATE TABLE t (a varchar(5) COMMENT '类型(1是;0否), it''s', b int -- 结束\n, c int /* ); */);",
      ),
    ).toEqual(["a s5 N 类型(1是;0否), it's", 'b int N', 'c int N'])
  })

  test('columns that are called like a word of SQL', () => {
    expect(rowsOf('CREATE TABLE t (`key` varchar(5), `comment` varchar(6), [index] int)')).toEqual([
      'key s5 N',
      'comment s6 N',
      'index int N',
    ])
  })

  test('what a type leaves open is noted', () => {
    const [table] = readDdl('CREATE TABLE t (a DATE, b VARCHAR2(50 BYTE), c NUMBER, d FLOAT, e BLOB)')
    expect(table?.fields.map(({ notes }) => notes.join())).toEqual([
      'DATE: holds a time of day in Oracle and DM8',
      'counted in bytes: Chinese takes 2 or 3 of them',
      'no precision given',
      'FLOAT: not exact',
      'BLOB: not a type of a field table',
    ])
  })

  test('text that is none, or torn', () => {
    expect(isDdl('{"create": "table"}')).toBe(false)
    expect(readDdl('CREATE TABLE')).toEqual([])
    expect(rowsOf('CREATE TABLE t (a varchar(5), b int')).toEqual(['a s5 N', 'b int N'])
  })
})
