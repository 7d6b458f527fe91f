// A small .xlsx of one sheet, made from rows of texts: the least that a reader of workbooks must take.
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
