// Who takes part in a journey, each as a program that asks with her own rights.
// SPDX-License-Identifier: Apache-2.0
//
//     const { police, court } = await cast(t, { police: ['police_investigator', 'atd_investigation'], court: ['court_clerk', 'court'] })
//     const id = await police.make('case', { kind: 'criminal' })
//     await police.move('case', id, 'take_up_at_once', { opened: '2026-01-02' })
import { equal } from './tool.mjs'

export async function cast(t, roles) {
  const r = await t.register(), tokens = {}
  for (const [name, who] of Object.entries(roles)) tokens[name] = await r.token(name, ...who)
  const server = await r.serve(), all = {}
  for (const name of Object.keys(roles)) {
    const api = server.api(tokens[name]), ask = (method, path, body) => api(method, path, body, { 'accept-language': 'en' })
    const good = async (status, ...asked) => {
      const answer = await ask(...asked)
      equal(answer.status, status, `${name} ${asked.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' ')} ${answer.text}`)
      return answer.body
    }
    const version = async (record, id) => (await good(200, 'GET', `/${record}/${id}`)).version
    all[name] = {
      ask, get: (path) => good(200, 'GET', path), make: async (record, body) => (await good(201, 'POST', `/${record}`, body)).id,
      said: (record, id) => good(200, 'GET', `/${record}/${id}`),
      move: async (record, id, move, asked = {}) => good(200, 'POST', `/${record}/${id}/move`, { move, ...asked, version: await version(record, id) }),
      refused: async (record, id, move, asked = {}) => ask('POST', `/${record}/${id}/move`, { move, ...asked, version: await version(record, id) }),
      change: async (record, id, body) => good(200, 'PATCH', `/${record}/${id}`, { ...body, version: await version(record, id) }),
      share: (record, id, to, compartments, why = 'it is her work') => good(200, 'POST', `/${record}/${id}/share`, { to, compartments, until: '2999-12-31', why }),
      work: async () => (await good(200, 'GET', '/work')).items,
      page: async (path) => (await server.ask('GET', path, undefined, tokens[name], { accept: 'text/html', 'accept-language': 'en' })).text,
      status: async (record, id) => (await ask('GET', `/${record}/${id}`)).status,
      sees: async (record, id) => (await ask('GET', `/${record}/${id}`)).status === 200,
    }
  }
  return { r, server, ...all }
}
// The words of a page without its tags; and what stands there below a heading, up to the next one.
export const wordsOf = (page) => page.replace(/<[^>]*>/g, ' ').replace(/&#39;/g, "'").replace(/\s+/g, ' ')
export function section(page, title) {
  const parts = page.split(/(?=<h2 class='app-section)/).filter((one) => wordsOf(one.match(/^<h2[^>]*>[^]*?<\/h2>/)?.[0] ?? '').trim() === title)
  return parts.length ? wordsOf(parts[0].replace(/^<h2[^>]*>[^]*?<\/h2>/, '')) : undefined
}
