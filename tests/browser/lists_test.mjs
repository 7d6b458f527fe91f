// Lists sorted by their headings, the page before, filters that somebody keeps; and the head of a record: on screens of every width.
// SPDX-License-Identifier: Apache-2.0
import { csv, deepEqual, equal, match, ok, test } from '../tool.mjs'
import { inBrowser, looksRight, newPage, newWorld, press, words } from './browser.mjs'

const first = (page) => page.locator('tbody th').first().innerText()

inBrowser('a list is sorted by a heading, turned round by the same one, read to its second page and back', async (page, { url }) => {
  await page.goto(`${url}/case?opened.to=2024`) // what stood there before any test wrote something
  const newest = await first(page)
  equal(await page.locator('th[aria-sort=descending]').innerText(), 'Opened on ▼')
  await press(page, "th[aria-sort] a")
  equal(await page.locator('th[aria-sort=ascending]').innerText(), 'Opened on ▲')
  match(await words(page, '.app-count'), /oldest first, by: Opened on/)
  const oldest = await first(page)
  ok(oldest !== newest)
  await press(page, "a[rel=next]")
  ok(await first(page) !== oldest)
  await press(page, "a[rel=prev]")
  deepEqual([await first(page), await page.locator('a[rel=prev]').count()], [oldest, 0])
  await press(page, "th[aria-sort] a")
  equal(await first(page), newest)
})

inBrowser('what a list is asked for is kept under a name, found above the list, and forgotten', async (page, { url }) => {
  // What is kept already is not offered once more, and the two ways of asking run beside each other for one user.
  const asked = page.script ? '?kind=both' : '?kind=criminal', name = `Some, ${Math.random().toString(36).slice(2)}`
  await page.goto(`${url}/case${asked}`)
  await page.click('summary:has-text("Keep this choice")')
  await page.fill('#keep-name', name)
  await press(page, "form[action='/filters'] button")
  equal(new URL(page.url()).search, asked)
  await page.goto(`${url}/case`)
  await press(page, `.app-saved a:has-text("${name}")`)
  equal(new URL(page.url()).search, asked)
  await press(page, `.app-saved button:has-text("${name}")`)
  ok(!(await words(page)).includes(name))
})

for (const [lang, language] of [['en', 'English'], ['lo', 'Lao']])
  test(`a sorted and filtered list with what she keeps, and heads with what is urgent, in ${language}: four widths, light and dark`, async (t) => {
    const world = await newWorld(t), { url, r, api } = world, page = await newPage(t, { lang, world }), wrong = []
    const put = async (path, body) => equal((await api('POST', path, body)).status, 201, path)
    await put('/person', { key: 'H-1', given_name: 'Noy', family_name: 'Vongsa', sex: 'female', born: '2009', citizenship: 'LA' })
    await put('/screening', { person: 'H-1', done: '2024-03-02', danger: 'yes' })
    await put('/case', { key: 'H-2', title: 'Door to door', kind: 'criminal', opened: '2024-03-01', priority: 'immediate', province: 'LA-VT' })
    await r.mustTake('case', csv([['key', 'state'], ['H-2', 'active']]), '--overwrite')
    await r.mustTake('recommendation', csv([['key', 'title', 'issued', 'due'], ...Array.from({ length: 25 }, (_, i) => [`H-${i}`, `Point ${i}`, '2024-01-02', `2024-0${1 + (i % 9)}-10`])]))
    for (const [i, scheme] of ['light', 'dark'].entries()) {
      await page.emulateMedia({ colorScheme: scheme })
      for (const [k, width] of [320, 375, 768, 1280].entries()) {
        await page.setViewportSize({ width, height: 900 })
        for (const [n, path] of ['/recommendation?sort=due&issued.from=2024', '/case?kind=criminal&_filter=yes', '/person/H-1', '/case/H-2'].entries()) {
          await page.goto(url + path)
          if (path.includes('_filter') && !i && !k) { // kept once, and seen by all that follow
            await page.locator('summary').filter({ hasText: lang === 'lo' ? 'ເກັບການເລືອກນີ້ໄວ້' : 'Keep this choice' }).click()
            await page.fill('#keep-name', `${language}, criminal`)
            await press(page, "form[action='/filters'] button")
          }
          if (n > 1) equal(await page.locator('.app-head__urgent .govuk-tag--red').count(), 1, path)
          if (n === 3) await page.locator('main details summary').first().click()
          if ((n + k + i) % 4 === 0) await looksRight(page, `lists ${lang} ${scheme} ${width} ${path}`).catch((error) => wrong.push(error.message))
          else if (await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')) wrong.push(`${path} ${lang} ${width} is wider than the screen`)
        }
      }
    }
    equal(wrong.join('\n'), '')
    equal(page.wrong.join('\n'), '')
  })
