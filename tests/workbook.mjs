// Small workbooks: of one sheet, made from rows of texts; or of several, with whatever stands in them.
// SPDX-License-Identifier: Apache-2.0

const table = Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0 })
const crc = (bytes) => (bytes.reduce((sum, byte) => table[(sum ^ byte) & 255] ^ (sum >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0

// Stored, not compressed.
export function zip(files) {
  const parts = [], index = []
  let at = 0
  for (const [name, text] of Object.entries(files)) {
    const body = Buffer.from(text), path = Buffer.from(name), both = Buffer.alloc(26)
    both.writeUInt16LE(20, 0)
    both.writeUInt32LE(crc(body), 10)
    both.writeUInt32LE(body.length, 14)
    both.writeUInt32LE(body.length, 18)
    both.writeUInt16LE(path.length, 22)
    parts.push(Buffer.from('PK\x03\x04'), both, path, body)
    const where = Buffer.alloc(14)
    where.writeUInt32LE(at, 10)
    index.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), both, where, path)
    at += 30 + path.length + body.length
  }
  const list = Buffer.concat(index), end = Buffer.alloc(18)
  end.writeUInt16LE(Object.keys(files).length, 4)
  end.writeUInt16LE(Object.keys(files).length, 6)
  end.writeUInt32LE(list.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...parts, list, Buffer.from('PK\x05\x06'), end])
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
export function workbook(rows) {
  const head = '<?xml version="1.0" encoding="UTF-8"?>', office = 'http://schemas.openxmlformats.org'
  const cell = (text, n, line) => `<c r="${String.fromCharCode(65 + n)}${line}" t="inlineStr"><is><t>${escaped(text)}</t></is></c>`
  const sheet = rows.map((row, i) => `<row r="${i + 1}">${row.map((text, n) => cell(text, n, i + 1)).join('')}</row>`).join('')
  return zip({
    '[Content_Types].xml': `${head}<Types xmlns="${office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>`,
    '_rels/.rels': `${head}<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="rId1" Type="${office}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${head}<workbook xmlns="${office}/spreadsheetml/2006/main" xmlns:r="${office}/officeDocument/2006/relationships"><sheets><sheet name="people" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="rId1" Type="${office}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `${head}<worksheet xmlns="${office}/spreadsheetml/2006/main"><sheetData>${sheet}</sheetData></worksheet>`,
  })
}

// A workbook as it is told: sheets are { name, rows, state, path, target }, rows as XML; main and links are the
// namespaces of its elements and of its relations, spaces more of them; before and behind stand around the list
// of sheets, path is where the workbook itself lies, root what the archive says of that; parts are others.
export function workbookOf({ sheets, main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
  links = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships', spaces = '', before = '', behind = '', path = 'xl/workbook.xml', root = path, parts = {} }) {
  const head = '<?xml version="1.0" encoding="UTF-8"?>', relations = 'http://schemas.openxmlformats.org/package/2006/relationships'
  const folder = path.replace(/[^/]*$/, ''), name = path.slice(folder.length)
  const places = sheets.map((sheet, i) => sheet.path ?? `${folder}worksheets/sheet${i + 1}.xml`)
  const relation = (id, kind, target) => `<Relationship Id="${id}" Type="${links}/${kind}" Target="${target}"/>`
  const tabs = sheets.map((sheet, i) => `<sheet name="${escaped(sheet.name)}" sheetId="${i + 1}"${sheet.state ? ` state="${sheet.state}"` : ''} r:id="rId${i + 1}"/>`).join('')
  const targets = sheets.map((sheet, i) => relation(`rId${i + 1}`, 'worksheet', sheet.target ?? `/${places[i]}`)).join('')
  const others = Object.keys(parts).map((part, i) => relation(`rOther${i}`, part.replace(/.*\/|\.xml$/g, ''), `/${part}`)).join('')
  return zip({
    '_rels/.rels': `${head}<Relationships xmlns="${relations}">${relation('r1', 'officeDocument', root)}</Relationships>`,
    [path]: `${head}<workbook xmlns="${main}" xmlns:r="${links}" ${spaces}>${before}<sheets>${tabs}</sheets>${behind}</workbook>`,
    [`${folder}_rels/${name}.rels`]: `${head}<Relationships xmlns="${relations}">${targets}${others}</Relationships>`,
    ...Object.fromEntries(sheets.map((sheet, i) => [places[i], `${head}<worksheet xmlns="${main}"><sheetData>${sheet.rows}</sheetData></worksheet>`])),
    ...parts,
  })
}
