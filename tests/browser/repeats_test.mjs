// Rows inside a form, in a browser: with a script and without, in both languages, on a narrow screen.
// SPDX-License-Identifier: Apache-2.0
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, match, ok, test } from '../tool.mjs'
import { looksRight, newPage, press, words } from './browser.mjs'

const save = 'main form .app-actions button.govuk-button'
const more = "button[name='_more'][value='parties']"
const box = (n, field) => `[id='f-parties.${n}.${field}']`

async function served(t) {
  const pack = join(await t.folder(), 'pack')
  await cp(join(home, 'packs/laos'), pack, { recursive: true })
  await writeFile(join(pack, 'survey/99_rows.csv'), `record,type,name,label::English (en),label::Lao (lo),required,relevant,constraint,constraint_message::English (en)
agreement,begin_repeat,parties,Party,ພາຄີ,,\${title} != 'None',,
agreement,text,body,Body,ອົງກອນ,yes,,,
agreement,integer,people,People,ຈຳນວນຄົນ,,,. < 100,Fewer than a hundred.
agreement,text,chair,Who leads them,ຜູ້ນຳ,,\${people} > 1,,
agreement,text,at_border,Where at the border,ບ່ອນ,,\${title} = 'Border',,
agreement,end_repeat,,,,,,,
`)
  const r = await t.register({ pack })
  const who = await r.user('keo'), token = await r.token('api')
  const server = await r.serve()
  return { r, who, url: server.url, api: server.api(token), server }
}
const rows = (page) => page.locator('[data-row]:visible').count()

test('with a script a row is added at once, its rules run in it, and what is sent makes one record with its rows', async (t) => {
  const world = await served(t), page = await newPage(t, { world })
  await page.goto(world.url + '/agreement/new')
  equal(await rows(page), 1)
  await page.fill('#f-title', 'Border')
  ok(await page.isVisible(box(1, 'at_border')) && !await page.isVisible(box(1, 'chair')))
  await page.fill(box(1, 'body'), 'Police')
  await page.fill(box(1, 'people'), '4')
  ok(await page.isVisible(box(1, 'chair')))
  await page.click(more)
  equal(await rows(page), 2)
  equal(await page.evaluate('document.activeElement.id'), 'f-parties.2.body')
  match(await words(page, "[data-row='parties.2.']"), /^Party 2/)
  ok(!await page.isVisible(box(2, 'chair')) && await page.isVisible(box(2, 'at_border')))
  await page.fill('#f-title', 'River')
  ok(!await page.isVisible(box(2, 'at_border')))
  await page.fill('#f-title', 'None')
  equal(await rows(page), 0)
  await page.fill('#f-title', 'Border')
  equal(await rows(page), 2)
  ok(!await page.isVisible(box(2, 'chair'))) // what was not asked before is not asked now
  await page.fill(box(2, 'people'), '200')
  await press(page, save)
  match(await words(page, '.govuk-error-summary'), /Party 2, Body: [^]*Party 2, People: .*Fewer than a hundred/)
  await page.click(".govuk-error-summary a[href='#f-parties.2.people']")
  equal(await page.evaluate('document.activeElement.id'), 'f-parties.2.people')
  equal(await page.inputValue(box(1, 'people')), '4')
  await page.fill(box(2, 'people'), '2')
  await page.fill(box(2, 'body'), 'Union')
  await page.click(more) // an empty one is passed over
  await press(page, save)
  match(page.url(), /saved=/)
  const id = page.url().match(/\/agreement\/(\w+)/)[1]
  deepEqual((await world.api('GET', `/agreement/${id}`)).body.parties.map(({ body, people }) => [body, people]), [['Police', '4'], ['Union', '2']])
  await page.goto(`${world.url}/agreement/${id}/edit`)
  equal(await rows(page), 3)
  deepEqual(page.wrong, [])
})

for (const lang of ['en', 'lo']) {
  for (const script of [true, false]) {
    test(`rows look right on a narrow screen, in ${lang}, ${script ? 'with' : 'without'} a script; another language keeps them, and sent twice they are there once`, async (t) => {
      const world = await served(t), page = await newPage(t, { world, lang, script, width: 320 })
      await page.goto(world.url + '/agreement/new')
      await looksRight(page, `rows-new-${lang}-${script}`)
      await page.fill('#f-title', 'Border')
      await page.fill(box(1, 'body'), 'Police')
      if (script) await page.click(more)
      else {
        await press(page, more)
        match(page.url(), /#rows-parties$/)
      }
      equal(await rows(page), 2)
      await page.fill(box(2, 'people'), '200')
      await press(page, save)
      equal(await page.locator("a[href='#f-parties.2.people']").count(), 1)
      await looksRight(page, `rows-faults-${lang}-${script}`)
      const other = lang === 'en' ? 'lo' : 'en'
      await press(page, script ? `header a[hreflang='${other}']` : `button[name='_lang'][value='${other}']`)
      equal(await page.getAttribute('html', 'lang'), other)
      equal(await page.inputValue(box(1, 'body')), 'Police')
      equal(await page.inputValue(box(2, 'people')), '200')
      await page.fill(box(2, 'people'), '2')
      await page.fill(box(2, 'body'), 'Union')
      const again = await page.context().newPage(), url = page.url()
      const form = await page.$eval('form[data-guard]', (one) => new URLSearchParams(new FormData(one)).toString())
      await press(page, save)
      match(page.url(), /saved=/)
      await looksRight(page, `rows-saved-${lang}-${script}`)
      const answer = await page.request.post(world.url + '/agreement', { data: form, headers: { 'content-type': 'application/x-www-form-urlencoded' }, maxRedirects: 0 })
      equal(answer.status(), 303, url)
      equal((await world.api('GET', '/agreement?limit=50')).body.items.length, 1)
      equal((await world.api('GET', '/agreement_parties?limit=50')).body.items.length, 2)
      await again.close()
    })
  }
}
