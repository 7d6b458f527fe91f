// What was deleted lies in no file of the folder: tokens, drafts and sessions that are no more.
// SPDX-License-Identifier: Apache-2.0
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { equal, ok, sleep, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

async function bytesOf(dir) {
  const all = []
  for (const name of await readdir(dir)) if ((await stat(join(dir, name))).isFile()) all.push(await readFile(join(dir, name)))
  return Buffer.concat(all)
}

// Does what makes the value go, and looks until it is gone; before that it was there.
async function goes(r, question, act) {
  const value = Buffer.from((await r.sql(question)).trim(), 'hex')
  ok(value.length >= 32 && (await bytesOf(r.dir)).includes(value), question)
  await act()
  for (let i = 0; i < 40 && (await bytesOf(r.dir)).includes(value); i++) await sleep(100)
  equal((await bytesOf(r.dir)).includes(value), false, `${question}: it is there still`)
}

test('a token that another replaced lies in no file of the folder', async (t) => {
  const r = await t.register(), who = await r.user(), server = await r.serve(), v = new Visitor(server)
  await v.signIn(who)
  const make = async () => {
    await v.get('/account')
    equal((await v.post('/account/token', { password: who.password })).status, 200)
  }
  await make()
  await goes(r, 'select hex(hash) from tokens', make)
  await server.stop()
})

test('what was typed and then left, or saved, or typed otherwise, lies in no file of the folder', async (t) => {
  const r = await t.register(), server = await r.serve(), v = new Visitor(server)
  await v.signIn(await r.user())
  const send = async (form, status) => {
    await v.get('/case/new')
    equal((await v.post('/case', form)).status, status)
  }
  for (const [last, status] of [[{ _leave: '1' }, 303], [{ title: 'Khampheng', opened: '2024-01-01' }, 303], [{ title: 'Bouasone', opened: '98/98/2024' }, 400]]) {
    await send({ title: 'Khampheng', opened: '99/99/2024' }, 400)
    await goes(r, 'select hex(sealed) from drafts', () => send(last, status))
  }
  await server.stop()
})

test('a session that nobody used for an hour lies in no file of the folder after somebody signs in', async (t) => {
  const r = await t.register(), who = await r.user(), server = await r.serve()
  await new Visitor(server).signIn(who)
  await r.sql('update sessions set seen = 1')
  await goes(r, 'select hex(hash) from sessions', () => new Visitor(server).signIn(who))
  await server.stop()
})
