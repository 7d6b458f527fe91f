// Forms as writers of XLSForm write them: each construct is taken, or refused with sheet, row, column and sentence.
// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { equal, home, match, ok, onBothStores, outside, released, same, skip, sukhwan, table, test } from '../tool.mjs'
import { workbookOf } from '../workbook.mjs'

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const letter = (n) => (n > 25 ? String.fromCharCode(64 + Math.floor(n / 26)) : '') + String.fromCharCode(65 + (n % 26))
// Of blanks around a cell one on each side is ours; ⏎ is a line break in it.
const blanks = (cell) => cell.replace(/^ | $/g, '').replaceAll('⏎', '\n'), blank = (cell) => !/[^ ]/.test(cell)
// A workbook of sheets told as { name: 'a | b\nc | d' }: its first line the headers.
function book(sheets) {
  const rows = (text) => text.split('\n').map((line, i) => `<row r="${i + 1}">${line.split('|').map((cell, n) =>
    (blank(cell) ? '' : `<c r="${letter(n)}${i + 1}" t="inlineStr"><is><t>${escaped(blanks(cell))}</t></is></c>`)).join('')}</row>`).join('')
  return workbookOf({ sheets: Object.entries(sheets).map(([name, text]) => ({ name, rows: rows(text) })) })
}
const yesNo = 'list_name | name | label\nyn | yes | Yes\nyn | no | No'
const one = (type, more = '', cell = '') => ({ survey: `type | name | label${more}\n${type} | a | A${cell}`, choices: yesNo })

// [what, sheets, the fields that it has (null: it is refused), all that is told, a pattern for each line]
const constructs = [
  ['text, whole numbers, numbers, days, moments', { survey: 'type | name | label\ntext | a | A\nstring | b | B\ninteger | c | C\nint | d | D\ndecimal | e | E\ndate | f | F\ndateTime | g | G\ndatetime | h | H' }, 'a b c d e f g h', []],
  ['a single sheet of any name', { Sheet7: 'type | name | label\ntext | a | A' }, 'a', []],
  ['headers with capitals and blanks', { Survey: 'Type | Name | Label\nselect_one yn | a | A', Choices: yesNo.replace('list_name', 'List Name') }, 'a', []],
  ...['select_one', 'select one', 'select one from', 'select1', 'select_multiple', 'select multiple', 'select all that apply from'].map((type) => [type, one(`${type} yn`), 'a', []]),
  ['a list that is not there', one('select_one nosuch'), null, [/^survey:2: type: There is no list 'nosuch'/]],
  ['a list of the pack', one('select_one provinces'), 'a', []],
  ['or_other', one('select_one yn or_other'), 'a a_other', [/^choices:1: .*warning: Nobody has confirmed/, /^survey:2: .*warning: Nobody has confirmed/]],
  ['or specify other', one('select all that apply from yn or specify other'), 'a a_other', [/^choices:1: .*warning/, /^survey:2: .*warning/]],
  ['a choice twice', { survey: 'type | name | label\nselect_one yn | a | A', choices: `${yesNo}\nyn | yes | Again` }, null, [/^choices:4: name: The list \S*yn has this choice already/]],
  ['allow_choice_duplicates', { survey: 'type | name | label\nselect_one yn | a | A', choices: `${yesNo}\nyn | yes | Again`, settings: 'form_id | allow_choice_duplicates\ntwice | yes' }, 'a', [/^choices:4: name: warning: .*has this choice already; what this row/]],
  ['choice_filter', { survey: 'type | name | label | choice_filter\nselect_one yn | a | A | cf=1', choices: 'list_name | name | label | cf\nyn | yes | Yes | 1' }, 'a', []],
  ['choice_filter without quotes', { survey: 'type | name | label | choice_filter\nselect_one yn | a | A | Kind = small', choices: 'list_name | name | label | Kind\nyn | yes | Yes | small\nyn | no | No | big' }, 'a', []],
  ['choice_filter of a column that is not there', { survey: 'type | name | label | choice_filter\nselect_one yn | a | A | cf = 1', choices: yesNo }, null, [/^survey:2: choice_filter: At character 1: the list \S*yn has no column 'cf'/]],
  ['a column of choices that nothing asks for', { survey: 'type | name | label\nselect_one yn | a | A', choices: 'list_name | name | label | tint\nyn | yes | Yes | 1' }, 'a', [/^choices:2: tint: warning: Nothing asks for the column tint/]],
  ['a choice without words', { survey: 'type | name | label\nselect_one yn | a | A', choices: 'list_name | name | label\nyn | yes | ' }, 'a', [/^choices:2: label: warning: Words are missing/]],
  ['a question without words', { survey: 'type | name | label\ntext | a | ' }, 'a', [/^survey:2: label: warning: Words are missing here; 'a' is shown/]],
  ['begin group, end group', { survey: 'type | name | label | relevant\ntext | a | A |\nbegin group | g | G | ${a} = \'x\'\nbegin_group | h | |\ntext | b | B |\nend group | | |\nend_group | | |' }, 'a b', []],
  ['a group that is not closed', { survey: 'type | name | label\nbegin group | g | G\ntext | a | A' }, null, [/^survey:2: type: This group has no end_group/]],
  ['required in many spellings', { survey: 'type | name | label | required\ntext | a | A | TRUE\ntext | b | B | true()\ntext | c | C | No\ntext | d | D | false()\ntext | e | E | yes' }, 'a b c d e', []],
  ['required as a condition', { survey: 'type | name | label | required\ninteger | a | A |\ntext | b | B | ${a} > 17' }, 'a b', []],
  ['required by a word', one('text', ' | required', ' | perhaps'), null, [/^survey:2: required: Write yes, no or a condition/]],
  ['words in one colon, in a language', { survey: 'type | name | label:English (en) | label::Lao (lo)\ntext | a | A | ກ' }, 'a', []],
  ['words of a language without its code', { survey: 'type | name | label::english\ntext | a | A' }, 'a', []],
  ['words of other languages beside English', { survey: 'type | name | label | label::French (fr) | hint::Français\ntext | a | A | B | C' }, 'a', [/^survey:1: label::French \(fr\): warning/, /^survey:1: hint::Français: warning: There are no English words/]],
  ['words of another language alone', { survey: 'type | name | label::French (fr)\ntext | a | Nom' }, 'a', [/^survey:1: label::French \(fr\): warning: There are no English words/]],
  ['a name that is ours', { survey: 'type | name | label | relevant\ntext | state | S |\ntext | a | A | ${state} = \'x\'' }, 'state_ a', [/^survey:2: name: warning: The field is named state_ here/]],
  ['names that cannot be', { survey: 'type | name | label\ntext | _1 | A\ntext | a-b | B\ntext | birth_day | C' }, 'f_1 a_b birth_day_', [/^survey:2: name: warning/, /^survey:3: name: warning/, /^survey:4: name: warning/]],
  ['a name twice', { survey: 'type | name | label\ntext | a | A\ntext | a | B' }, null, [/^survey:3: name: .*already/]],
  ['no name', { survey: 'type | name | label\ntext | | A\ntext | b | B' }, null, [/^survey:2: name: A name is missing/]],
  ['no type', { survey: 'type | name | label\n | a | A\ntext | b | B' }, null, [/^survey:2: type: The question 'a' has no type/]],
  ['a row of remarks', { survey: 'type | name | label\n | | remarks\ntext | b | B' }, 'b', [/^survey:2: type: warning: This row has no type/]],
  ['an unknown type', one('telepathy'), null, [/^survey:2: type: 'telepathy' is not a type/]],
  ['what fills in itself', { survey: 'type | name | label\nstart | start |\nend | end |\ntoday | today |\ndeviceid | deviceid |\nphonenumber | p |\nusername | u |\naudit | audit |\ntext | a | A' }, 'a', [2, 3, 4, 5, 6, 7, 8].map((n) => new RegExp(`^survey:${n}: type: warning: The register itself`))],
  ['the day itself in a rule', { survey: 'type | name | label | constraint\ntoday | now | |\ndate | a | A | . <= ${now}' }, 'a', [/^survey:2: type: warning/, /^survey:3: .*warning: Nobody/]],
  ['what is passed over in a rule', { survey: 'type | name | label | relevant\nstart | s | |\ntext | a | A | ${s} != \'\'' }, null, [/^survey:2: type: warning/, /^survey:3: relevant: This asks for 's'/]],
  ['calculate', { survey: 'type | name | label | calculation\ninteger | a | A |\ncalculate | c | | ${a} + 1\ndecimal | d | D | ${a} * 2' }, 'a c d', [/^survey:3: label: warning: Words are missing/]],
  ['calculate with what is not there', { survey: 'type | name | label | calculation\ncalculate | c | C | uuid()' }, null, [/^survey:2: calculation: At character 1: there is no function uuid/]],
  ['a score of choices', { survey: 'type | name | label | calculation\nselect_one s | a | A |\ncalculate | c | C | sum-selected(${a}, weight)', choices: 'list_name | name | label | weight | unasked\ns | x | X | 3 | 1' }, 'a c', [/^choices:2: unasked: warning: Nothing asks/]],
  ['hidden', { survey: 'type | name | label\nhidden | h | H\ntext | a | A' }, 'a', [/^survey:2: type: warning: A value that is hidden/]],
  ['note', { survey: 'type | name | label\nnote | n | Read this\ntext | a | A' }, 'a', [/^survey:2: type: warning: A note of a form is text shown/]],
  ['a note that waits for something', { survey: 'type | name | label | relevant\ntext | a | A |\nnote | n | Read this | ${a} = \'x\'\ntext | b | B |' }, 'a b', [/^survey:3: type: warning/, /^survey:3: relevant: warning: A note is shown whenever/]],
  ['a note at the end', { survey: 'type | name | label\ntext | a | A\nnote | n | Thanks' }, 'a', [/^survey:3: type: warning/, /^survey:3: type: warning: Behind the last note/]],
  ['phone number, barcode', { survey: 'type | name | label\nphone number | a | A\nbarcode | b | B' }, 'a b', []],
  ['time', one('time'), 'a', [/^survey:2: type: warning: There is no type for a time/]],
  ['acknowledge', one('acknowledge'), 'a', [/^choices:1: .*warning: Nobody/, /^survey:2: type: warning: This becomes a choice/]],
  ...['geopoint', 'geotrace', 'geoshape', 'start-geopoint'].map((type) => [type, one(type), null, [/^survey:2: type: Points and lines/]]),
  ...['image', 'photo', 'audio', 'video', 'file'].map((type) => [type, one(type), 'a', []]),
  ['a picture that is required', one('image', ' | required', ' | yes'), 'a', [/^survey:2: required: warning: A file is added on the record's page/]],
  ['sound recorded behind a form', one('background-audio'), null, [/^survey:2: type: Sound that is recorded/]],
  ...['select_one_from_file a.csv', 'select_one_external yn', 'csv-external', 'xml-external', 'rank yn', 'select_one ${a}'].map((type) => [type, one(type), null, [/^survey:2: type: Choices of another file/]]),
  ['begin repeat', { survey: 'type | name | label | relevant\ntext | a | A |\nbegin repeat | r | R | ${a} != \'\'\ntext | b | B |\ninteger | c | C | ${a} = ${b}\nend repeat | | |\ntext | d | D |' }, 'a d', []],
  ['a repeat whose name cannot be, without words', { survey: 'type | name | label\ntext | a | A\nbegin_repeat | items |\ntext | b | B\nend_repeat | |' }, 'a', [/^survey:3: name: warning: The repeat is named items_/, /^survey:3: label: warning: Words are missing/]],
  ['repeat_count', { survey: 'type | name | label | repeat_count\nbegin repeat | r | R | 2\ntext | a | A |\nend repeat | | |\ntext | b | B |' }, null, [/^survey:2: repeat_count: How many rows/]],
  ['a repeat in a repeat', { survey: 'type | name | label\nbegin repeat | r | R\ntext | a | A\nbegin repeat | s | S\ntext | b | B\nend repeat | |\nend repeat | |\ntext | c | C' }, null, [/^survey:4: type: A repeat stands inside another/]],
  ['what a row says, asked outside', { survey: 'type | name | label | relevant\nbegin repeat | r | R |\ntext | a | A |\nend repeat | | |\ntext | b | B | ${a} = 1' }, null, [/^survey:5: relevant: At character 1: the record \S+ has no field 'a'/]],
  ['begin loop', { survey: 'type | name | label\nbegin loop over yn | l | L\ntext | a | A\nend loop | |', choices: yesNo }, null, [/^survey:2: type: A loop/]],
  ...['media::image', 'image', 'audio', 'media::video::English (en)', 'big-image'].map((header) => [`${header} beside a question`, one('text', ` | ${header}`, ' | a.jpg'), null, [new RegExp(`^survey:2: ${header.replace(/[()]/g, '\\$&')}: Pictures`)]]),
  ['media beside a choice', { survey: 'type | name | label\nselect_one yn | a | A', choices: 'list_name | name | label | media::image\nyn | yes | Yes | a.jpg' }, null, [/^choices:2: media::image: Pictures/]],
  ['empty columns of all sorts', one('text', ' | media::image | calculation | read_only | $kuid | bind::x | body::x | instance::x | colour', ' | | | | | | | | '), 'a', []],
  ...['read_only', 'parameters', '$given_name', 'bind::x', 'body::x', 'instance::x', 'guidance_hint', 'required_message', 'trigger', 'autoplay', 'colour'].map((header) => [`the column ${header}`, one('text', ` | ${header}`, ' | yes'), 'a', [new RegExp(`^survey:2: ${header.replace(/[$]/g, '\\$&')}: warning: The column`)]]),
  ['a formula that failed', one('text', ' | hint', ' | #N/A'), null, [/^survey:2: hint: The cell D2 shows #N\/A/]],
  ['a cell under no header', one('text', '', ' | stray'), 'a', [/^survey:2: -: warning: 'stray' stands under no header/]],
  ['relevance, bind:constraint', { survey: 'type | name | label | relevance | bind::constraint | bind::jr:constraintMsg\ninteger | a | A | | . > 1 | More than one.' }, 'a', []],
  ['appearance', { survey: 'type | name | label | appearance\ntext | a | A | minimal\ntext | b | B | multiline\ntext | c | C | field-list' }, 'a b c', [/^survey:4: appearance: warning: The pages do not go by 'field-list'/]],
  ['a constraint without its words', one('integer', ' | constraint', ' | . > 1'), 'a', [/^survey:2: .*warning: Nobody/]],
  ['words without their constraint', one('integer', ' | constraint_message', ' | No.'), 'a', [/^survey:2: constraint_message: warning/]],
  ['a default', { survey: 'type | name | label | default\ntext | a | A | x\ndate | b | B | today()\ninteger | c | C | 2' }, 'a b c', []],
  ['a default that is reckoned', one('text', ' | default', ' | once(uuid())'), 'a', [/^survey:2: default: warning/]],
  ['a default that does not fit', one('integer', ' | default', ' | many'), null, [/^survey:2: default: /]],
  ['a value inside words', { survey: 'type | name | label\ntext | a | A\ntext | b | Dear ${a}' }, 'a b', [/^survey:3: label: warning: What a field holds/]],
  ...['selected(${b}, \'yes\')', 'count-selected(${b}) > 1', 'string-length(${a}) > 2', 'regex(${a}, \'x+\')', 'if(${a} = \'\', true(), false()) or today() > date(\'2020-01-01\')', '${b} != \'\' and not(selected(${b}, \'no\'))'].map((rule) =>
    [`the rule ${rule}`, { survey: `type | name | label | relevant\ntext | a | A |\nselect_multiple yn | b | B |\ntext | c | C | ${rule}`, choices: yesNo }, 'a b c', []]),
  ...['now() > 1', 'once(1) = 1', 'uuid() = 1', 'pulldata(\'a\', \'b\') = 1', 'indexed-repeat(${a}, 1) = 1', 'jr:choice-name(${a}, 1) = 1', '${nosuch} = 1', '${a} = 1', '../a = 1'].map((rule) =>
    [`the rule ${rule}`, { survey: `type | name | label | relevant\ntext | a | A |\ntext | c | C | ${rule}` }, null, [/^survey:3: relevant: At character \d+: /]]),
  ['choices named by numbers', { survey: 'type | name | label | relevant\nselect_one n | a | A |\ntext | b | B | ${a} = 1 and ${a} != 2\ntext | c | C | selected(${a}, 1)', choices: 'list_name | name | label\nn | 1 | One\nn | 2 | Two' }, 'a b c', []],
  ['a column twice', { survey: 'type | name | label | label\ntext | a | A | B' }, 'a', [/^survey:1: label: warning: Beside label this column/]],
  ['English words beside those of no language', { survey: 'type | name | label | label::English (en)\ntext | a | A | B' }, 'a', [/^survey:1: label: warning: Beside label::English \(en\)/]],
  ['other words by one name', { survey: 'type | name | label\nselect_one yn | a | A', choices: 'list_name | name | value | label\nyn | yes | 1 | Yes' }, 'a', [/^choices:1: value: warning: Beside name/]],
  ['settings', { survey: 'type | name | label\ntext | a | A', settings: 'form_title | form_id | version | instance_name | style | default_language\nThe form | settings_form | 3 | concat(\'x\', ${a}) | pages | English (en)' }, 'a', [/^settings:2: version: warning/, /^settings:2: style: warning/]],
  ['a name of a record that cannot be', { survey: 'type | name | label\ntext | a | A', settings: 'form_id\nhealth' }, null, [/^settings:2: form_id: .*'health'/]],
  ['a record of the pack', { survey: 'type | name | label | class | compartment\ntext | a | A | plain | case', settings: 'form_id\ncase' }, null, [/^settings:2: form_id: .*already/]],
  ['other sheets', { survey: 'type | name | label\ntext | a | A', entities: 'list_name | label\nx | y' }, 'a', [/^entities:1: -: warning: This sheet is passed over/]],
  ['no survey', { one: 'a\nb', two: 'a\nb' }, null, [/^\S+:0: -: This workbook has neither/, /./]],
  // As people type, paste and let their spreadsheets correct it.
  ['types in capitals', { survey: 'type | name | label\nBEGIN_GROUP | g | G\nTEXT | a | A\nSelect_One yn | b | B\nEnd Group | |', choices: yesNo }, 'a b', []],
  ['blanks, blanks that do not break, signs without width', { survey: 'type\u00a0| name | label \n text\u00a0 |  a\u200b | \ufeffA\u00a0\nselect_one\u00a0yn\u00a0|  b |  B  ', choices: yesNo.replace('yn |', '\u00a0yn |') }, 'a b', []],
  ['a blank that does not break, in a rule', one('text', ' | relevant', " | true()\u00a0or\u00a0. = 'x'"), 'a', []],
  ['blank rows, and a header in the third', { survey: '\n\ntype | name | label\n\ntext | a | A\n | |\n\ntext | b | B\n' }, 'a b', []],
  ['the survey behind other sheets', { choices: yesNo, survey: 'type | name | label\nselect_one yn | a | A' }, 'a', []],
  ['blanks around the colons of a header', { survey: 'type | name | label :: English (en) | Label : Lao\ntext | a | A | ກ' }, 'a', []],
  ['Lao by its own name', { survey: 'type | name | label::English (en) | label::ພາສາລາວ\ntext | a | A | ກ' }, 'a', []],
  ...['${a} = ‘x’', '${a} = “x”', '${a} = ”it\'s“', 'string-length(${a}) > 1⏎and true()', 'today() - ${d} > 365', 'int((today() - ${d}) div 365.25) >= 18', 'date(${d}) + 30 < today()', '${n} = \'1\'', 'if(${n} > 1, \'\', ${n}) = 2', 'string(${n}) = \'1\''].map((rule) =>
    [`the rule ${rule}`, { survey: `type | name | label | relevant\ntext | a | A |\ndate | d | D |\ninteger | n | N |\ntext | c | C | ${rule}` }, 'a d n c', []]),
  ...[['${n} == 1', 'write = here'], ['${n} <> 1', 'write != here'], ['${n} ≥ 1', 'write >= here'], ['${n} &gt; 1', 'write > here'], ['${n} > 1 AND ${n} < 3', 'write and here'], ['NOT(true())', 'write not\\(\\) in small'], ['${n} / 2 = 1', 'write div here'], ['if(true(); 1; 2) = 1', 'write , here'], ['true', "'true' stands alone"], ['/data/a = 1', 'paths as'], ['${N} = 1', "it has 'n'"], ['round(${n}) = 1', 'no function round\\(\\); write int'], ['contains(${a}, 1)', 'write regex'], ['${s} > 1', 'give its list a column of numbers'], ['position(..) = 1', 'paths as'], ['1', 'must give a yes or no']].map(([rule, words]) =>
    [`the rule ${rule}`, { survey: `type | name | label | relevant\ntext | a | A |\ninteger | n | N |\nselect_one yn | s | S |\ntext | c | C | ${rule}`, choices: yesNo }, null, [new RegExp(`^survey:5: relevant: .*${words}`)]]),
  ['reckoned as writers of XLSForm do', { survey: "type | name | label | calculation\ndate | d | D |\ninteger | n | N |\ncalculate | age | Age | if(${d} != '', int((today() - ${d}) div 365.25), '')\ncalculate | due | Due | date(${d} + 30)\ncalculate | s | S | string(${n})" }, 'd n age due s', []],
  ['moments less each other', { survey: 'type | name | label | relevant\ndateTime | a | A |\ndateTime | b | B |\ntext | c | C | ${b} - ${a} > 1' }, null, [/^survey:4: relevant: .*hours are not reckoned/]],
  ...['count(${r}) > 1', 'sum(${b}) > 1', 'sum(${r.b}) > 1'].map((rule) => [`the rule ${rule} over a repeat`, { survey: `type | name | label | relevant\nbegin repeat | r | R |\ninteger | b | B |\nend repeat | | |\ntext | c | C | ${rule}` }, null, [/^survey:5: relevant: .*(count|sum)\(\) begins with the name of a record.*asked as they stood before/]]),
  // What stands beside KoBo's and SurveyCTO's forms.
  ['disabled', { survey: 'type | name | label | disabled\ntext | a | A | yes\ntext | b | B | no\nbegin group | g | G | TRUE\nbegin repeat | r | R |\ntext | c | C |\nend repeat | | |\nend group | | |\ntext | d | D |' }, 'b d', [/^survey:2: type: warning: This row is disabled/, /^survey:4: type: warning: This group is disabled/]],
  ["what SurveyCTO's forms fill in", { survey: 'type | name | label\ntext audit | x | X\naudio audit | y | Y\nspeed violations count | z | Z\ncaseid | v | V\ncomments | w | W\nsensor_stream light_level | u | U\ntext | a | A' }, 'a', [2, 3, 4, 5, 6, 7].map((n) => new RegExp(`^survey:${n}: type: warning: The register itself`))],
  ...['kobomatrix', 'score', 'rank'].map((kind) => [`KoBo's ${kind}`, { survey: `type | name | label\nbegin_${kind} | m | M\ntext | a | A\nend_${kind} | | ` }, null, [/^survey:2: type: A loop is not done, nor a matrix/]]),
  ['words behind a type that takes none', one('image big'), null, [/^survey:2: type: Nothing stands behind image/]],
  ...['select one from file a.csv', 'select_multiple_from_file a.csv', 'osm building'].map((type) => [type, one(type), null, [/^survey:2: type: (Choices of another file|Points)/]]),
  ['jr:count', { survey: 'type | name | label | jr:count\nbegin repeat | r | R | 2\ntext | a | A |\nend repeat | | |\ntext | b | B |' }, null, [/^survey:2: jr:count: How many rows/]],
  ...['**Name**', '# Name', '<span style="color:red">Name</span>', '[Name](a.html)'].map((words) => [`the words ${words}`, { survey: `type | name | label\ntext | a | ${words}` }, 'a', [/^survey:2: label: warning: Words are shown as they are written/]]),
  ['a choice in Markdown', { survey: 'type | name | label\nselect_one yn | a | A', choices: 'list_name | name | label\nyn | yes | **Yes**' }, 'a', [/^choices:2: label: warning: Words are shown as they are written/]],
  ['a repeat that asks nothing', { survey: 'type | name | label\ntext | a | A\nbegin repeat | r | R\nend repeat | |' }, null, [/^survey:4: type: Nothing is asked in this repeat/]],
  ['a note with a hint and what it reckons', { survey: 'type | name | label | hint | calculation\nnote | n | N | H | 1 + 1\ntext | a | A | |' }, 'a', [/^survey:2: type: warning/, /^survey:2: calculation: warning: A note says its words alone/]],
  ['lists whose names are made the same', { survey: 'type | name | label\nselect_one a-b | a | A\nselect_one a_b | b | B\nselect_one a b | c | C', choices: 'list name | name | label\na-b | x | X\na_b | x | X\na b | x | X' }, 'a b c', []],
  ['an external list', { survey: 'type | name | label\nselect_one yn | a | A', choices: yesNo, external_choices: yesNo }, 'a', [/^external_choices:1: -: warning: This sheet is passed over/]],
  ['settings of two rows', { survey: 'type | name | label\ntext | a | A', settings: 'form_id\nof_two_rows\nother' }, 'a', [/^settings:3: -: warning: The settings are one row/]],
  ['a default language that is not ours', { survey: 'type | name | label\ntext | a | A', settings: 'default_language\nFrench' }, 'a', [/^settings:2: default_language: warning: This language is not/]],
  ['a form named in Lao', { survey: 'type | name | label\ntext | a | A', settings: 'form_id\nແບບຟອມ' }, null, [/^settings:2: form_id: .*none is left/]],
  ['on a person', { survey: 'type | name | label\nlink person | who | Who\ntext | a | A\ndate | b | B' }, 'who a b', [2, 3, 4].map((n) => new RegExp(`^survey:${n}: \\S+: warning: This form may hang on a person`))],
]
const said = (err) => err.split('\n').filter((line) => line && !/^\d+ texts of the pack are not confirmed/.test(line) && !/: used_for: warning: /.test(line))

test('of an XLSForm every construct is taken or refused with sheet, row, column and sentence, none in silence', async (t) => {
  const wrong = [], together = 30 // a register of many forms reads them all each time
  let r
  t.program = released // some five hundred runs; the reader under the sanitizers: form_test.c
  for (const [i, [what, sheets, fields, told]] of constructs.entries()) {
    if (i % together === 0) r = await t.register()
    const name = /\bsettings_form\b|form_id\n(\w+)|twice/.exec(sheets.settings ?? '')
    const form = name ? name[1] ?? name[0] : `form_${i}`
    await r.write(`form_${i}.xlsx`, book(sheets))
    const checked = await r.run('pack load', `form_${i}.xlsx`)
    const lines = said(checked.err)
    const fits = lines.length === told.length && told.every((pattern) => lines.some((line) => pattern.test(line)))
    if (checked.code !== (fields === null ? 1 : 0) || !fits) wrong.push(`${what}: code ${checked.code}\n${lines.join('\n')}`)
    if (fields === null || checked.code) continue
    const has = (await r.export(form)).split('\n')[0].replace(/^\ufeff/, '')
    if (has.trim() !== `key,${fields.replaceAll(' ', ',')}`) wrong.push(`${what}: ${has}`)
  }
  console.error(`        ${constructs.length} constructs, ${constructs.filter(([, , fields]) => fields === null).length} of them refused`)
  ok(constructs.length > 150)
  equal(wrong.join('\n\n'), '')
  equal((await r.run('pack check')).code, 0)
  await r.must('verify')
})

// Cells as spreadsheet programs write them: rich text, shared strings, whole numbers as floats, days as serial numbers, yes and no.
const cells = (...lines) => lines.map((line, i) => `<row r="${i + 1}">${line.map((one, n) => {
  const at = `r="${letter(n)}${i + 1}"`
  if (one === null) return ''
  if (typeof one === 'boolean') return `<c ${at} t="b"><v>${one ? 1 : 0}</v></c>`
  if (typeof one === 'number') return `<c ${at}><v>${one}.0</v></c>`
  if (one.day) return `<c ${at} s="1"><v>${one.day}</v></c>`
  if (one.rich) return `<c ${at} t="inlineStr"><is>${one.rich.map((part) => `<r><rPr><b/></rPr><t xml:space="preserve">${escaped(part)}</t></r>`).join('')}</is></c>`
  return `<c ${at} t="inlineStr"><is><t xml:space="preserve">${escaped(one)}</t></is></c>`
}).join('')}</row>`).join('')
const styles = '<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'

onBothStores('a form as a spreadsheet program writes it asks on its page, saves, and its rules hold', async (t) => {
  const r = await t.register()
  const survey = cells(['type', 'name', { rich: ['la', 'bel'] }, 'required', 'relevant', 'constraint', 'constraint_message', 'default', 'calculation', 'choice_filter'],
    ['begin group', 'g', { rich: ['About ', 'her'] }, null],
    ['text', 'nick', { rich: ['Her ', 'nickname'] }, true],
    ['date', 'born', 'Born', false, null, '. <= today()', 'Not after today.', { day: 36526 }],
    ['calculate', 'age', 'Age', null, null, null, null, null, "if(${born} != '', int((date('2024-01-01') - ${born}) div 365.25), '')"],
    ['text', 'school', 'School', null, '${born} != \u2018\u2019 and int((date("2024-01-01") - ${born}) div 365.25)\n < 18'],
    ['select_one grades', 'grade', 'Grade', null, "${school} != ''", null, null, 2],
    ['select_multiple yn or_other', 'needs', 'Needs', null, null, "not(selected(., 'no') and count-selected(.) > 1)", 'No alone.'],
    ['integer', 'visits', 'Visits', null, null, ". >= '1' and . <= 120", 'From 1 to 120.', 3],
    ['select_one area', 'area', 'Area', null], ['select_one village or_other', 'village', 'Village', null, null, null, null, null, null, 'area=${area}'],
    ['end group', null, null, null])
  const choices = cells(['list_name', 'name', 'label', 'area'], ['grades', 1, 'First', null], ['grades', 2, 'Second', null], ['yn', 'yes', 'Yes', null], ['yn', 'no', 'No', null],
    ['area', 'n', 'North', null], ['area', 's', 'South', null], ['village', 'nv', 'North village', 'n'], ['village', 'sv', 'South village', 's'])
  await r.write('written.xlsx', workbookOf({ sheets: [{ name: 'notes', rows: '' }, { name: 'choices', rows: choices }, { name: 'survey', rows: survey }], parts: { 'xl/styles.xml': styles } }))
  await r.must('pack load', 'written.xlsx')
  const server = await r.serve(), ask = server.api(await r.token())
  const page = await ask('GET', '/written/new', undefined, { accept: 'text/html', 'accept-language': 'en' })
  equal(page.status, 200)
  for (const words of [/About her/, /Her nickname/, /name='school'/, /Specify other/, /value='01.01.2000'/, /value='3'/]) match(page.text, words)
  const told = async (body) => (await ask('POST', '/written', body)).body.faults?.map(({ field }) => field).sort().join(' ')
  equal(await told({ born: '2999-01-01', visits: '0', needs: 'no yes', area: 'n', village: 'sv' }), 'born needs nick village visits')
  const made = await ask('POST', '/written', { nick: 'Noy', born: '2010-05-01', school: 'Nong Bone', grade: '2', needs: 'other', needs_other: 'rest', visits: '120', area: 'n', village: 'other', village_other: 'Far' })
  equal(made.status, 201, made.text)
  const read = (await ask('GET', `/written/${made.body.id}`)).body
  equal([read.age, read.grade, read.needs_other].join(), '13,2,rest')
  equal((await ask('GET', `/written/${made.body.id}`, undefined, { accept: 'text/html' })).status, 200)
  await server.stop()
  equal(table(await r.export('written'))[0].age, '13')
  await r.must('verify')
  const dump = await r.dump()
  await r.must('rebuild')
  same(await r.dump(), dump)
})

onBothStores('a form adds one record type to a register, and touches nothing else of its pack', async (t) => {
  const r = await (await t.register()).examples()
  const texts = await r.export('person'), records = async () => Number((await r.must('pack check')).match(/(\d+) record types/)[1])
  const before = await records()
  const sheets = { survey: 'type | name | label | required | relevant\nselect one from status or specify other | status | How is it? | yes |\ninteger | age | Age | | selected(${status}, \'good\')', choices: 'list name | name | label\nstatus | good | Good\nstatus | bad | Bad', settings: 'form_title | form_id\nThe visit | victim' }
  await r.write('victim.xlsx', book(sheets))
  match(await r.must('pack load', 'victim.xlsx', '--dry-run'), /3 sheets would change/)
  equal(await records(), before)
  match(await r.must('pack load', 'victim.xlsx'), /3 sheets changed/)
  equal(await records(), before + 1)
  equal(await r.export('person'), texts)
  match(await r.must('pack load', 'victim.xlsx'), /^0 sheets changed/)
  // Its list `status` is not the pack's list victim_status.
  match(await r.must('pack load', join(home, 'packs/laos')), /^0 sheets changed/)
  await r.mustTake('victim', 'key,status,age,status_other\nV1,good,12,\nV2,other,,so so\n')
  equal((await r.run('import', 'victim', await r.write('bad.csv', 'key,status\nV3,screened\n'))).code, 1)
  equal(table(await r.export('victim')).map((row) => row.status).join(), 'good,other')
  const server = await r.serve(), ask = server.api(await r.token())
  match((await ask('POST', '/victim', { key: 'V4', age: '12' })).text, /"faults":\[{"field":"status"/)
  equal((await ask('POST', '/victim', { key: 'V4', status: 'good', age: '12' })).status, 201)
  match((await ask('GET', '/victim/new', undefined, { accept: 'text/html', 'accept-language': 'en' })).text, /How is it\?[^]*Specify other/)
  await server.stop()
  // A newer form adds a question; one that takes one away is refused.
  await r.write('victim.xlsx', book({ ...sheets, survey: `${sheets.survey}\ntext | more | More | |` }))
  await r.must('pack load', 'victim.xlsx')
  await r.write('victim.xlsx', book({ ...sheets, survey: sheets.survey.replace(/\ninteger.*/, '') }))
  const gone = await r.run('pack load', 'victim.xlsx')
  equal(gone.code, 1)
  match(gone.err, /victim\.age is gone/)
  await r.must('verify')
  const dump = await r.dump()
  await r.must('rebuild')
  same(await r.dump(), dump)
})

test('a form as CSV is read too, its sheets alone or below each other', async (t) => {
  const r = await t.register()
  await r.write('plain.csv', 'type,name,label\ntext,a,A\n"select_one provinces",b,B\n')
  match(await r.must('pack load', 'plain.csv'), /2 sheets changed/)
  await r.write('stacked.csv', '"survey",,,\n,type,name,label\n,select one from yn,a,A\n,geopoint,b,B\n"choices",,,\n,list name,name,label\n,yn,yes,Yes\n')
  const told = await r.run('pack load', 'stacked.csv')
  equal(told.code, 1)
  match(told.err, /^survey:4: type: Points and lines/m)
})

// What each of the public forms says: how many fields, or the sentence for which it is refused.
const forms = {
  'htcds/htcds_xlsform': 32, 'xlsforms/choice_filter_test': 3, 'xlsforms/field-list': 1, 'xlsforms/group': 3, 'xlsforms/or_other': 3,
  'xlsforms/specify_other': 2, 'xlsforms/survey_no_name': 1, 'xlsforms/text_and_integer': 2, 'xlsforms/yes_or_no_question': 1,
  'xlsforms/attribute_columns_test': /^survey:34: type: Points and lines on a map/m, 'xlsforms/flat_xlsform_test': /^survey:34: type: Points and lines/m,
  'xlsforms/loop': /^survey:3: type: A loop is not done/m, 'xlsforms/xlsform_spec_test': /^survey:15: repeat_count: How many rows/m,
}
test('the public forms at hand load into a register of the Laos pack, or are refused with a sentence', async (t) => {
  if (!existsSync(join(outside, 'xlsforms'))) skip('the public forms are not there')
  const r = await t.register()
  for (const [form, wanted] of Object.entries(forms)) {
    const { code, err, out } = await r.run('pack load', join(outside, `${form}.xlsx`))
    if (wanted instanceof RegExp) {
      equal(code, 1, form)
      match(err, wanted, form)
    } else {
      equal(code, 0, `${form}: ${err}`)
      match(out, /[23] sheets changed/)
      const checked = await sukhwan(['pack', 'check', join(outside, `${form}.xlsx`)])
      match(checked.out, new RegExp(`is good: ${wanted} fields`), form)
    }
  }
  await r.must('verify')
})

test('a form that does not say why it asks is told once, and where it has the column at each question', async (t) => {
  const r = await t.register()
  const told = async (name, survey) => {
    await r.write(`${name}.xlsx`, book({ survey }))
    return (await r.run('pack load', `${name}.xlsx`)).err.split('\n').filter((line) => / why /.test(line))
  }
  const none = await told('none', 'type | name | label\ntext | a | A\ntext | b | B')
  equal(none.length, 1)
  match(none[0], /^survey:1: used_for: warning: Nothing here says why each question is asked/)
  const some = await told('some', 'type | name | label | used_for\ntext | a | A | letter\ntext | b | B |')
  equal(some.length, 1)
  match(some[0], /^survey:3: used_for: warning: Say why this is asked/)
  await r.must('verify')
})
