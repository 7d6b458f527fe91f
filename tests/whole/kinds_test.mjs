// Kinds of fields that hold more than one thing: a text in two languages, money, files.
// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, match, ok, onBothStores, readCsv, same, sukhwan, test } from '../tool.mjs'
import { formFields, Visitor } from '../visitor.mjs'

const head = 'record,type,name,label::English (en),label::Lao (lo),required,relevant,contract,used_for\n'
const survey = `${head}grant,words,name,Name,ຊື່,yes,,1,letter
grant,words,about,About,,,,2,letter
grant,money,award,Award,ເງິນ,,,3,figure
grant,text,why,Why,,,"amount(\${award}, 'LAK') > 1000 or currency(\${award}) = 'USD'",4,rule
grant,date,given,Given,,,,5,figure
`
const more = {
  'records/99_grant.csv': 'name,title,menu,label::English (en),plural::English (en)\ngrant,${name},9,Grant,Grants\n',
  'survey/99_grant.csv': survey,
  'figures/99_grant.csv': "name,label::English (en),unit,record,where,date,count,female\nkip,Kip given,kip,grant,,given,\"coalesce(amount(${award}, 'LAK'), 0)\",\n" +
    "dollars,Grants in dollars,occasion,grant,currency(${award}) = 'USD',given,records,\n",
  'tables/99_grant.csv': 'name,label::English (en),figures\ngrants,Grants,kip dollars\n',
  'screens/99_grant.csv': 'name,kind,record,label::English (en),columns,filters\ngrants,list,grant,Grants,key name award,\n',
}
async function packWith(t, files = {}) {
  const folder = join(await t.folder(), 'pack')
  await cp(join(home, 'packs/laos'), folder, { recursive: true })
  for (const [path, text] of Object.entries({ ...more, ...files })) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

onBothStores('a text in two languages and money go by program, file, list, figure and rebuild', async (t) => {
  const r = await t.register({ pack: await packWith(t) }), server = await r.serve(), api = server.api(await r.token('api'))
  const made = await api('POST', '/grant', { key: 'G1', 'name::lo': 'ເຮືອນ', 'name::en': 'House', award: '2500 LAK', why: 'x', given: '2024-02-01' })
  equal(made.status, 201, made.text)
  for (const [body, field] of [[{ name: 'x' }, 'name'], [{ award: '5' }, 'award'], [{ award: '5 XYZ' }, 'award'], [{ award: 'five LAK' }, 'award']]) {
    const wrong = await api('POST', '/grant', { 'name::en': 'x', ...body })
    equal(wrong.status, 400)
    deepEqual(wrong.body.faults.map((fault) => fault.field), [field], wrong.text)
  }
  await r.mustTake('grant', 'key,name::lo,name::en,award,given\nG2,,Well,12.5 USD,2024-03-01\nG3,ສວນ,,40 LAK,2024-03-01\n')
  const rows = readCsv(await r.export('grant'))
  deepEqual(rows[0], ['key', 'name::lo', 'name::en', 'about::lo', 'about::en', 'award', 'why', 'given'])
  deepEqual(rows[2], ['G2', '', 'Well', '', '', '12.5 USD', '', '2024-03-01'])
  equal((await api('GET', '/grant/G1')).body['name::lo'], 'ເຮືອນ')
  equal((await api('GET', '/grant?name::en=House')).status, 400)
  const { text: year } = await api('GET', '/figures/grants?from=2024-01-01&to=2024-12-31')
  deepEqual([...year.matchAll(/"value":(\d+)/g)].map(([, value]) => value), ['2540', '1'], year)
  // Two people translate at the same time.
  const one = await api('PATCH', '/grant/G2', { version: 1, 'name::lo': 'ນ້ຳສ້າງ' }), two = await api('PATCH', '/grant/G2', { version: 1, 'name::en': 'The well' })
  deepEqual([one.status, two.status], [200, 200], two.text)
  const visitor = new Visitor(server)
  await visitor.signIn(await r.user())
  const list = await visitor.get('/grant')
  match(list.text, /The well/)
  match(list.text, /ສວນ/)
  const page = (await visitor.get('/grant/G3')).text
  match(page, /<dt class='govuk-summary-list__key'>Name<\/dt><dd class='govuk-summary-list__value'><span lang='lo'>ສວນ/)
  await r.must('verify')
  await server.stop()
  const before = await r.dump()
  await r.must('rebuild')
  same(await r.dump(), before)
})

test('a form asks for each language with its own letters, and for an amount beside its currency', async (t) => {
  const r = await t.register({ pack: await packWith(t) }), server = await r.serve(), visitor = new Visitor(server)
  await visitor.signIn(await r.user())
  const { text } = await visitor.get('/grant/new')
  deepEqual(formFields(text).map(([name]) => name).filter((name) => /name|award/.test(name)), ['name::lo', 'name::en', 'award', '_currency.award'])
  match(text, /id='f-name::lo' name='name::lo' value='' autocomplete='off' lang='lo'/)
  match(text, /<label class='govuk-visually-hidden' for='f-award-currency'>Currency<\/label>/)
  const none = await visitor.post('/grant', { award: '12', '_currency.award': 'USD' })
  equal(none.status, 400)
  match(none.text, /<option value='USD' selected>/)
  match(none.text, /href='[^']*#f-name::lo'>Name, in Lao: Please fill this in/)
  const saved = await visitor.post('/grant', { 'name::lo': 'ກ', award: '໑໒', '_currency.award': 'USD', why: 'y' })
  equal(saved.status, 303, saved.text.slice(0, 500))
  match(await r.export('grant'), /,ກ,,,,12 USD,y,/)
  const { text: form } = await visitor.get(saved.to.split('?')[0] + '/edit')
  match(form, /name='award' value='12'/)
  const changed = await visitor.post(saved.to.split('?')[0], { ...Object.fromEntries(formFields(form)), '_currency.award': 'THB' })
  equal(changed.status, 303, changed.text.slice(0, 500))
  match(await r.export('grant'), /,12 THB,/)
})

test('what selects rows by two languages, or adds different money, is a fault of the pack', async (t) => {
  for (const [path, was, is, told] of [
    ['figures/99_grant.csv', "currency(${award}) = 'USD'", "${name::lo} = 'x'", /^figures\/99_grant.csv:3: where: What is written in several languages, and what is in files, selects no rows/m],
    ['figures/99_grant.csv', "currency(${award}) = 'USD'", "${name} = 'x'", /^figures\/99_grant.csv:3: where: At character \d+: a text in several languages is not compared/m],
    ['figures/99_grant.csv', "coalesce(amount(${award}, 'LAK'), 0)", '${award}', /^figures\/99_grant.csv:2: count: This must give a number, and it gives money/m],
    ['screens/99_grant.csv', 'key name award,', 'key name award,name', /^screens\/99_grant.csv:2: filters: 'name' is written in several languages/m],
    ['screens/99_grant.csv', 'key name award,', 'key name award,name::lo', /^screens\/99_grant.csv:2: filters: 'name::lo' is of type words/m],
  ]) {
    ok(more[path].includes(was), was)
    const { code, err } = await sukhwan(['pack', 'check', await packWith(t, { [path]: more[path].replace(was, is) })])
    equal(code, 1)
    match(err, told)
  }
})

// ---- files ---------------------------------------------------------------------------------------------------

const filed = {
  'survey/99_files.csv': `record,type,name,label::English (en),class,compartment,accept,most,used_for,contract
person,image,photo,Photo,identity,identity,,2,letter,
person,file,papers,Papers,identity,legal,.pdf text/plain,3,letter,
grant,file,paper,Paper,,,.pdf,1,letter,6
`,
  'rights/99_files.csv': 'role,record,read,write,where,classes,compartments\ncounsellor,person,all,none,,,identity\n',
}
const boundary = 'xYzZY'
const multipart = (files, fields = {}) => Buffer.concat([
  ...Object.entries(fields).map(([name, value]) => Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)),
  ...files.flatMap(({ name, type, bytes }) => [Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`), Buffer.from(bytes), Buffer.from('\r\n')]),
  Buffer.from(`--${boundary}--\r\n`)])
const sender = (server, token) => async (path, files, fields) => {
  const answer = await fetch(server.url + path, { method: 'POST', redirect: 'manual', body: multipart(files, fields),
    headers: { authorization: `Bearer ${token}`, 'content-type': `multipart/form-data; boundary=${boundary}`, accept: 'application/json', 'accept-language': 'en' } })
  const text = await answer.text()
  return { status: answer.status, text, body: text ? JSON.parse(text) : null }
}
const face = { name: 'ຮູບ 1.jpg', type: 'image/jpeg', bytes: 'not really a picture of Palamy' }

onBothStores('files are kept sealed, sent to who may open them alone, and missed when they are gone or damaged', async (t) => {
  const r = await t.register({ pack: await packWith(t, filed) }), server = await r.serve(), token = await r.token('api')
  const api = server.api(token), send = sender(server, token), folder = join(r.dir, 'attachments')
  const { id } = (await api('POST', '/person', { key: 'P1', given_name: 'Palamy' })).body
  const added = await send('/person/P1/photo', [face])
  equal(added.status, 201, added.text)
  deepEqual(added.body.files, [{ name: 'ຮູບ 1.jpg', size: 30, type: 'image/jpeg' }])
  const objects = await readdir(folder)
  equal(objects.length, 1)
  ok(!(await readFile(join(folder, objects[0]))).includes('Palamy'))
  const got = await fetch(`${server.url}/person/${id}/photo/${encodeURIComponent(face.name)}`, { headers: { authorization: `Bearer ${token}` } })
  equal(await got.text(), face.bytes)
  deepEqual(['content-type', 'x-content-type-options'].map((name) => got.headers.get(name)), ['image/jpeg', 'nosniff'])
  match(got.headers.get('content-disposition'), /^attachment; filename\*=UTF-8''%E0/)
  // What cannot be kept leaves nothing behind.
  for (const [field, files, says] of [['photo', [{ ...face, name: 'a.pdf', type: 'application/pdf' }], 'of another kind'], ['photo', [face], 'already'],
    ['papers', [{ name: 'a.pdf', type: 'application/pdf', bytes: '' }], 'empty'], ['papers', [{ name: 'big.pdf', type: 'application/pdf', bytes: Buffer.alloc((10 << 20) + 1) }], 'larger than 10 MB'],
    ['papers', [1, 2, 3, 4].map((n) => ({ name: `${n}.pdf`, type: 'application/pdf', bytes: 'x' })), 'room for 3'], ['papers', [{ name: 'a;b.pdf', type: 'application/pdf', bytes: 'x' }], 'no name']]) {
    const wrong = await send(`/person/P1/${field}`, files)
    equal(wrong.status, 400, wrong.text)
    ok(wrong.body.faults[0].message.includes(says), wrong.text)
  }
  equal((await readdir(folder)).length, 1)
  equal((await api('PATCH', '/person/P1', { version: 2, photo: 'other.jpg' })).status, 400)
  equal((await api('GET', '/person/P1/given_name')).status, 404)
  equal((await api('GET', '/person/P1/photo/none.jpg')).status, 404)
  // An export tells names, and gives them back without harm.
  const row = await r.export('grant')
  match(row.split('\n')[0], /,paper$/)
  deepEqual((await api('GET', '/person/P1')).body.photo, [{ name: 'ຮູບ 1.jpg', size: 30, type: 'image/jpeg' }])
  await r.mustTake('person', 'key,given_name,photo\nP1,Palamy,ຮູບ 1.jpg\n')
  // Of a record without keys too.
  await api('POST', '/grant', { key: 'G1', 'name::en': 'x' })
  equal((await send('/grant/G1/paper', [{ name: 'a.pdf', type: 'application/pdf', bytes: 'the paper' }])).status, 201)
  match(await r.export('grant'), /,a\.pdf\n/)
  equal((await send('/grant/G1/paper', [{ name: 'b.pdf', type: 'application/pdf', bytes: 'x' }])).status, 400)
  const dropped = await send('/grant/G1/paper', [], { drop: 'a.pdf' })
  equal(dropped.status, 201, dropped.text)
  deepEqual((await api('GET', '/grant/G1')).body.paper, [])
  // Who may not see the field, or works for another agency, is not told.
  const other = server.api(await r.token('other', 'counsellor', 'lwu_centre'))
  ok([403, 404].includes((await other('GET', `/person/${id}/papers`)).status))
  ok([403, 404].includes((await other('GET', `/person/${id}/photo/${encodeURIComponent(face.name)}`)).status))
  await r.must('verify')
  await server.stop()
  const before = await r.dump()
  await r.must('rebuild')
  same(await r.dump(), before)
  ok(!/[0-9a-f]{64}/.test(await r.export('person')))
  const object = join(folder, objects[0]), bytes = await readFile(object)
  await writeFile(object, Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1) ^ 1])]))
  match((await r.run('verify')).err, /The file \w+ in the folder attachments is damaged/)
  await rm(object)
  match((await r.run('verify')).err, /The file \w+ is gone from the folder attachments/)
  await writeFile(object, bytes)
  await r.must('verify')
})

test('on a record\'s page files are added and taken away without a script', async (t) => {
  const r = await t.register({ pack: await packWith(t, filed) }), server = await r.serve(), visitor = new Visitor(server)
  await visitor.signIn(await r.user())
  const token = await r.token('api'), { id } = (await server.api(token)('POST', '/person', { key: 'P1', given_name: 'Palamy' })).body, path = `/person/${id}`
  const shown = await visitor.get(path), page = shown.text
  match(page, /<form method='post' action='\/person\/\w+\/photo' enctype='multipart\/form-data'/)
  match(page, /type='file' id='f-photo' name='file' aria-describedby='f-photo-hint' required accept='image\/\*' multiple/)
  ok(!/type='file'/.test((await visitor.get(path + '/edit')).text))
  await visitor.get(path)
  const added = await visitor.ask('POST', path + '/photo', { body: multipart([face], { _csrf: visitor.csrf }),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } })
  equal(added.status, 303, added.text.slice(0, 300))
  const after = (await visitor.get(path)).text
  match(after, /<a class='govuk-link' href='\/person\/\w+\/photo\/%E0[^']*' download>ຮູບ 1\.jpg<\/a>/)
  match(after, /Take away ຮູບ 1\.jpg/)
  const dropped = await visitor.post(path + '/photo', { drop: face.name })
  equal(dropped.status, 303, dropped.text.slice(0, 300))
  ok(!/photo\/%E0/.test((await visitor.get(path)).text))
})

test('what a file field cannot say is a fault of the pack, and a form takes pictures, sound and files', async (t) => {
  for (const [was, is, told] of [
    ['Photo,identity,identity,,2', 'Photo,plain,identity,,2', /^survey\/99_files.csv:2: class: The record person has keys: what a file shows/m],
    ['Photo,identity,identity,,2', 'Photo,identity,identity,jpg,2', /^survey\/99_files.csv:2: accept: 'jpg' is neither an ending/m],
    ['Photo,identity,identity,,2', 'Photo,identity,identity,,99', /^survey\/99_files.csv:2: most: A field holds 1 to 50 files/m],
    ['image,photo', 'text,photo', /^survey\/99_files.csv:2: most: Only a field of files has most/m],
    ['image,photo', 'image,edit', /^survey\/99_files.csv:2: name: The program uses the name 'edit'/m],
  ]) {
    const { code, err } = await sukhwan(['pack', 'check', await packWith(t, { ...filed, 'survey/99_files.csv': filed['survey/99_files.csv'].replace(was, is) })])
    equal(code, 1)
    match(err, told)
  }
})
