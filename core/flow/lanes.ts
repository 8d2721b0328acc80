// Which lane of a system a key belongs to.

/** FNV-1a over the UTF-16 code units of the key, folded into the number of lanes. */
export function laneOf(key: string, lanes: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % lanes
}
