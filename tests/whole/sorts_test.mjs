// The order of a list: by which headings it can be turned, and that paging goes on in it, forwards and back, on both stores.
// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { csv, deepEqual, equal, home, match, ok, onBothStores, table, test } from '../tool.mjs'
import { Visitor } from './../visitor.mjs'

async function world(t, role = 'secretariat', unit = 'secretariat') {
  const r = await t.register(), who = await r.user('keo', role, unit), token = await r.token('program', role, unit), server = await r.serve()
  const visitor = new Visitor(server, 'en')
  await visitor.signIn(who)
  return { r, server, visitor, api: (path) => server.ask('GET', path, undefined, token, { 'accept-language': 'en' }) }
}
const hrefs = (text) => [...text.matchAll(/href='([^']*)'/g)].map(([, to]) => to.replaceAll('&amp;', '&'))
const way = (text, rel) => text.match(new RegExp(`href='([^']*)' rel='${rel}'`))?.[1].replaceAll('&amp;', '&')
const heads = (text) => Object.fromEntries([...text.match(/<thead[^]*?<\/thead>/)[0].matchAll(/<th [^>]*?(?:aria-sort='(\w+)')?>(?:<a [^>]*href='([^']*)'>)?([^<]*)/g)]
  .map(([, now, to, words]) => [words.trim(), { now, to: to?.replaceAll('&amp;', '&') }]))

// 53 of them: days that many share, and some without one; amounts and keys that stand otherwise than they were typed.
const days = ['2024-03-01', '', '2024-01', '2023', '2024-03-01', '2025-07-09', '']
const rows = Array.from({ length: 53 }, (_, i) => ({ key: `R-${String((i * 29) % 53).padStart(2, '0')}`, title: `Point ${i}`, issued: `20${10 + (i % 9)}-05-0${1 + (i % 3)}`, due: days[i % 7] }))
const first = (day) => (day ? (day + '-01-01').slice(0, 10) : '')
const byDay = (name) => (a, b) => (first(a[name]) < first(b[name]) ? -1 : first(a[name]) > first(b[name]) ? 1 : rows.indexOf(a) - rows.indexOf(b))
const orders = {
  '': [...rows].sort(byDay('issued')).reverse(), issued: [...rows].sort(byDay('issued')), due: [...rows].sort(byDay('due')), '-due': [...rows].sort(byDay('due')).reverse(),
  key: [...rows].sort((a, b) => (a.key < b.key ? -1 : 1)), '-key': [...rows].sort((a, b) => (a.key < b.key ? 1 : -1)),
}
const keys = (list) => list.map((one) => one.key)

onBothStores('a list is read through in every order that an index keeps, page by page, forwards and back, by people and by programs', async (t) => {
  const { r, visitor, api } = await world(t)
  await r.mustTake('recommendation', csv([['key', 'title', 'issued', 'due'], ...rows.map((one) => [one.key, one.title, one.issued, one.due])]))
  const ids = Object.fromEntries((await api('/recommendation?limit=1000')).body.items.map((one) => [one.id, one.key]))
  const shown = (text) => [...text.matchAll(/<th scope='row'[^>]*><a[^>]*href='\/recommendation\/([a-z0-9]{20})'/g)].map(([, id]) => ids[id])
  for (const [sort, wanted] of Object.entries(orders)) {
    const pages = []
    for (let path = sort ? `/recommendation?sort=${sort}` : '/recommendation'; path; path = way(pages.at(-1).text, 'next')) {
      pages.push(await visitor.get(path))
      equal(pages.at(-1).status, 200, path)
      ok(pages.length < 5, 'it ends')
    }
    deepEqual(pages.flatMap((page) => shown(page.text)), keys(wanted), sort)
    equal(way(pages[0].text, 'prev'), undefined, 'before the first there is none')
    for (let n = pages.length - 1, path = way(pages[n].text, 'prev'); n; n--) { // and back, to the same pages
      const page = await visitor.get(path)
      deepEqual(shown(page.text), shown(pages[n - 1].text), `${sort}: back to page ${n}`)
      deepEqual(shown((await visitor.get(way(page.text, 'next'))).text), shown(pages[n].text), `${sort}: and forwards again`)
      path = way(page.text, 'prev')
      equal(path === undefined, n === 1, `${sort}: before page ${n}`)
    }
    const got = []
    for (let next = ''; next !== null && sort;) {
      const { status, body } = await api(`/recommendation?sort=${sort}&limit=7${next && `&after=${encodeURIComponent(next)}`}`)
      equal(status, 200)
      got.push(...body.items.map((one) => one.key))
      next = body.next
    }
    if (sort) deepEqual(got, keys(wanted), `programs, ${sort}`)
  }
  // Somebody writes at the front meanwhile: the way back shows what stands before, not more and not less.
  const second = await visitor.get(way((await visitor.get('/recommendation?sort=due')).text, 'next'))
  await r.mustTake('recommendation', csv([['key', 'title', 'due'], ...Array.from({ length: 3 }, (_, i) => [`N-${i}`, 'New', ''])]))
  const back = await visitor.get(way(second.text, 'prev'))
  equal(shown(back.text).length, 20)
  ok(way(back.text, 'prev'), 'three stand before it')
  const fewer = await visitor.get(way(back.text, 'prev'))
  equal(shown(fewer.text).length, 20, 'less than a page before is the first page')
  equal(way(fewer.text, 'prev'), undefined)
})

test('a heading by which a list can be sorted is a link that says how the list stands; others are none, and what cannot be is a fault', async (t) => {
  const { r, visitor, api } = await world(t)
  await r.mustTake('recommendation', csv([['key', 'title', 'issued', 'due'], ...rows.slice(0, 3).map((one) => [one.key, one.title, one.issued, one.due])]))
  const plain = heads((await visitor.get('/recommendation')).text)
  deepEqual(Object.entries(plain).filter(([, one]) => one.to).map(([words, one]) => [words, one.now, one.to]),
    [['Issued on', 'descending', '/recommendation?sort=issued'], ['Due on', undefined, '/recommendation?sort=-due']])
  equal(Object.values(plain).filter((one) => one.to).length, 2, JSON.stringify(plain))
  const due = (await visitor.get('/recommendation?sort=-due&status=&_filter=')).text
  deepEqual(Object.values(heads(due)).filter((one) => one.now).map((one) => [one.now, one.to]), [['descending', '/recommendation?sort=due']])
  match(due, /newest first, by: /)
  match((await visitor.get('/recommendation?sort=due')).text, /oldest first, by: /)
  deepEqual(Object.values(heads((await visitor.get('/recommendation?sort=issued')).text)).filter((one) => one.now).map((one) => [one.now, one.to]), [['ascending', '/recommendation']])
  for (const sort of ['title', 'status', '-status', 'nosuch', '-', 'row', 'state', 'due.from']) {
    const { status, body } = await api(`/recommendation?sort=${sort}`)
    equal(status, 400, sort)
    deepEqual(body.faults.map((one) => one.field), ['sort'])
    match(body.faults[0].message, /cannot be sorted by .* It can be by: key, issued, due; with - before it/)
    equal((await visitor.get(`/recommendation?sort=${sort}`)).status, 400, sort)
  }
  for (const place of ['abc', '5', '.5', '20240101.x', '20240101.-1', '99999999.1', '-1.1']) {
    equal((await api(`/recommendation?sort=due&after=${place}`)).status, 400, place)
    for (const name of ['after', 'before']) equal((await visitor.get(`/recommendation?sort=due&${name}=${place}`)).status, 400, place)
  }
  equal((await api('/recommendation?before=5')).status, 400, 'of programs nobody asks that')
  const kept = (await visitor.get('/recommendation?sort=due&_filter=yes')).text
  match(kept, /<input type='hidden' name='sort' value='due'>/)
})

onBothStores('the order tells nothing of what is closed: nobody sorts by a day that is not open to her in every row, nor by keys of others', async (t) => {
  const { r, visitor, api } = await world(t, 'police_investigator', 'atd')
  for (const [sort, told] of [['born', /cannot be sorted/], ['key', /cannot be sorted/], ['given_name', /cannot be sorted/]]) {
    const { status, body } = await api(`/person?sort=${sort}`)
    deepEqual([sort, status], [sort, 400])
    match(body.faults[0].message, told)
  }
  await r.mustTake('case', csv([['key', 'kind', 'opened', 'title'], ...Array.from({ length: 30 }, (_, i) => [`K-${i}`, 'criminal', `2024-0${1 + (i % 9)}-15`, `Case ${i}`])]))
  equal((await api('/case?sort=opened')).body.items.length, 0, 'none of them is hers')
  equal((await visitor.get('/case?sort=opened')).status, 200)
})

onBothStores('a total goes up to a thousand, of what she may see, as Lao offices write numbers', async (t) => {
  const { r, server, visitor } = await world(t)
  const take = (n, at) => r.mustTake('recommendation', csv([['key', 'title', 'issued'], ...Array.from({ length: n }, (_, i) => [`T-${at + i}`, 'One', '2024-01-02'])]))
  await take(37, 0)
  match((await visitor.get('/recommendation')).text, />37 · /)
  await take(963, 37)
  match((await visitor.get('/recommendation')).text, />1,000 · /)
  await take(1, 1000)
  match((await visitor.get('/recommendation')).text, />1,000 or more · /)
  await visitor.get('/language?to=lo&next=/')
  match((await visitor.get('/recommendation')).text, />1\.000 ຂຶ້ນໄປ · /)
  const police = await r.token('other', 'police_investigator', 'atd')
  for (let i = 0; i < 3; i++) equal((await server.ask('POST', '/case', { key: `M-${i}`, kind: 'criminal', opened: '2024-03-01', title: `Mine ${i}` }, police)).status, 201)
  const other = new Visitor(server, 'en')
  await r.mustTake('case', csv([['key', 'kind', 'opened', 'title'], ...Array.from({ length: 30 }, (_, i) => [`K-${i}`, 'criminal', '2024-03-15', `Case ${i}`])]))
  await other.signIn(await r.user('noy', 'police_investigator', 'atd'))
  match((await other.get('/case')).text, />3 · newest first/)
  match((await visitor.get('/case')).text, />33 · /)
})

test('whatever a list is filtered by and sorted by is paged by an index: nothing is sorted that does not stand on the page', async (t) => {
  const { r, api } = await world(t)
  const read = async (name) => table(await readFile(join(home, 'packs/laos', name), 'utf8'))
  const screens = [...await read('screens.csv'), ...(await Promise.all((await readdir(join(home, 'packs/laos/screens'))).map((name) => read(`screens/${name}`)))).flat()]
  const choices = (await Promise.all((await readdir(join(home, 'packs/laos/survey'))).map((name) => read(`survey/${name}`)))).flat().filter((one) => one.type.startsWith('select_one '))
  let asked = 0
  for (const { of: type, filters } of screens.filter((one) => one.kind === 'list' && one.filters)) {
    const { body } = await api(`/${type}?sort=nosuch`), told = body.faults[0].message.match(/by: ([^;]*);/)?.[1].split(', ') ?? []
    for (const filter of filters.split(' ').filter((name) => choices.some((one) => one.record === type && one.name === name && !['identity', 'sensitive'].includes(one.class)))) {
      for (const sort of told.filter((name) => name !== 'key')) {
        const dated = (await r.sql(`select count(*) from pragma_table_info('${type}') where name = '${sort}_day'`)).trim() === '1'
        const by = sort === 'no' ? `coalesce("no", '')` : dated ? `coalesce("${sort}_day", 0)` : `coalesce("${sort}", -4611686018427387904)` // none stands last
        const plan = await r.sql(`explain query plan select row from "${type}" where "${filter}" = 'x' order by ${by} desc, row desc limit 21`)
        ok(!/TEMP B-TREE/.test(plan) && /USING (COVERING )?INDEX/.test(plan), `${type} by ${filter}, sorted by ${sort}: ${plan}`)
        asked++
      }
    }
  }
  ok(asked > 50, `${asked}`)
})
