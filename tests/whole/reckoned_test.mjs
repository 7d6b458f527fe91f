// What is reckoned: fields that are made from others whenever a record is saved.
// SPDX-License-Identifier: Apache-2.0
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { csv, deepEqual, equal, home, match, ok, onBothStores, same, sukhwan, test } from '../tool.mjs'
import { formFields, Visitor } from '../visitor.mjs'

const head = ['record', 'type', 'name', 'label::English (en)', 'calculation', 'relevant', 'class', 'compartment', 'required']
async function packWith(t, rows) {
  const folder = join(await t.folder(), 'pack')
  await cp(join(home, 'packs/laos'), folder, { recursive: true })
  await writeFile(join(folder, 'survey/99_more.csv'), csv([head, ...rows.map((row) => [...row, ...Array(head.length - row.length).fill('')])]))
  return folder
}
const rows = [
  ['case', 'calculate', 'first_visit', 'First visit due', 'day-add(${opened}, 30)', '', 'plain', 'case'],
  ['case', 'calculate', 'took', 'Days it took', 'days-between(${opened}, ${closed})', '', 'plain', 'case'],
  ['case', 'calculate', 'says', 'How long', "if(${took} > 100, 'long', '')", '', 'plain', 'case'],
  ['case', 'integer', 'steps', 'Steps', "count-selected(${forms}) * 2", '', 'plain', 'case'],
  ['case', 'text', 'why_long', 'Why so long', '', "${says} = 'long'", 'plain', 'case'],
]

onBothStores('what is reckoned is made of what the record then says, by form, program and file; what is given for it is passed over', async (t) => {
  const r = await t.register({ pack: await packWith(t, rows) }), server = await r.serve(), api = server.api(await r.token('api'))
  const said = async (key) => (({ first_visit, took, says, steps }) => [first_visit, took, says, steps])((await api('GET', `/case/${key}`)).body)
  const made = await api('POST', '/case', { key: 'K1', opened: '2024-01-01', first_visit: '1999-01-01', forms: 'forced_labour other', steps: '77' })
  equal(made.status, 201, made.text)
  deepEqual(await said('K1'), ['2024-01-31', '', '', '4'])
  const change = async (body) => { const { version } = (await api('GET', '/case/K1')).body; const { status, text } = await api('PATCH', '/case/K1', { version, ...body }); equal(status, 200, text) }
  await change({ closed: '2024-06-01' })
  deepEqual(await said('K1'), ['2024-01-31', '152', 'long', '4'])
  await change({ opened: '2024-05', took: '9' })
  deepEqual(await said('K1'), ['2024-05-31', '31', '', '4'])
  const { version } = (await api('GET', '/case/K1')).body
  equal((await api('PATCH', '/case/K1', { version, first_visit: '2030-01-01' })).body.version, version, 'nothing was changed')
  await r.mustTake('case', csv([['key', 'opened', 'first_visit', 'took'], ['K1', '2024-05', '2001-01-01', '5'], ['K2', '2024-02-01', '2001-01-01', '5']]))
  deepEqual([await said('K1'), await said('K2')], [['2024-05-31', '31', '', '4'], ['2024-03-02', '', '', '0']])
  await r.must('verify')
  await server.stop()
  const before = await r.dump()
  await r.must('rebuild')
  same(await r.dump(), before)
})

test('a form does not ask for what is reckoned, and its rules look at what that is made of', async (t) => {
  const r = await t.register({ pack: await packWith(t, rows) }), server = await r.serve(), visitor = new Visitor(server)
  await visitor.signIn(await r.user())
  const { text } = await visitor.get('/case/new'), names = formFields(text).map(([name]) => name)
  ok(names.includes('why_long') && !['first_visit', 'took', 'says', 'steps'].some((name) => names.includes(name)), String(names))
  const rule = text.match(/data-relevant='([^']*)'><label class='govuk-label' for='f-why_long'/)[1]
  ok(rule.includes('days-between') && !rule.includes('says') && !rule.includes('took'), rule)
  const saved = await visitor.post('/case', { title: 'x', kind: 'both', opened: '1/1/2024', closed: '1/6/2024', _confirm: 'yes' })
  equal(saved.status, 303, saved.text.slice(0, 500))
  match((await visitor.get(saved.to)).text, /Days it took<\/dt>[^]*?152/)
})

test('what cannot be reckoned, or would tell more than its field, is a fault of the pack', async (t) => {
  const cases = [
    [['case', 'calculate', 'a', 'A'], 'calculation'], [['case', 'calculate', 'a', 'A', "${opened} = ''", '', 'plain', 'case'], 'calculation'],
    [['case', 'calculate', 'a', 'A', '${b}', '', 'plain', 'case'], 'calculation', ['case', 'calculate', 'b', 'B', '${opened}', '', 'plain', 'case']],
    [['case', 'calculate', 'a', 'A', '${a}', '', 'plain', 'case'], 'calculation'], [['case', 'date', 'a', 'A', '1 + 1', '', 'plain', 'case'], 'calculation'],
    [['case', 'calculate', 'a', 'A', '${nosuch}', '', 'plain', 'case'], 'calculation'], [['case', 'calculate', 'a', 'A', '${title}', '', 'plain', 'case'], 'class'],
    [['person', 'calculate', 'a', 'A', '${health_note}', '', 'identity', 'identity'], 'compartment'], [['case', 'calculate', 'a', 'A', '${opened}', '', 'plain', 'case', 'yes'], 'required'],
  ]
  for (const [row, column, more] of cases) {
    const { code, err, out } = await sukhwan(['pack', 'check', await packWith(t, more ? [row, more] : [row])])
    equal(code, 1, JSON.stringify(row))
    match(err + out, new RegExp(`^survey/99_more\\.csv:2: ${column}: .*[.]$`, 'm'), JSON.stringify(row))
  }
})
