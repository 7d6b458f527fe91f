// A person is to be forgotten, as people meet it: asked for on her page, decided by who sees nothing of her, told to whose she is.
// SPDX-License-Identifier: Apache-2.0
import { equal, match, ok, test } from '../tool.mjs'
import { looksRight, newPage, newWorld, press, signIn, words } from './browser.mjs'
import { inAllModes } from './modes.mjs'

const password = 'correct horse battery', name = 'Khamphone'
const people = [['noy', 'counsellor', 'lwu_centre'], ['mai', 'counsellor', 'lwu_centre'], ['dao', 'police_investigator', 'atd_investigation']]
async function centre(t) {
  const world = await newWorld(t)
  for (const one of people) await world.r.user(...one)
  const api = world.server.api((await world.r.must('user token', 'noy')).trim())
  const made = await api('POST', '/person', { given_name: name, sex: 'female', born: '2001' })
  equal(made.status, 201, made.text)
  return { ...world, id: made.body.id }
}
const as = async (t, world, who, options) => {
  const page = await newPage(t, { ...options, world, signedIn: false })
  await signIn(page, { name: who, password }, world.url)
  return page
}

for (const script of [true, false])
  test(`somebody is asked to be forgotten, approved by two and withdrawn ${script ? '(with JavaScript)' : '(without)'}`, async (t) => {
    const world = await centre(t), { url, id } = world, here = `${url}/person/${id}/erase`, how = script ? '' : ' without script'
    const noy = await as(t, world, 'noy', { script, lang: 'lo', width: 320 }), mai = await as(t, world, 'mai', { script }), dao = await as(t, world, 'dao', { script, lang: 'lo' })
    await noy.goto(`${url}/person/${id}/sight`)
    await press(noy, `main a[href='/person/${id}/erase']`)
    await looksRight(noy, `erase asks${how}`)
    await press(noy, 'main form button.govuk-button--warning')
    ok((await noy.locator('#f-why-error').innerText()).length > 5, 'a reason is asked for, at its box')
    await noy.fill('#f-why', 'She asked for it.')
    await press(noy, 'main form button.govuk-button--warning')
    equal(await noy.locator(`form[action='/person/${id}/erase/approve']`).count(), 0, 'who asks does not approve')
    await looksRight(noy, `erase asked${how}`)
    // Who sees nothing of her is shown the reason and no name.
    await dao.goto(here)
    match(await words(dao), /She asked for it\./)
    ok(!(await dao.content()).includes(name))
    await looksRight(dao, `erase decides${how}`)
    await press(dao, `form[action='/person/${id}/erase/approve'] button`)
    await mai.goto(url + '/')
    match(await words(mai), /Who is to be erased[^]*One has approved it; one more is needed/)
    await press(mai, `main a[href='/person/${id}/erase']`)
    await press(mai, `form[action='/person/${id}/erase/approve'] button`)
    match(await words(mai), /will be erased on \d+\/\d+\/\d{4} or soon after/)
    await looksRight(mai, `erase approved${how}`)
    await noy.goto(`${url}/person/${id}`)
    await looksRight(noy, `erase told${how}`)
    await press(noy, `main a[href='/person/${id}/erase']`)
    await press(noy, `form[action='/person/${id}/erase/withdraw'] button`)
    equal(await noy.locator('#f-why').count(), 1, 'it can be asked for again')
    equal((await dao.goto(here)).status(), 404)
    equal([...noy.wrong, ...mai.wrong, ...dao.wrong].join('\n'), '')
  })

for (const [lang, language] of [['en', 'English'], ['lo', 'Lao']])
  test(`the pages of forgetting in ${language}: four widths, light, dark and high contrast; nothing runs over the edge, axe finds nothing`, async (t) => {
    const world = await centre(t), { url, id, r } = world, noy = await as(t, world, 'noy', { lang }), dao = await as(t, world, 'dao', { lang })
    equal((await inAllModes(noy, url, { erase: `/person/${id}/erase` }, lang)).join('\n'), '')
    await noy.goto(`${url}/person/${id}/erase`)
    await noy.fill('#f-why', 'x')
    await press(noy, 'main form button.govuk-button--warning')
    await r.must('hold', id, '--why', 'The court asked for it.', '--until', '2099-12-31')
    equal((await inAllModes(noy, url, { erase_asked: `/person/${id}/erase`, erase_home: '/' }, lang)).join('\n'), '')
    equal((await inAllModes(dao, url, { erase_decides: `/person/${id}/erase` }, lang)).join('\n'), '')
    equal([...noy.wrong, ...dao.wrong].join('\n'), '')
  })
