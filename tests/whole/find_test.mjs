// Find by name: the shapes of its answers, a batch, other letters and spellings.
// SPDX-License-Identifier: Apache-2.0
import { csv, deepEqual, equal, match, ok, onBothStores, test } from '../tool.mjs'

const people = [['key', 'given_name', 'family_name', 'nickname'], ['P1', 'Bounmy', 'Phommachanh', ''], ['P2', 'ບຸນມີ', 'ພົມມະຈັນ', 'ດຳ'], ['P3', 'Noy', '', ''],
  ['P4', 'Khamla', 'Sisouk', 'Noy'], ['P5', 'Kham', 'Outhay', ''], ['P6', '', '', ''], ['P7', 'Somphone', 'Keola', '']]

async function found(r, name, ...options) { return JSON.parse(await r.must('find', name, '--format', 'json', ...options)) }

onBothStores('find answers as text, json and tsv, the likeliest first', async (t) => {
  const r = await t.register()
  await r.mustTake('person', csv(people))
  const answer = await found(r, 'Bounmy Phommachanh')
  deepEqual(Object.keys(answer[0]), ['rank', 'key', 'score', 'title'])
  equal(answer[0].key, 'P1')
  equal(answer[0].title, 'Bounmy Phommachanh')
  deepEqual(answer.map((one) => one.rank), answer.map((_, i) => i + 1))
  deepEqual(answer.map((one) => one.score), answer.map((one) => one.score).sort((a, b) => b - a))
  const tsv = (await r.must('find', 'Bounmy Phommachanh', '--format', 'tsv')).trimEnd().split('\n').map((line) => line.split('\t'))
  deepEqual(tsv.map(([line, rank, key]) => [line, rank, key]), answer.map((one) => ['1', String(one.rank), one.key]))
  ok(tsv.every((cells) => cells.length === 4 && Number(cells[3]) > 0))
  match(await r.must('find', 'Bounmy Phommachanh'), /P1/)
  equal((await found(r, 'Noy', '--limit', '1')).length, 1)
})

onBothStores('the same name in Lao and in Latin letters, misspelt, turned round, by nickname', async (t) => {
  const r = await t.register()
  await r.mustTake('person', csv(people))
  const top = async (name, n = 2) => (await found(r, name, '--limit', String(n))).map((one) => one.key)
  deepEqual((await top('Bounmy Phommachanh')).sort(), ['P1', 'P2'])
  deepEqual((await top('ບຸນມີ ພົມມະຈັນ')).sort(), ['P1', 'P2'])
  equal((await top('Bunmee Pommachan'))[0][0], 'P')
  ok((await top('Phommachanh Bounmy')).includes('P1'))
  ok((await top('Noy')).includes('P3'))
  ok((await top('Khamla'))[0] === 'P4')
})

onBothStores('a batch answers line by line, in the file\'s order', async (t) => {
  const r = await t.register()
  await r.mustTake('person', csv(people))
  const file = await r.write('names.txt', 'Khamla Sisouk\n\nSomphone Keola\r\nບຸນມີ\nzzzzqqqq')
  const lines = (await r.must('find', '--batch', file, '--format', 'tsv')).trimEnd().split('\n').map((line) => line.split('\t'))
  const first = (n) => lines.find(([line, rank]) => line === String(n) && rank === '1')?.[2]
  deepEqual([first(1), first(3)], ['P4', 'P7'])
  ok(['P1', 'P2'].includes(first(4)))
  equal(first(2), undefined)
  deepEqual(lines.map(([line]) => Number(line)), lines.map(([line]) => Number(line)).sort((a, b) => a - b))
  const json = (await r.must('find', '--batch', file, '--format', 'json')).trimEnd().split('\n').map((line) => JSON.parse(line))
  equal(json.length, 5)
  equal(json[0][0].key, 'P4')
  deepEqual(json[1], [])
})

test('odd questions get an answer, never a crash', async (t) => {
  const r = await t.register()
  await r.mustTake('person', csv(people))
  for (const name of ['', ' ', '%', "'", '"', '\\', 'a'.repeat(10_000), 'ກ'.repeat(5000), '𝔘', '\u0301', '-', '1', '()', 'Noy\nNoy'])
    equal((await r.run('find', name, '--format', 'json')).code, 0, JSON.stringify(name.slice(0, 20)))
  equal((await r.run('find', '--', '--limit')).code, 0)
  equal((await r.run('find', '--batch', await r.write('bad.txt', Buffer.from([0x4e, 0xff, 0xfe, 0x0a, 0x00, 0x0a])))).code, 1)
})

onBothStores('who changed her name is found by the new one, and by the old one no more', async (t) => {
  const r = await t.register()
  await r.mustTake('person', csv(people))
  await r.mustTake('person', 'key,given_name,family_name\nP7,Vilayvanh,Douangta\n')
  equal((await found(r, 'Vilayvanh Douangta'))[0].key, 'P7')
  ok(!(await found(r, 'Somphone Keola')).some((one) => one.key === 'P7' && one.score > 0.7))
})
