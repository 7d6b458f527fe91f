// How the pages look and weigh: in both languages, on a desk and on a phone, to a screen reader, on the wire.
// SPDX-License-Identifier: Apache-2.0
import { addresses, mechanism, nothingElseIsTold, oneOfEach } from '../mechanism.mjs'
import { atEnd, csv, equal, example, ok, Place, records, test } from '../tool.mjs'
import { looksRight, newPage, theWorld } from './browser.mjs'

// The examples, and a record of every type that they lack; every address that the program has for them.
let seen
function everything() {
  seen ??= (async () => {
    const place = new Place(), m = await mechanism()
    atEnd.push(() => place.done())
    const r = await (await place.register()).examples()
    const who = await r.user('keo'), token = await r.token('api')
    const server = await r.serve(), made = await oneOfEach(server.api(token), m, { word: 'ບໍ່ມີ Nothing' })
    const shown = await Promise.all(made.map(async (one) => (records.includes(one.type) ? { ...one, key: (await example(one.type))[0].key } : one)))
    const asked = await addresses(m, shown)
    await nothingElseIsTold(server, token, m, asked)
    ok(asked.length > 4 * m.types.length)
    asked.push({ route: 'a step', path: `/case/${shown.find((one) => one.type === 'case').key}/move?move=take_up_at_once` })
    return { who, url: server.url, asked }
  })()
  return seen
}
// With a question, refused, or not there at all.
const more = ['/find?q=Palamy', '/figures/annual?from=2024-01-01&to=2024-12-31', '/figures/annual?from=2024-01-01&to=2024-12-31&by=sex', '/person?_filter=yes', '/nothing/here']
// What is there once stands in both languages on both screens; of the pages that every type has each is seen in one of the four.
const inTurn = (asked, turn) => {
  const once = asked.filter(({ route }) => !route.includes(':record') && !['/health', '/sign-in', '/work.ics'].includes(route)) // no page; told apart below; a file
  const all = asked.filter(({ route }) => route.includes(':record')), routes = [...new Set(all.map((one) => one.route))]
  const ofType = routes.flatMap((route, k) => all.filter((one) => one.route === route).filter((_, i) => (i + k) % 4 === turn))
  return [...once, ...ofType].map((one) => one.path).concat(more)
}

for (const [i, lang] of ['en', 'lo'].entries()) {
  for (const [k, [where, width]] of [['desk', 1280], ['phone', 375]].entries()) {
    test(`every page, in ${lang === 'lo' ? 'Lao' : 'English'} on a ${where} in its turn: axe finds nothing, nothing runs over the edge`, async (t) => {
      const world = await everything(), { url } = world
      const page = await newPage(t, { lang, width, world })
      const wrong = [], paths = inTurn(world.asked, 2 * i + k)
      for (const path of paths) {
        await page.goto(url + path)
        await looksRight(page, `${lang} ${where} ${path}`).catch((error) => wrong.push(error.message))
      }
      await page.goto(url + '/person/new')
      await page.fill('#f-born', '31/02/2001')
      await Promise.all([page.waitForNavigation(), page.click('main form button.govuk-button')])
      await looksRight(page, `${lang} ${where} errors`).catch((error) => wrong.push(error.message))
      const out = await newPage(t, { lang, width, signedIn: false, world })
      await out.goto(url + '/sign-in')
      await looksRight(out, `${lang} ${where} sign in`).catch((error) => wrong.push(error.message))
      ok(!wrong.length, [...new Set(wrong)].join('\n'))
      ok(!page.wrong.length && !out.wrong.length, [...page.wrong, ...out.wrong].join('\n'))
    })
  }

  test(`the first page weighs less than 100 KB on the wire, in ${lang === 'lo' ? 'Lao' : 'English'}`, async (t) => {
    const { url } = await theWorld()
    for (const path of ['/sign-in', '/', '/person']) {
      const page = await newPage(t, { lang, signedIn: false })
      if (path !== '/sign-in') { // with an empty cache, as on the first day
        const other = await newPage(t, { lang })
        await page.context().addCookies(await other.context().cookies())
      }
      const wire = await page.context().newCDPSession(page)
      let bytes = 0
      await wire.send('Network.enable')
      wire.on('Network.loadingFinished', (one) => { bytes += one.encodedDataLength })
      await page.goto(url + path, { waitUntil: 'networkidle' })
      ok(bytes > 10_000 && bytes < 100_000, `${path} weighs ${bytes} bytes`)
      const first = bytes
      bytes = 0
      await page.goto(url + path, { waitUntil: 'networkidle' })
      ok(bytes < first / 2, `${path} weighs ${bytes} bytes the second time`)
    }
  })
}

// ---- whatever people wrote: words without a blank, long Lao, long keys, many choices ----------------------------
const letters = 'Abcdefghij'.repeat(20), lao = 'ກະຊວງແຮງງານແລະສະຫວັດດີການສັງຄົມ'.repeat(8), number = 'K-' + '1234567890'.repeat(7)
async function nastyWorld(t) {
  const r = await t.register()
  const take = (record, head, ...rows) => r.mustTake(record, csv([head, ...rows]))
  await take('organization', ['key', 'name', 'name_lao', 'email'], ['O-1', letters, lao, `${letters}@example.org`])
  await take('person', ['key', 'given_name', 'family_name', 'nickname', 'village', 'born', 'citizenship', 'phone', 'safe_contact'],
    ['P-1', letters, '', '', letters, '1999-05', 'LA TH VN CN MM KH', '020 5551 0001', `${letters}\n${lao}`], [number, lao, lao, lao, lao, '2001', 'LA', '', lao], ['P-3', 'Noy', letters, 'Noy', '', '', '', '', ''])
  await take('case', ['key', 'kind', 'opened', 'title', 'province', 'priority', 'summary', 'reported_by', 'state'], ['K-1', 'criminal', '2024-03-27', letters, 'LA-VT', 'immediate', letters, 'O-1', 'reported'],
    [number, 'protection', '2024-03-28', lao, 'LA-VT', 'high', lao, 'O-1', 'reported'])
  await take('involvement', ['key', 'person', 'case', 'part', 'identified'], ['I-1', 'P-1', 'K-1', 'victim', '2024-03-27'], ['I-2', number, number, 'victim', '2024-03-28'])
  await take('service', ['key', 'person', 'type', 'given', 'provider', 'note'], ...Array.from({ length: 12 }, (_, i) => [`S-${i}`, 'P-1', 'food', `2024-02-${10 + i}`, 'O-1', letters]))
  await take('referral', ['key', 'person', 'sent', 'to_organization'], ['F-1', 'P-1', '2024-03-27', 'O-1'])
  for (const village of [lao, letters + letters]) await take('person', ['key', 'village'], ['P-1', village])
  const who = await r.user('keo'), server = await r.serve()
  return { r, who, url: server.url }
}
const nasty = ['/', '/help', '/account', '/figures', '/figures/annual?from=2024-01-01&to=2024-12-31', '/figures/annual?from=2024-01-01&to=2024-12-31&by=province', '/figures/victims?from=2024-01-01&to=2024-12-31', '/import',
  '/person', '/person?_filter=yes', '/case', '/case?_list=open_cases', '/case?_filter=yes', '/case?kind=criminal', '/service', '/service?person=P-1', '/organization', '/involvement', '/referral', '/referral?_list=referrals_waiting', '/contact',
  '/person/P-1', `/person/${number}`, '/person/P-1?_history=all', '/case/K-1', `/case/${number}`, '/organization/O-1', '/service/S-1', '/involvement/I-1', '/referral/F-1',
  '/person/P-1/edit', '/case/K-1/edit', '/service/S-1/edit', '/organization/O-1/edit', '/person/new', '/case/new', '/involvement/new?person=P-1', '/service/new?person=P-1', '/contact/new',
  `/find?q=${letters}`, `/find?q=${encodeURIComponent(lao)}`, '/find?q=Noy', `/case?state=${letters}`, `/case?_list=${letters}`, `/person/${letters}`, `/${letters}`, `/case?opened.from=${letters}`, `/person?village=${letters}`]

// What sticks out, when something does: for whoever must mend it.
const widest = `(() => { const edge = document.documentElement.clientWidth; const out = []
  for (const one of document.querySelectorAll('body *')) { const box = one.getBoundingClientRect(); if (box.right > edge + 1 && box.width && !one.closest('.app-scroll') && !one.closest('.govuk-visually-hidden') && getComputedStyle(one).position !== 'absolute') out.push(one.tagName + '.' + one.className + ' ' + Math.round(box.right)) }
  return out.slice(0, 3).join(', ') })()`

async function wideOnes(page, paths, url, lang, width) {
  const wrong = []
  for (const path of paths) {
    await page.goto(url + path)
    if (process.env.SUKHWAN_PICTURES) await page.screenshot({ path: `${process.env.SUKHWAN_PICTURES}/nasty-${lang}-${width}-${path.slice(0, 40).replace(/[^a-z0-9]+/gi, '-')}.png`, fullPage: true })
    const [wide, edge] = await page.evaluate('[document.documentElement.scrollWidth, document.documentElement.clientWidth]')
    if (wide > edge) wrong.push(`${path.slice(0, 60)} is ${wide} wide on ${edge}: ${await page.evaluate(widest)}`)
  }
  return wrong
}

for (const [lang, language] of [['en', 'English'], ['lo', 'Lao']])
  test(`whatever people wrote, no page is wider than a phone of 320 pixels or a desk, in ${language}`, async (t) => {
    const world = await nastyWorld(t)
    const page = await newPage(t, { lang, width: 320, world })
    equal((await wideOnes(page, nasty, world.url, lang, 320)).join('\n'), '')
    // what is asked about, refused, in conflict
    await page.goto(`${world.url}/person/P-3/edit`)
    await page.fill('#f-born', letters)
    await page.fill('#f-given_name', letters + letters)
    await Promise.all([page.waitForNavigation(), page.click('main form button.govuk-button')])
    ok(await page.evaluate('document.documentElement.scrollWidth <= 320'), `a form with faults is wider than the screen: ${await page.evaluate(widest)}`)
    await page.goto(`${world.url}/person/P-1/edit`)
    await world.r.mustTake('person', csv([['key', 'village'], ['P-1', lao + letters]]), '--overwrite')
    await page.fill('#f-village', letters.toLowerCase())
    await Promise.all([page.waitForNavigation(), page.click('main form button.govuk-button')])
    equal(await page.locator('.app-conflict').count() > 0, true, (await page.locator('main').innerText()).slice(0, 600))
    ok(await page.evaluate('document.documentElement.scrollWidth <= 320'), `a conflict is wider than the screen: ${await page.evaluate(widest)}`)
    // a table that is brought in: what it says is shown before it is written
    await page.goto(`${world.url}/import`)
    await page.selectOption('select[name=record]', 'person').catch(() => page.selectOption('main select', 'person'))
    await page.setInputFiles('input[type=file]', { name: `${'long'.repeat(40)}.csv`, mimeType: 'text/csv', buffer: Buffer.from(csv([['key', 'given_name', 'born'], [number + letters, letters, letters], ['P-9', letters, '1999']])) })
    await Promise.all([page.waitForNavigation(), page.click('main form button.govuk-button')])
    ok(await page.evaluate('document.documentElement.scrollWidth <= 320'), `a preview is wider than the screen: ${await page.evaluate(widest)}`)
    for (const width of [375, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      equal((await wideOnes(page, ['/', '/person', '/case', '/service', '/organization', '/person/P-1', '/case/K-1', `/case/${number}`, `/find?q=${letters}`, `/case?state=${letters}`], world.url, lang, width)).join('\n'), '')
    }
    equal(page.wrong.join('\n'), '')
  })
