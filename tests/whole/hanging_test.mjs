// What hangs on a record, through the whole program: a step that needs it, a figure and a list that ask for it.
// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, match, onBothStores, sukhwan, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

async function packWith(t) {
  const folder = join(await t.folder(), 'pack'), add = (name, text) => writeFile(join(folder, name), text, { flag: 'a' })
  await cp(join(home, 'packs/laos'), folder, { recursive: true })
  const columns = (await readFile(join(folder, 'moves.csv'), 'utf8')).split('\n')[0].split(',')
  const row = (cells) => columns.map((column) => cells[column] ?? '').join(',') + '\n'
  await add('moves.csv', row({ record: 'case', name: 'close', from: 'active', to: 'closed', needs: 'count(referral) >= 1', 'needs_message::English (en)': 'Say to whom it went.' }))
  await writeFile(join(folder, 'survey/99_more.csv'), "record,type,name,label::English (en),calculation,constraint,constraint_message::English (en),class,compartment,used_for\n" +
    "case,calculate,referred,Referred,count(referral),,,plain,case,service\n" +
    "case,text,why_waiting,Why it waits,,\"not(exists(referral, ${state} = 'drafted' and ${..kind} = 'both'))\",Something was not sent.,plain,case,service\n")
  await mkdir(join(folder, 'figures'))
  await writeFile(join(folder, 'figures/99_more.csv'), 'name,label::English (en),unit,record,where,date,count,female\n' +
    "referred_cases,Referred,case,case,\"exists(referral, ${consent} = 'yes')\",opened,records,\nreferrals_made,Referrals,occasion,case,,opened,count(referral),\n")
  await mkdir(join(folder, 'tables'))
  await writeFile(join(folder, 'tables/99_more.csv'), 'name,label::English (en),figures\nreferring,Referring,referred_cases referrals_made\n')
  const screens = join(folder, 'screens.csv')
  await writeFile(screens, (await readFile(screens, 'utf8')).replace(/^(cases,,list,case),,/m, '$1,exists(referral),'))
  return folder
}

onBothStores('a step needs what hangs on the record, figures count by it, a list shows by it, and what is reckoned of it stands as it was', async (t) => {
  const r = await t.register({ pack: await packWith(t) }), server = await r.serve(), api = server.api(await r.token('api')), visitor = new Visitor(server)
  await visitor.signIn(await r.user('keo'))
  const made = []
  for (const key of ['K1', 'K2']) made.push((await api('POST', '/case', { key, kind: 'both', opened: '2024-01-01', title: key })).body)
  const at = `/case/${made[0].id}`, move = (version, body) => api('POST', `${at}/move`, { version, ...body })
  equal((await move(1, { move: 'take_up_at_once' })).status, 200)
  const closing = { move: 'close', closed: '2024-02-02', closed_because: 'goals_met' }, refused = await move(2, closing)
  deepEqual([refused.status, refused.body.faults.map((one) => one.message)], [400, ['Say to whom it went.']])
  await visitor.get(`${at}/move?move=close`)
  const page = await visitor.post(`${at}/move`, { ...closing, _version: '2' })
  equal(page.status, 400)
  match(page.text, /Say to whom it went\./)
  const listed = async () => { const { text } = await visitor.get('/case'); return made.filter(({ id }) => text.includes(`/case/${id}`)).map((one) => one.key) }
  deepEqual(await listed(), [])
  equal((await api('POST', '/referral', { case: 'K1', consent: 'yes' })).status, 201)
  equal((await api('POST', '/referral', { case: 'K1', consent: 'no' })).status, 201)
  deepEqual(await listed(), ['K1'])
  equal((await api('GET', '/case/K1')).body.referred, '0') // nothing was said of the case since
  const told = await api('PATCH', '/case/K1', { version: 2, why_waiting: 'x' })
  deepEqual([told.status, told.body.faults.map((one) => [one.field, one.message])], [400, [['why_waiting', 'Something was not sent.']]])
  equal((await api('PATCH', '/case/K1', { version: 2, summary: 'x' })).status, 200)
  const { version } = (await api('GET', '/case/K1')).body
  equal((await move(version, closing)).status, 200)
  deepEqual((({ state, referred }) => [state, referred])((await api('GET', '/case/K1')).body), ['closed', '2'])
  const figures = (await api('GET', '/figures/referring?from=2024-01-01&to=2024-12-31')).body
  deepEqual(figures.rows.map((one) => one.value), [1, 2])
  const rebuilt = await r.run('rebuild')
  equal(rebuilt.code, 0, rebuilt.err)
  equal((await r.run('verify')).code, 0)
  equal((await api('GET', '/case/K1')).body.referred, '2')
})

test('a form whose questions wait for what hangs is refused before anybody meets it', async (t) => {
  const folder = join(await t.folder(), 'pack')
  await cp(join(home, 'packs/laos'), folder, { recursive: true })
  await writeFile(join(folder, 'survey/99_more.csv'), 'record,type,name,label::English (en),relevant,class,compartment,used_for\ncase,text,more,More,exists(referral),plain,case,service\n')
  const { code, out, err } = await sukhwan(['pack', 'check', folder])
  equal(code, 1)
  match(out + err, /survey\/99_more\.csv:2: relevant: .*as somebody types/)
})
