// The SM2 curve in plain BigInt. sm-crypto takes 20 to 40 ms for a verification and a demo of some hundred cases makes
// thousands; with one table of multiples per public key this takes one or two. sm2.ts lets sm-crypto decide in every case
// of doubt and in samples. Not constant-time: for the sandbox's development keys only.

// GB/T 32918.5 clause 2
const p = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn
const a = p - 3n
const b = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n
const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
const gx = 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n
const gy = 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n

/** Jacobian coordinates: x = X/Z², y = Y/Z³; z = 0 is the point at infinity. */
type Point = { x: bigint; y: bigint; z: bigint }
const infinity: Point = { x: 1n, y: 1n, z: 0n }

function mod(value: bigint): bigint {
  const rest = value % p
  return rest < 0n ? rest + p : rest
}

function double({ x, y, z }: Point): Point {
  if (z === 0n) return infinity
  const yy = mod(y * y)
  const s = mod(4n * x * yy)
  const zz = mod(z * z)
  const m = mod(3n * (x - zz) * (x + zz)) // a = -3
  const x3 = mod(m * m - 2n * s)
  return { x: x3, y: mod(m * (s - x3) - 8n * yy * yy), z: mod(2n * y * z) }
}

function add(left: Point, right: Point): Point {
  if (left.z === 0n) return right
  if (right.z === 0n) return left
  const zz1 = mod(left.z * left.z)
  const zz2 = mod(right.z * right.z)
  const u1 = mod(left.x * zz2)
  const s1 = mod(left.y * mod(zz2 * right.z))
  const h = mod(right.x * zz1 - u1)
  const r = mod(right.y * mod(zz1 * left.z) - s1)
  if (h === 0n) return r === 0n ? double(left) : infinity
  const hh = mod(h * h)
  const hhh = mod(hh * h)
  const v = mod(u1 * hh)
  const x = mod(r * r - hhh - 2n * v)
  return { x, y: mod(r * (v - x) - s1 * hhh), z: mod(mod(left.z * right.z) * h) }
}

/** rows[i][j] = j · 16^i · point, so that a multiple is 64 additions and no doubling. */
type Table = Point[][]

function tableOf(point: Point): Table {
  const rows: Table = []
  let base = point
  for (let i = 0; i < 64; i++) {
    const row = [infinity]
    for (let j = 1; j <= 16; j++) row.push(add(row[j - 1] as Point, base))
    base = row.pop() as Point
    rows.push(row)
  }
  return rows
}

function multiply(table: Table, scalar: bigint, start: Point): Point {
  let sum = start
  for (let i = 0, left = scalar; left > 0n; i++, left >>= 4n) {
    sum = add(sum, table[i]?.[Number(left & 15n)] as Point)
  }
  return sum
}

/** Checks (r, s) over the digest e: `true` when right. Make one per public key and keep it (10 to 20 ms to make). */
export type Verifier = (e: bigint, r: bigint, s: bigint) => boolean

/** Makes verifiers that share one table of the base point. `verifierOf` throws when (x, y) is not on the curve. */
export function createVerifiers(): (x: bigint, y: bigint) => Verifier {
  const generator = tableOf({ x: gx, y: gy, z: 1n })

  return function verifierOf(x, y) {
    if (!onCurve(x, y)) throw new Error('SM2: point not on curve')
    const own = tableOf({ x, y, z: 1n })

    /** GB/T 32918.2 clause 7 */
    return function verify(e, r, s) {
      if (r < 1n || r >= n || s < 1n || s >= n) return false
      const t = (r + s) % n
      if (t === 0n) return false
      const point = multiply(own, t, multiply(generator, s, infinity))
      if (point.z === 0n) return false
      const wanted = (((r - e) % n) + n) % n // x1 mod n; x1 itself may be n larger, as p > n
      const zz = mod(point.z * point.z)
      return [wanted, wanted + n].some((x1) => x1 < p && mod(x1 * zz) === point.x)
    }
  }
}

const onCurve = (x: bigint, y: bigint) => x < p && y < p && mod(y * y) === mod(x * x * x + a * x + b)

/** scalar · (x, y), affine; undefined for a point off the curve or a result at infinity. */
export function times(scalar: bigint, x: bigint, y: bigint): { x: bigint; y: bigint } | undefined {
  if (!onCurve(x, y)) return undefined
  const point = { x, y, z: 1n }
  let sum = infinity
  for (const bit of scalar.toString(2)) {
    sum = double(sum)
    if (bit === '1') sum = add(sum, point)
  }
  if (sum.z === 0n) return undefined
  const inverse = invert(sum.z)
  const square = mod(inverse * inverse)
  return { x: mod(sum.x * square), y: mod(sum.y * mod(square * inverse)) }
}

/** Extended Euclid modulo p. */
function invert(value: bigint): bigint {
  let [r0, r1, t0, t1] = [p, value, 0n, 1n]
  while (r1 !== 0n) {
    const q = r0 / r1
    ;[r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1]
  }
  return mod(t0)
}
