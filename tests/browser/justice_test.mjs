// Justice in a browser, in both languages, counting the pages that it takes: a case with its suspects, a compensation in instalments, the room and the desk.
// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok } from '../tool.mjs'
import { looksRight, newPage, press, signIn, withScript, words } from './browser.mjs'

const save = 'main form button.govuk-button:not([name])'
const day = (days) => new Date(Date.now() + 7 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)
const typed = (date) => date.split('-').reverse().join('/')
const id = (page) => new URL(page.url()).pathname.split('/').pop()
const roles = { bokeo: ['provincial_police', 'atd_bk'], police: ['police_investigator', 'atd_investigation'], court: ['court_clerk', 'court'], prosecutor: ['prosecutor', 'ospp'], counsellor: ['counsellor', 'lwu_centre'] }

// Whoever is asked, as a program; who sits at the page signs in.
async function people({ r, server }, ...names) {
  const all = {}
  for (const name of names) {
    const who = await r.user(name, ...roles[name]), api = server.api((await r.must('user token', name)).trim())
    const good = async (status, method, path, body) => {
      const answer = await api(method, path, body, { 'accept-language': 'en' })
      equal(answer.status, status, `${name} ${method} ${path} ${answer.text}`)
      return answer.body
    }
    all[name] = { ...who, get: (path) => good(200, 'GET', path), make: async (record, body) => (await good(201, 'POST', `/${record}`, body)).id,
      move: async (record, one, move, more = {}) => good(200, 'POST', `/${record}/${one}/move`, { move, ...more, version: (await good(200, 'GET', `/${record}/${one}`)).version }),
      change: async (record, one, more) => good(200, 'PATCH', `/${record}/${one}`, { ...more, version: (await good(200, 'GET', `/${record}/${one}`)).version }),
      share: (record, one, to, compartments) => good(200, 'POST', `/${record}/${one}/share`, { to, compartments, until: '2999-12-31', why: 'her work' }) }
  }
  return all
}
function counting(page) {
  const counted = { pages: 0 }
  page.on('framenavigated', (frame) => { if (frame === page.mainFrame()) counted.pages++ })
  return counted
}
// Fills in what stands there, whatever kind of box it is.
async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const radio = page.locator(`input[name='${name}'][value='${value}']:not([type='hidden'])`), box = page.locator(`[name='${name}']:not([type='hidden'])`).first()
    if (await radio.count()) await radio.first().check()
    else if (await box.evaluate((one) => one.tagName) === 'SELECT') await box.selectOption(value)
    else await box.fill(value)
  }
}
// Somebody new, written down on the spot.
async function somebody(page, name, sex) {
  await page.locator('#f-person').pressSequentially(name)
  await page.locator('#f-person-options [role=option]').last().waitFor()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await fill(page, { '_new.person.sex': sex })
}
async function steps(page, move, fields = {}) {
  const there = `main button[name='move'][value='${move}'], main a[href*='move=${move}']`
  if (!await page.locator(there).filter({ visible: true }).count()) await page.locator('main details:not([open]) summary').first().click()
  await press(page, there)
  if (!Object.keys(fields).length) return
  await fill(page, fields)
  await looksRight(page, `step ${move} ${await page.getAttribute('html', 'lang')}`)
  await press(page, save)
}

for (const [lang, width] of [['en', 1280], ['lo', 375]]) {
  withScript(`a case with two suspects and arrests in eight pages at most (${lang})`, async (page, world) => {
    const { bokeo } = await people(world, 'bokeo')
    await signIn(page, bokeo, world.url)
    const counted = counting(page)
    await page.goto(world.url + '/case/new')
    await fill(page, { kind: 'criminal', title: 'Two at the river', province: 'LA-BK' })
    await press(page, save)
    const crime = id(page)
    for (const name of ['Souk', 'Khamla']) {
      await page.goto(`${world.url}/arrest/new?case=${crime}`)
      await somebody(page, name, 'male')
      await fill(page, { grounds: 'warrant', possible_victim: name === 'Khamla' ? 'yes' : 'no' })
      await looksRight(page, `an arrest is written down ${name} ${lang}`)
      await press(page, save)
      match(page.url(), /\/arrest\/\w+\?saved=1/)
    }
    console.error(`        a case with two suspects and arrests (${lang}): ${counted.pages} pages`)
    ok(counted.pages <= 8, `${counted.pages} pages`)
    match(await words(page), lang === 'en' ? /Possible victim: nobody is punished/ : /ອາດເປັນຜູ້ຖືກເຄາະຮ້າຍ: ບໍ່ລົງໂທດ/)
    await looksRight(page, `an arrest of somebody who may be a victim ${lang}`)
    const parts = (await bokeo.get(`/involvement?case=${crime}`)).items
    deepEqual(parts.map((one) => [one.part, one.arrested, one.stands]), Array(2).fill(['suspect', day(0), 'arrested']))
    await page.goto(`${world.url}/case/${crime}`)
    await looksRight(page, `a case with two suspects ${lang}`)
  }, { ownWorld: true, signedIn: false, lang, width })

  withScript(`compensation is ordered, partly paid, enforced, in instalments (${lang})`, async (page, world, t) => {
    const { bokeo, prosecutor, counsellor, court } = await people(world, 'bokeo', 'prosecutor', 'counsellor', 'court')
    const crime = await bokeo.make('case', { kind: 'criminal', province: 'LA-BK' }), accused = await bokeo.make('person', { given_name: 'Souk', sex: 'male' })
    const trial = await bokeo.make('proceeding', { case: crime, person: accused, filed: day(-90), court: 'court' })
    await prosecutor.move('proceeding', trial, 'open_trial')
    await bokeo.share('proceeding', trial, 'lwu_centre', 'case,legal')
    // Her counsellor claims.
    const hers = await newPage(t, { world, lang, width, signedIn: false }), client = await counsellor.make('person', { given_name: 'Noi', sex: 'female', born: '2001' })
    await signIn(hers, counsellor, world.url)
    const claiming = counting(hers)
    await hers.goto(`${world.url}/compensation/new?person=${client}&proceeding=${trial}`)
    await fill(hers, { kind: 'restitution', claimed: '30000000', claimed_on: typed(day(-60)) })
    await looksRight(hers, `a claim ${lang}`)
    await press(hers, save)
    const award = id(hers), stands = async () => (({ state, paid }) => [state, paid])(await counsellor.get(`/compensation/${award}`))
    deepEqual(await stands(), ['claimed', ''])
    // The court orders, sets instalments, and notes what is paid.
    await signIn(page, court, world.url)
    const counted = counting(page)
    await page.goto(`${world.url}/compensation/${award}`)
    await steps(page, 'order', { awarded: '30000000', awarded_on: typed(day(-50)), payer: 'convicted', pay_by: typed(day(-20)) })
    const due = [-20, -10, 20]
    for (const days of due) {
      await page.goto(`${world.url}/payment/new?compensation=${award}`)
      await fill(page, { due: typed(day(days)), amount: '10000000' })
      await press(page, save)
    }
    const instalments = (await court.get(`/payment?compensation=${award}`)).items.sort((one, two) => (one.due < two.due ? -1 : 1))
    deepEqual(instalments.map((one) => [one.due, one.amount]), due.map((days) => [day(days), '10000000 LAK']))
    const pay = async (one, on) => {
      await page.goto(`${world.url}/payment/${one.id}/edit`)
      await fill(page, { paid_on: typed(on), way: 'court' })
      await press(page, save)
    }
    await pay(instalments[0], day(-22))
    deepEqual(await stands(), ['partly_paid', '10000000'])
    await page.goto(world.url + '/')
    match(await words(page), lang === 'en' ? /Payments that are overdue/ : /ການຈ່າຍທີ່ກາຍກຳນົດ/)
    await looksRight(page, `the first page of a court ${lang}`)
    await page.goto(`${world.url}/compensation/${award}`)
    match(await words(page), lang === 'en' ? /An instalment is overdue/ : /ມີງວດທີ່ກາຍກຳນົດຈ່າຍ/)
    await looksRight(page, `a compensation that is partly paid ${lang}`)
    await steps(page, 'enforce', { enforcement: 'ordered', enforced_on: typed(day(-5)) })
    deepEqual(await stands(), ['enforcing', '10000000'])
    await pay(instalments[1], day(-2))
    await pay(instalments[2], day(0))
    deepEqual(await stands(), ['paid', '30000000'])
    console.error(`        compensation (${lang}): a claim in ${claiming.pages} pages; ordered, three instalments, three payments and enforcement in ${counted.pages}`)
    ok(claiming.pages <= 2 && counted.pages <= 20, `${claiming.pages} and ${counted.pages} pages`)
    await page.goto(`${world.url}/compensation/${award}`)
    ok(!/An instalment is overdue|ມີງວດທີ່ກາຍກຳນົດຈ່າຍ/.test(await words(page)))
    await looksRight(page, `a compensation that is paid ${lang}`)
    equal(hers.wrong.join('\n'), '')
  }, { ownWorld: true, signedIn: false, lang, width })

  withScript(`the room of an investigation, the desk, and forms that ask twelve things at most (${lang})`, async (page, world) => {
    const { police, prosecutor, court } = await people(world, 'police', 'prosecutor', 'court')
    const crime = await police.make('case', { kind: 'criminal', province: 'LA-BK', title: 'The house by the river' })
    const inquiry = await police.make('investigation', { case: crime, office: 'atd_investigation', opened: day(-40), begun_by: 'complaint', offences: 'penal_215', zone: 'golden_triangle', seized: '250000 THB' })
    await police.move('investigation', inquiry, 'begin')
    const people_ = []
    for (const given_name of ['Souk', 'Khamla', 'Bounmy']) {
      people_.push(await police.make('person', { given_name, sex: 'male', born: '1980' }))
      await police.make('arrest', { person: people_.at(-1), case: crime, investigation: inquiry, arrested: day(-30), office: 'atd_investigation', ...(given_name === 'Khamla' ? { released: day(-20), released_because: 'escaped' } : {}) })
    }
    const trial = await police.make('proceeding', { case: crime, person: people_[2], filed: day(-10), court: 'court', charges: 'penal_215' })
    await prosecutor.move('proceeding', trial, 'open_trial')
    await court.make('hearing', { proceeding: trial, held: `${day(-3)}T09:00`, kind: 'trial', outcome: 'postponed', next_on: day(10) })
    for (const [i, broker] of ['Auntie Lek', 'auntie lek', 'AUNTIE LEK'].entries())
      await police.make('intelligence_note', { case: i ? await police.make('case', { kind: 'criminal', title: `Another ${i}` }) : crime, broker, learnt: day(-5), phone: i ? '' : '020 5555 7788', words: 'Promises a wedding.' })
    await signIn(page, police, world.url)
    await page.goto(`${world.url}/investigation/${inquiry}`)
    const room = await words(page)
    for (const one of lang === 'en' ? ['Arrested', 'Fled', 'On trial', 'Proceedings', 'Intelligence notes'] : ['ຜູ້ຖືກຈັບຕົວ', 'ຜູ້ລົບໜີ', 'ຈຳເລີຍ', 'ການດຳເນີນຄະດີ', 'ບັນທຶກການສືບລັບ']) ok(room.includes(one), `${one}: ${room}`)
    await looksRight(page, `the room of an investigation ${lang}`)
    await page.goto(world.url + '/desk')
    match(await words(page), /Auntie Lek/i)
    await looksRight(page, `the desk ${lang}`)
    await page.goto(`${world.url}/proceeding/${trial}`)
    await looksRight(page, `a proceeding ${lang}`)
    const asks = { police: ['investigation', 'arrest', 'inspection', 'intelligence_note', 'recruitment_agency', 'experience', 'proceeding'], prosecutor: ['protection_measure', 'compensation'], court: ['hearing', 'payment'] }
    for (const [name, types] of Object.entries(asks)) {
      await page.context().clearCookies({ name: 'session' }).catch(() => {})
      if (name !== 'police') {
        await page.goto(world.url + '/')
        if (await page.locator("form[action='/sign-out'] button").filter({ visible: true }).count()) await press(page, "form[action='/sign-out'] button")
        await signIn(page, { prosecutor, court }[name], world.url)
      }
      for (const type of types) {
        await page.goto(`${world.url}/${type}/new`)
        const shown = await page.locator('main form [name]:visible').evaluateAll((all) => [...new Set(all.map((one) => one.getAttribute('name')).filter((one) => !one.startsWith('_') && one !== 'key').map((one) => one.split(/[.:]/)[0]))])
        const plain = shown.map((one) => one.replace(/_(currency|date|time)$/, ''))
        ok(new Set(plain).size <= 12, `${type} asks ${[...new Set(plain)].join(' ')}`)
        ok(await page.locator('main form [required]:visible').count() <= 2, type)
        await looksRight(page, `a new ${type} ${lang}`)
      }
    }
  }, { ownWorld: true, signedIn: false, lang, width })
}
