// Find by name: the shapes of its answers, a batch, other letters and spellings.
// SPDX-License-Identifier: Apache-2.0
import { csv, deepEqual, equal, match, ok, onBothStores, sleep, test } from '../tool.mjs'

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

test('when nobody is found a sentence says so on standard error, and nothing stands on standard output', async (t) => {
  const r = await t.register()
  await r.mustTake('person', csv(people))
  for (const name of ['zzzzqqqq', 'ຊຊຊຊຊ໑']) {
    const none = await r.run('find', name)
    deepEqual([none.code, none.out, none.err], [0, '', 'sukhwan: Nothing was found. Try a part of the name, a nickname, or the name in other letters.\n'], name)
  }
  equal((await r.run('find', 'Khamla')).err, '')
  for (const [format, out] of [['json', '[]\n'], ['tsv', '']]) {
    const none = await r.run('find', 'zzzzqqqq', '--format', format)
    deepEqual([none.out, none.err], [out, ''], format)
  }
})

test('in a batch each line that finds nobody is told with its number', async (t) => {
  const r = await t.register()
  await r.mustTake('person', csv(people))
  const file = await r.write('names.txt', 'Khamla Sisouk\nzzzzqqqq\n\nSomphone Keola\nqqqqzzzz')
  const told = await r.run('find', '--batch', file)
  equal(told.code, 0)
  deepEqual(told.err.split('\n'), [`${file}:2: -: Nothing was found.`, `${file}:5: -: Nothing was found.`, ''])
  match(told.out, /P4[^]*P7/)
})

onBothStores('who changed her name is found by the new one, and by the old one no more', async (t) => {
  const r = await t.register()
  await r.mustTake('person', csv(people))
  await r.mustTake('person', 'key,given_name,family_name\nP7,Vilayvanh,Douangta\n')
  equal((await found(r, 'Vilayvanh Douangta'))[0].key, 'P7')
  ok(!(await found(r, 'Somphone Keola')).some((one) => one.key === 'P7' && one.score > 0.7))
})

// ---- by a key, a phone, a title ------------------------------------------------------------------------------
const many = async (r) => {
  await r.mustTake('person', csv([['key', 'given_name', 'family_name', 'phone'], ['P-1', 'Bounmy', 'Phommachanh', '020 5551 0001'], ['P-2', 'Noy', '', '+66 81 234 5678 / ໐໓໐ ໗໗໗ ໘໘໘໘'], ['LA-2024-007', 'Keo', 'Sisouk', '']]))
  await r.mustTake('organization', csv([['key', 'name', 'name_lao', 'phone'], ['O-1', 'Helping Hands', 'ມືຊ່ວຍເຫຼືອ', '021 214567']]))
  await r.mustTake('case', csv([['key', 'kind', 'opened', 'title'], ['K-2024-001', 'criminal', '2024-03-27', 'Garment factory near the bridge'], ['K-2024-002', 'protection', '2024-03-28', 'ໂຮງງານຕັດຫຍິບໃກ້ຂົວ']]))
  await r.mustTake('service', csv([['key', 'person', 'given'], ['S-77', 'P-1', '2024-03-27']]))
}
async function asked(t, role, unit) {
  const r = await t.register()
  await many(r)
  const token = await r.token('asker', role, unit), server = await r.serve()
  for (let i = 0; i < 100 && (await server.ask('GET', '/health')).body.find_ready < 1; i++) await sleep(50)
  return { r, server, find: async (q) => { const { status, body } = await server.ask('GET', `/find?q=${encodeURIComponent(q)}`, undefined, token); return { status, people: body.items?.map((one) => one.key), others: body.others?.map((one) => `${one.record} ${one.key}`), body } } }
}

onBothStores('a person is found by her key and by her phone, however it is written', async (t) => {
  const { find, r } = await asked(t, 'secretariat', 'secretariat')
  for (const q of ['P-1', 'p-1', '020 5551 0001', '+856 20 5551 0001', '20 55510001', '0085620 5551-0001', '5551 0001', '໐໒໐ ໕໕໕໑ ໐໐໐໑']) equal((await find(q)).people[0], 'P-1', q)
  for (const q of ['LA-2024-007']) deepEqual((await find(q)).people.slice(0, 1), ['LA-2024-007'], q)
  for (const q of ['081 234 5678', '+66812345678', '0307778888']) deepEqual((await find(q)).people, ['P-2'], q)
  for (const q of ['020 5551 0009', '0001', 'P-99', '030 5551 0001']) deepEqual((await find(q)).people, [], q)
  deepEqual(Object.keys((await find('P-1')).body.items[0]), ['rank', 'id', 'key', 'score', 'title'])
  equal((await find('P-1')).body.items[0].score, 1)
  equal((await found(r, '+856 20 5551 0001'))[0].key, 'P-1')
})

onBothStores('a case is found by its title and its key, an organization by its names and its phone, any record by its key', async (t) => {
  const { find, r, server } = await asked(t, 'secretariat', 'secretariat')
  for (const q of ['K-2024-001', 'Garment factory near the bridge', 'garment factory', 'Factory garmnet']) equal((await find(q)).others[0], 'case K-2024-001', q)
  equal((await find('ໂຮງງານຕັດຫຍິບໃກ້ຂົວ')).others[0], 'case K-2024-002')
  for (const q of ['Helping Hands', 'ມືຊ່ວຍເຫຼືອ', '+856 21 214567', 'O-1']) equal((await find(q)).others[0], 'organization O-1', q)
  deepEqual((await find('S-77')).others, ['service S-77'])
  deepEqual((await find('zzzz qqqq')).others, [])
  const one = (await find('garment factory')).body.others[0]
  deepEqual(Object.keys(one), ['rank', 'record', 'id', 'key', 'score', 'title'])
  equal(one.title, 'Garment factory near the bridge')
  await r.mustTake('case', csv([['key', 'title'], ['K-2024-001', 'Fishing boat']]))
  for (let i = 0; i < 100 && !(await find('fishing boat')).others.length; i++) await sleep(50)
  equal((await find('fishing boat')).others[0], 'case K-2024-001')
  deepEqual((await find('garment factory')).others, [])
  ok(!server.err.includes(': '), server.err)
})

// A text that is exactly a key or a phone of something, and names that have a little in common with it.
const crowd = async (r) => {
  await r.mustTake('person', csv([['key', 'given_name', 'family_name', 'phone'], ...Array.from({ length: 25 }, (_, i) => [`P-${i}`, 'Case', `Keo${'abcdefghijklmnopqrstuvwxy'[i]}`, '']), ['TB-1', 'Tombo', 'Sisouk', ''], ['TB-2', 'Noy', 'Tombo', '020 5551 0001']]))
  await r.mustTake('case', csv([['key', 'kind', 'opened', 'title'], ['CASE/2024-9', 'criminal', '2024-03-27', 'Garment factory'], ['Tombo', 'criminal', '2024-03-27', 'Fishing boat']]))
  await r.mustTake('organization', csv([['key', 'name', 'phone'], ['Case', 'Helping Hands', '020 5551 0001']]))
}
async function crowded(t) {
  const r = await t.register()
  await crowd(r)
  const token = await r.token('asker', 'secretariat', 'secretariat'), server = await r.serve()
  for (let i = 0; i < 100 && (await server.ask('GET', '/health')).body.find_ready < 1; i++) await sleep(50)
  const ask = async (q) => { const { body } = await server.ask('GET', `/find?q=${encodeURIComponent(q)}`, undefined, token); return [body.items.map((one) => one.key), body.others.map((one) => one.key)] }
  const page = async (q) => (await (await fetch(new URL(`/find?q=${encodeURIComponent(q)}`, server.url), { headers: { authorization: `Bearer ${token}`, accept: 'text/html', cookie: 'lang=en' } })).text()).match(/<main[^]*<\/main>/)[0]
  return { r, server, ask, page }
}
onBothStores('a text that is exactly the key of a case finds it alone, not persons who have a word of it: page, JSON and command', async (t) => {
  const { r, server, ask, page } = await crowded(t)
  equal((await found(r, 'CASE/2024-8', '--limit', '20')).length, 20) // nothing bears this key: the weak ones are all there is
  deepEqual(await ask('CASE/2024-9'), [[], ['CASE/2024-9']])
  deepEqual((await found(r, 'CASE/2024-9')).map((one) => [one.rank, one.key, one.score, one.title]), [[1, 'CASE/2024-9', 1, 'Garment factory']])
  match(await r.must('find', 'CASE/2024-9'), /^1\.000  CASE\/2024-9  Garment factory\n$/)
  equal(await r.must('find', 'CASE/2024-9', '--format', 'tsv'), '1\t1\tCASE/2024-9\t1.000\n')
  const first = await page('CASE/2024-9')
  match(first, /Found exactly[^]*Garment factory/)
  ok(!first.includes('<table') && !first.includes('Keoa'))
  await server.stop()
})

onBothStores('what fits exactly by key or phone stands first, whatever its type, then who is called so', async (t) => {
  const { r, server, ask, page } = await crowded(t)
  // A key that is somebody's name as well: the case, then those who are called so.
  const [people, others] = await ask('Tombo')
  deepEqual([people.sort(), others], [['TB-1', 'TB-2'], ['Tombo']])
  const both = await found(r, 'Tombo')
  equal(both[0].key, 'Tombo')
  deepEqual(both.slice(1).map((one) => one.key).sort(), ['TB-1', 'TB-2'])
  const text = await page('Tombo'), second = ['Fishing boat', 'Tombo Sisouk', 'Noy Tombo'].map((part) => text.indexOf(part))
  ok(second.every((at) => at > 0) && second[0] < second[1] && second[0] < second[2], second.join())
  // A phone of a person and of an organization, in another way of writing.
  deepEqual(await ask('+856 20 5551 0001'), [['TB-2'], ['Case']])
  deepEqual((await found(r, '+856 20 5551 0001')).map((one) => one.key), ['TB-2', 'Case'])
  // A person's own key.
  deepEqual(await ask('tb-1'), [['TB-1'], []])
  deepEqual((await found(r, 'TB-1')).map((one) => one.key), ['TB-1'])
  await server.stop()
})

onBothStores('nobody finds by what is not for her role, nor what is not hers', async (t) => {
  for (const [role, unit, persons, cases] of [['data_protection_officer', 'secretariat', ['P-1'], ['case K-2024-001']], ['auditor', 'secretariat', [], ['case K-2024-001']],
    ['committee', 'ncatip', [], []], ['police_investigator', 'atd_investigation', [], []]]) { // rows without names, or figures alone
    const { find } = await asked(t, role, unit)
    for (const q of ['020 5551 0001', 'Bounmy', 'garment factory']) {
      const { people, others } = await find(q)
      deepEqual([people, others], [[], []], `${role} ${q}`)
    }
    deepEqual((await find('K-2024-001')).others, cases)
    const { people, body } = await find('P-1')
    deepEqual(people, persons)
    deepEqual(body.items.map((one) => one.title), persons)
  }
  // The secretary finds by key alone what others' keys seal; who wrote it finds it by name.
  const secretary = await asked(t, 'secretariat', 'secretariat'), police = secretary.server.api(await secretary.r.token('somsy', 'police_investigator', 'atd_investigation'))
  equal((await police('POST', '/person', { key: 'P-3', given_name: 'Vilayvanh', family_name: 'Douangta', phone: '020 7771 0003' })).status, 201)
  const theirs = async (q) => (await police('GET', `/find?q=${encodeURIComponent(q)}`)).body.items.map((one) => one.key)
  for (let i = 0; i < 100 && !(await theirs('Vilayvanh Douangta')).length; i++) await sleep(50)
  for (const q of ['Vilayvanh Douangta', '020 7771 0003']) deepEqual([await theirs(q), (await secretary.find(q)).people], [['P-3'], []], q)
  deepEqual((await secretary.find('P-3')).body.items.map((one) => [one.key, one.title]), [['P-3', 'P-3']])
  const trainer = await asked(t, 'trainer', 'secretariat')
  for (const q of ['P-1', '020 5551 0001', 'Bounmy', 'K-2024-001', 'garment factory', 'S-77']) {
    const { status, people, others } = await trainer.find(q)
    deepEqual([status, people, others], [200, [], []], q)
  }
  const counsellor = await asked(t, 'counsellor', 'lwu_centre')
  for (const q of ['P-1', '020 5551 0001', 'K-2024-001', 'garment factory', 'S-77']) {
    const { people, others } = await counsellor.find(q)
    deepEqual([people, others], [[], []], q)
  }
  equal((await (await asked(t, 'administrator', 'secretariat')).find('P-1')).status, 403)
})
