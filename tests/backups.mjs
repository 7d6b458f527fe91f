// The parts of a backup as src/register/keep/backup.h tells them, by nothing of the program: opened, and taken apart into rows.
// SPDX-License-Identifier: Apache-2.0
import { createDecipheriv } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { derived } from './blake2b.mjs'

// ---- XChaCha20-Poly1305, of which Node has all but the first step (draft-irtf-cfrg-xchacha-03) ---------------------
const turned = (x, by) => (x << by) | (x >>> (32 - by))
function quarter(s, a, b, c, d) {
  for (const [one, two] of [[16, 12], [8, 7]]) {
    s[a] += s[b]; s[d] = turned(s[d] ^ s[a], one)
    s[c] += s[d]; s[b] = turned(s[b] ^ s[c], two)
  }
}
function subkey(key, nonce) {
  const s = new Uint32Array(16), words = (bytes, n, to) => { for (let i = 0; i < n; i++) s[to + i] = bytes.readUInt32LE(4 * i) }
  words(Buffer.from('expand 32-byte k'), 4, 0)
  words(key, 8, 4)
  words(nonce, 4, 12)
  for (let i = 0; i < 10; i++) {
    for (let k = 0; k < 4; k++) quarter(s, k, k + 4, k + 8, k + 12)
    for (let k = 0; k < 4; k++) quarter(s, k, ((k + 1) & 3) + 4, ((k + 2) & 3) + 8, ((k + 3) & 3) + 12)
  }
  return Buffer.from(new Uint32Array([...s.slice(0, 4), ...s.slice(12)]).buffer)
}
export function opened(key, nonce, bound, sealed) {
  const by = createDecipheriv('chacha20-poly1305', subkey(key, nonce), Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]), { authTagLength: 16 })
  by.setAAD(Buffer.from(bound))
  by.setAuthTag(sealed.subarray(sealed.length - 16))
  return Buffer.concat([by.update(sealed.subarray(0, sealed.length - 16)), by.final()])
}

// ---- rows --------------------------------------------------------------------------------------------------------
// [table, columns, rows], a row's cells as null, digits, or a buffer.
export function taken(bytes) {
  const tables = []
  let at = 0
  const count = () => bytes.readUInt32LE((at += 4) - 4), piece = (n) => bytes.subarray(at, (at += n)), kind = () => piece(1).toString()
  const cell = () => { const of = kind(); return of === 'n' ? null : of === 'i' ? String(piece(8).readBigInt64LE()) : piece(count()) }
  while (at < bytes.length) {
    if (kind() !== 'T') throw new Error(`no table begins at ${at}`)
    const name = piece(count()).toString(), columns = Array.from({ length: count() }, () => piece(count()).toString()), rows = []
    for (let of = kind(); of !== 'E'; of = kind()) rows.push(columns.map(cell))
    tables.push([name, columns, rows])
  }
  return tables
}
// keyFile: the unlock key's, in 64 hexadecimal digits.
export async function tablesOf(folder, keyFile) {
  const unlock = Buffer.from((await readFile(keyFile, 'utf8')).trim(), 'hex'), keys = await readFile(join(folder, 'keys'))
  const [[name, , [[of, wrapped]]]] = taken(keys)
  if (name !== 'sealing' || of.toString() !== 'tables') throw new Error('the part keys does not begin with the key of the tables')
  const key = opened(derived(unlock, 'wrap', 0), wrapped.subarray(0, 24), 'sukhwan backup tables', wrapped.subarray(24))
  const sealed = await readFile(join(folder, 'tables')), blocks = []
  for (let at = 0, n = 0; at < sealed.length; n++) {
    const nonce = Buffer.alloc(24), end = at + 4 + sealed.readUInt32LE(at)
    nonce.writeBigUInt64LE(BigInt(n))
    blocks.push(opened(key, nonce, end === sealed.length ? 'sukhwan last block' : 'sukhwan block', sealed.subarray(at + 4, end)))
    at = end
  }
  return Buffer.concat(blocks)
}
// A part as it is the same in every backup of the same register: tables opened, keys without the one that is this backup's alone.
export async function partOf(folder, name, keyFile) {
  const bytes = name === 'tables' ? await tablesOf(folder, keyFile) : await readFile(join(folder, name))
  return name === 'keys' ? bytes.subarray(bytes.indexOf('ET') + 1) : bytes
}
