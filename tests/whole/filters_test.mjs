// Filters that somebody keeps of a list: hers alone, without a script, with nothing sealed in them, and sealed themselves.
// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { csv, deepEqual, equal, match, ok, onBothStores, test } from '../tool.mjs'
import { Visitor } from './../visitor.mjs'

async function world(t) {
  const r = await t.register(), keo = await r.user('keo', 'secretariat', 'secretariat'), noy = await r.user('noy', 'secretariat', 'secretariat'), server = await r.serve()
  await r.mustTake('person', csv([['key', 'given_name', 'sex'], ['P-1', 'Noy', 'female'], ['P-2', 'Keo', 'male']]))
  const visitors = []
  for (const who of [keo, noy]) {
    visitors.push(new Visitor(server))
    await visitors.at(-1).signIn(who)
  }
  return { r, server, keo: visitors[0], noy: visitors[1] }
}
const kept = (text) => Object.fromEntries([...(text.match(/<nav class='app-saved[^]*?<\/nav>/)?.[0] ?? '').matchAll(/href='([^']*)'[^>]*>([^<]*)<\/a>/g)].map(([, to, name]) => [name, to.replaceAll('&amp;', '&')]))
const form = (text) => Object.fromEntries([...(text.match(/<form method='post' action='\/filters'>[^]*?<\/form>/)?.[0] ?? '').matchAll(/type='hidden' name='([^']+)' value='([^']*)'/g)].map(([, name, value]) => [name, value.replaceAll('&amp;', '&')]))

onBothStores('what a list is asked for is kept under a name, stands above the list for her alone, and is let go again', async (t) => {
  const { r, keo, noy } = await world(t)
  deepEqual([kept((await keo.get('/person')).text), form(keo.text)], [{}, {}], 'of a whole list there is nothing to keep')
  await keo.get('/person?sex=female&province=&_filter=yes&after=5')
  equal(form(keo.text).query, 'sex=female')
  const saved = await keo.post('/filters', { ...form(keo.text), name: ' Women of the south ' })
  deepEqual([saved.status, saved.to], [303, '/person?sex=female'])
  deepEqual(kept((await keo.get('/person')).text), { 'Women of the south': '/person?sex=female' })
  deepEqual(kept((await keo.get('/person?sex=female')).text), { 'Women of the south': '/person?sex=female' })
  deepEqual(form(keo.text), {}, 'what she keeps already is not offered again')
  match(keo.text, /aria-current='true'>Women of the south/)
  match((await keo.get('/person')).text, /Forget it/, 'beside each, wherever she is: what leads nowhere any more goes, too')
  deepEqual(kept((await keo.get('/case')).text), {}, 'of that kind of record alone')
  deepEqual(kept((await noy.get('/person?sex=female')).text), {}, 'hers alone')
  // The same name again is the newer one; another user's of that name is another.
  await keo.get('/person?sex=male')
  await keo.post('/filters', { ...form(keo.text), name: 'Women of the south' })
  await noy.get('/person?sex=female')
  await noy.post('/filters', { ...form(noy.text), name: 'Women of the south' })
  deepEqual([kept((await keo.get('/person')).text), kept((await noy.get('/person')).text)], [{ 'Women of the south': '/person?sex=male' }, { 'Women of the south': '/person?sex=female' }])
  const id = (await keo.get('/person?sex=male')).text.match(/action='\/filters\/([a-z0-9]+)'/)[1]
  await noy.get('/person')
  await noy.post(`/filters/${id}`, { record: 'person' })
  deepEqual(kept((await keo.get('/person')).text), { 'Women of the south': '/person?sex=male' }, 'nobody lets go of what is another\'s')
  // A rebuild leaves it; it is no part of the journal.
  const entries = await r.entries()
  await r.must('rebuild')
  deepEqual([kept((await keo.get('/person')).text), await r.entries()], [{ 'Women of the south': '/person?sex=male' }, entries])
  await r.must('verify')
  await keo.get('/person?sex=male')
  equal((await keo.post(`/filters/${id}`, { record: 'person' })).status, 303)
  deepEqual(kept((await keo.get('/person')).text), {})
})

test('of more than twenty the oldest goes; what has no name, or what a list may not be asked for, is not kept', async (t) => {
  const { r, keo } = await world(t)
  await keo.get('/person?sex=female')
  const given = form(keo.text)
  for (let i = 0; i < 22; i++) equal((await keo.post('/filters', { ...given, query: `sex=female&born.from=19${50 + i}`, name: `N ${i}` })).status, 303)
  deepEqual(Object.keys(kept((await keo.get('/person')).text)), Array.from({ length: 20 }, (_, i) => `N ${i + 2}`))
  for (const change of [{ name: '' }, { name: '  ' }, { name: 'x'.repeat(300) }, { query: 'given_name=Noy' }, { query: 'phone=020' }, { query: 'nosuch=1' }, { query: 'sort=given_name' }, { query: 'sex=%zz' }])
    equal((await keo.post('/filters', { ...given, name: 'No', ...change })).status, 400, JSON.stringify(change))
  for (const record of ['', 'nosuch', 'users']) equal((await keo.post('/filters', { ...given, name: 'No', record })).status, 404, record)
  equal((await keo.ask('POST', '/filters', { form: { record: 'person', query: 'sex=female', name: 'No' } })).status, 403, 'forged')
  equal(Object.keys(kept((await keo.get('/person')).text)).includes('No'), false)
  // Whoever has the disk reads neither what was asked for nor what she calls it.
  await keo.post('/filters', { ...given, name: 'Palamy of Ban Sikhot' })
  const bytes = Buffer.concat(await Promise.all(['register.db', 'register.db-wal'].map((file) => readFile(join(r.dir, file)).catch(() => Buffer.alloc(0)))))
  for (const words of ['Palamy of Ban Sikhot', 'Ban Sikhot', 'sex=female']) ok(!bytes.includes(words), words)
})
