// BLAKE2b with 32 bytes (RFC 7693), and keys derived by it, which Node 18 has no word for. Slow and plain: for tests.
// SPDX-License-Identifier: Apache-2.0
const MASK = (1n << 64n) - 1n
const START = [0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n, 0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n]
const ORDER = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3], [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8], [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13], [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11], [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10], [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0]]
const LANES = [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15], [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]]
const turned = (x, by) => ((x >> by) | (x << (64n - by))) & MASK

function mix(v, [a, b, c, d], x, y) {
  v[a] = (v[a] + v[b] + x) & MASK
  v[d] = turned(v[d] ^ v[a], 32n)
  v[c] = (v[c] + v[d]) & MASK
  v[b] = turned(v[b] ^ v[c], 24n)
  v[a] = (v[a] + v[b] + y) & MASK
  v[d] = turned(v[d] ^ v[a], 16n)
  v[c] = (v[c] + v[d]) & MASK
  v[b] = turned(v[b] ^ v[c], 63n)
}

function compress(h, block, count, last) {
  const v = [...h, ...START]
  v[12] ^= BigInt(count)
  if (last) v[14] ^= MASK
  for (let round = 0; round < 12; round++) {
    const order = ORDER[round % 10]
    LANES.forEach((lane, i) => mix(v, lane, block.readBigUInt64LE(order[2 * i] * 8), block.readBigUInt64LE(order[2 * i + 1] * 8)))
  }
  for (let i = 0; i < 8; i++) h[i] ^= v[i] ^ v[i + 8]
}

// What libsodium derives from a key (crypto_kdf): the use is the personalization, the number the salt.
export function derived(key, use, number) {
  const numbered = Buffer.alloc(16), named = Buffer.alloc(16), block = Buffer.alloc(128)
  numbered.writeBigUInt64LE(BigInt(number))
  named.write(use)
  key.copy(block)
  return blake2b(block, key.length, Buffer.concat([numbered, named]))
}

// Keyed: the key, filled up to a block, stands before all else.
export function blake2b(bytes, keyed = 0, salted = Buffer.alloc(32)) {
  const h = [...START]
  h[0] ^= 0x01010020n ^ BigInt(keyed << 8) // 32 bytes out
  for (let i = 0; i < 4; i++) h[i + 4] ^= salted.readBigUInt64LE(i * 8)
  let at = 0
  for (; bytes.length - at > 128; at += 128) compress(h, bytes.subarray(at, at + 128), at + 128, false)
  const rest = Buffer.alloc(128)
  bytes.copy(rest, 0, at)
  compress(h, rest, bytes.length, true)
  const out = Buffer.alloc(64)
  h.forEach((word, i) => out.writeBigUInt64LE(word, i * 8))
  return out.subarray(0, 32)
}
