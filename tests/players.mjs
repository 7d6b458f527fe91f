// Those who take part in a journey, each as a program that asks with her own rights: keo.make('case', …), keo.move('case', id, 'close').
// SPDX-License-Identifier: Apache-2.0
import { equal } from './tool.mjs'

// The environment of a program whose clock is so many days ahead.
export { wrongBy as ahead } from './tool.mjs'

// who: { gate: ['border_officer', 'gate_boten'], … }. The register and its server come along as `r` and `server`.
export async function players(t, who, { serve = {} } = {}) {
  const r = await t.register(), tokens = {}
  for (const [name, [role, unit]] of Object.entries(who)) tokens[name] = await r.token(name, role, unit)
  return seated(r, await r.serve(serve), tokens)
}
// The same people at another server of that register.
export function seated(r, server, tokens) {
  const all = { r, server, tokens }
  for (const [name, token] of Object.entries(tokens)) {
    const api = server.api(token), ask = (method, path, body, headers = {}) => api(method, path, body, { 'accept-language': 'en', ...headers })
    const good = async (status, ...asked) => {
      const answer = await ask(...asked)
      equal(answer.status, status, `${name} ${JSON.stringify(asked)} ${answer.text}`)
      return answer.body
    }
    const version = async (record, id) => (await good(200, 'GET', `/${record}/${id}`)).version
    all[name] = {
      ask, get: (path) => good(200, 'GET', path), read: (record, id) => good(200, 'GET', `/${record}/${id}`),
      make: async (record, body) => (await good(201, 'POST', `/${record}`, body)).id,
      move: async (record, id, move, asked = {}) => good(200, 'POST', `/${record}/${id}/move`, { move, ...asked, version: await version(record, id) }),
      refused: async (record, id, move, asked = {}) => ask('POST', `/${record}/${id}/move`, { move, ...asked, version: await version(record, id) }),
      change: async (record, id, body) => good(200, 'PATCH', `/${record}/${id}`, { ...body, version: await version(record, id) }),
      work: async () => (await good(200, 'GET', '/work')).items,
      share: (record, id, to, compartments, why = 'it is her work') => good(200, 'POST', `/${record}/${id}/share`, { to, compartments, until: '2999-12-31', why }),
      file: async (record, id, field, file, type, bytes) => {
        const body = new FormData()
        body.append('file', new Blob([bytes], { type }), file)
        return fetch(`${server.url}/${record}/${id}/${field}`, { method: 'POST', body, headers: { authorization: `Bearer ${token}`, accept: 'application/json' } })
      },
      items: async (record, of = '') => (await good(200, 'GET', `/${record}?limit=50${of}`)).items,
      notices: async () => (await good(200, 'GET', '/notices')).items.map((one) => one.words),
      status: async (record, id) => (await ask('GET', `/${record}/${id}`)).status,
      waits: async (record, id) => (await good(200, 'GET', '/work')).items.find((one) => one.record === record && one.id === id),
      page: async (path) => (await server.ask('GET', path, undefined, token, { accept: 'text/html', 'accept-language': 'en' })).text,
      sees: async (record, id) => (await ask('GET', `/${record}/${id}`)).status === 200,
    }
  }
  return all
}
// The words of a page without its tags; and what stands there below a heading, up to the next one.
export const wordsOf = (page) => page.replace(/<[^>]*>/g, ' ').replace(/&#39;/g, "'").replace(/\s+/g, ' ')
export function section(page, title) {
  const parts = page.split(/(?=<h2 class='app-section)/).filter((one) => wordsOf(one.match(/^<h2[^>]*>[^]*?<\/h2>/)?.[0] ?? '').trim() === title)
  return parts.length ? wordsOf(parts[0].replace(/^<h2[^>]*>[^]*?<\/h2>/, '')) : undefined
}
