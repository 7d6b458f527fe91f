// What other programs may ask: an OpenAPI document made from the route table and the pack's records.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { ENUM_MOST = 60 };
// Who has not signed in reads of every kind of record: the pack is no secret, what is in it is.
static bool told_of(const Request *ask, const RecordType *t)
{
    return !ask->signed_in || may_any(&ask->s->user, t, MAY_READ);
}

static bool field_told(const Request *ask, const RecordType *t, const Field *f)
{
    return !ask->signed_in || may_see(&ask->s->user, t, f);
}

static void kind_write(Request *ask, const Field *f)
{
    static const Str told[FIELD_KIND_COUNT] = {
        [FIELD_TEXT] = S("A line of text"), [FIELD_NOTE] = S("A text"), [FIELD_INTEGER] = S("A whole number"),
        [FIELD_DECIMAL] = S("A number"), [FIELD_DATE] = S("YYYY, YYYY-MM or YYYY-MM-DD"),
        [FIELD_MOMENT] = S("A date, or YYYY-MM-DDTHH:MM"), [FIELD_CHOICE] = S("One of the list"),
        [FIELD_CHOICES] = S("Several of the list, with blanks between"), [FIELD_LINK] = S("The key of another record"),
        [FIELD_WORDS] = S("A text in one of its languages"), [FIELD_MONEY] = S("An amount and its currency, as 250000 LAK"),
        [FIELD_FILE] = S("Files, sent to their own address"), [FIELD_IMAGE] = S("Pictures, sent to their own address"),
        [FIELD_AUDIO] = S("Sound, sent to its own address"),
    };
    Str more = f->target ? say(ask->a, "{}: {}", told[f->kind], f->target->name) : told[f->kind];
    json(ask->o, "'type':'string','title':{},'description':{}", words_in(&f->label, LANG_EN), more);
    if (!f->list || f->kind != FIELD_CHOICE || f->list->n > ENUM_MOST) return;
    buf_add(ask->o, S(",\"enum\":[\"\""));
    for (int i = 0; i < f->list->n; i++) json(ask->o, ",{}", f->list->choices[i].name);
    buf_char(ask->o, ']');
}

static void schema_write(Request *ask, const RecordType *t)
{
    json(ask->o, "{}:{'type':'object','title':{},'properties':{'key':{'type':'string'}", t->name, words_in(&t->label, LANG_EN));
    for (int i = 0; i < t->n; i++) {
        if (!field_told(ask, t, &t->fields[i])) continue;
        json(ask->o, ",{}:{", t->fields[i].name);
        kind_write(ask, &t->fields[i]);
        buf_char(ask->o, '}');
    }
    for (int i = 0; i < t->repeats_n; i++) {
        const Repeat *of = &t->repeats[i];
        if (!told_of(ask, of->type)) continue;
        json(ask->o, ",{}:{'type':'array','title':{},'description':{},'items':{'allOf':[{'$ref':{}},{'type':'object','properties':{"
            "'id':{'type':'string'},'version':{'type':'integer'}}}]}}", of->name, words_in(&of->label, LANG_EN),
             S("Rows of its form: with id and version those that are changed, without them new ones; what is left out stays"),
             say(ask->a, "#/components/schemas/{}", of->type->name));
    }
    buf_add(ask->o, S("}}"));
}

static void schemas_write(Request *ask)
{
    json(ask->o, "'components':{'securitySchemes':{'token':{'type':'http','scheme':'bearer'}},'schemas':{");
    for (int i = 0; i < ask->pack->records_n; i++) {
        if (!told_of(ask, &ask->pack->records[i])) continue;
        json_next(ask->o);
        schema_write(ask, &ask->pack->records[i]);
    }
    buf_add(ask->o, S("}}"));
}

// ---- paths ---------------------------------------------------------------------------------------------------

static void parameter(Request *ask, Str name, Str where, Str words)
{
    json_next(ask->o);
    json(ask->o, "{'name':{},'in':{},'required':{},'schema':{'type':'string'},'description':{}}", name, where,
         (Html){str_equal(where, S("path")) ? S("true") : S("false")}, words);
}

static void parameters_write(Request *ask, const Route *r, const RecordType *t)
{
    buf_add(ask->o, S("\"parameters\":["));
    if (str_find(r->path, S("/:id")) >= 0) parameter(ask, S("id"), S("path"), S("The id or the key of a record"));
    if (str_find(r->path, S("/:field")) >= 0) parameter(ask, S("field"), S("path"), S("A field of files"));
    if (str_find(r->path, S("/:name")) >= 0) parameter(ask, S("name"), S("path"), S("Its name"));
    if (str_equal(r->path, S("/work"))) {
        parameter(ask, S("after"), S("query"), S("What came as next with the list before"));
        parameter(ask, S("later"), S("query"), S("yes: what is put off"));
    }
    if (str_equal(r->path, S("/changes")) && r->method == HTTP_POST)
        parameter(ask, S("upto"), S("query"), S("What came as upto with the list: up to there it was seen"));
    if (t && r->method == HTTP_GET && !str_has(str_slice(r->path, 2, r->path.n), ':')) {
        parameter(ask, S("limit"), S("query"), S("How many: 1 to 1000, else 100"));
        parameter(ask, S("after"), S("query"), S("What came as next with the list before"));
        Str sorts = sorts_told(ask->s, t);
        if (sorts.n) parameter(ask, S("sort"), S("query"), say(ask->a, "By what it stands: {}; -NAME the other way round", sorts));
        for (int i = 0; i < t->n; i++)
            if (t->fields[i].class != CLASS_IDENTITY && field_told(ask, t, &t->fields[i]))
                parameter(ask, t->fields[i].name, S("query"), words_in(&t->fields[i].label, LANG_EN));
    }
    buf_add(ask->o, S("],"));
}

// What a route about a record asks for that is no field of it; of `again` nothing.
static bool words_asked(const Route *r, Str *words)
{
    static const struct { Str end, words; } told[] = {
        {S("/share"), S("why to compartments until")}, {S("/unshare"), S("why to")}, {S("/open"), S("why")},
        {S("/later"), S("why until")}, {S("/again"), {0}},
    };
    for (int i = 0; r->method == HTTP_POST && i < countof(told); i++) {
        *words = told[i].words;
        if (str_ends(r->path, told[i].end)) return true;
    }
    return false;
}

static void answers_write(Request *ask, const Route *r)
{
    static const struct { Method method; Str status, words; } answers[] = { // put: of what a record is told besides its fields
        {HTTP_GET, S("200"), S("What was asked for")},       {HTTP_POST, S("201"), S("Saved: id, key and version")},
        {HTTP_PATCH, S("200"), S("Saved: id, key and version")},
        {HTTP_PATCH, S("409"), S("Others changed the same fields: conflicts")},
        {HTTP_PUT, S("200"), S("What is so now; and the record's version")},
        {HTTP_PUT, S("403"), S("Not yours to give, or to open")},
        {HTTP_OTHER, S("400"), S("Every fault: faults")},    {HTTP_OTHER, S("401"), S("A token is needed")},
        {HTTP_OTHER, S("404"), S("Not there, or not for you to know")},
    };
    Str words;
    Method like = str_ends(r->path, S("/move")) ? HTTP_PATCH : words_asked(r, &words) ? HTTP_PUT : r->method;
    buf_add(ask->o, S("\"responses\":{"));
    for (int i = 0; i < countof(answers); i++) {
        if (answers[i].method != like && answers[i].method != HTTP_OTHER) continue;
        if (answers[i].method == HTTP_OTHER && r->needs == NEEDS_NOTHING) continue;
        json_next(ask->o);
        json(ask->o, "{}:{'description':{}}", answers[i].status, answers[i].words);
    }
    buf_char(ask->o, '}');
}

static void words_body(Request *ask, Str words)
{
    static const struct { Str name, words; } told[] = {
        {S("why"), S("The reason, in a few words")}, {S("to"), S("A unit's key, or the name of who signs in")},
        {S("compartments"), S("Which parts, with blanks or commas between, or a list: identity place case care health legal")},
        {S("until"), S("The last day, as 2024-01-31")},
    };
    json(ask->o, "'requestBody':{'required':true,'content':{'application/json':{'schema':{'type':'object','required':[");
    Str name;
    int n = 0;
    for (Str rest = words; str_word(&rest, &name); json(ask->o, "{}", name)) json_next(ask->o);
    buf_add(ask->o, S("],\"properties\":{"));
    for (int i = n = 0; i < countof(told); i++) {
        bool asked = false;
        for (Str rest = words; str_word(&rest, &name);) asked |= str_equal(name, told[i].name);
        if (asked)
            json(ask->o, "{}{}:{'type':{},'description':{}}", (Html){n++ ? S(",") : (Str){0}}, told[i].name,
                 (Html){str_equal(told[i].name, S("compartments")) ? S("[\"string\",\"array\"]") : S("\"string\"")}, told[i].words);
    }
    buf_add(ask->o, S("}}}}},"));
}

// What a program sends: the record's fields; of a record that is there, what it builds on as well, and the step it takes.
static void body_write(Request *ask, const Route *r, const RecordType *t)
{
    bool moves = str_ends(r->path, S("/move")), there = moves || r->method == HTTP_PATCH;
    Str fields = say(ask->a, "#/components/schemas/{}", t->name);
    buf_add(ask->o, S("\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":"));
    if (!there) json(ask->o, "{'$ref':{}}", fields);
    else
        json(ask->o, "{'allOf':[{'$ref':{}},{'type':'object','required':[{}'version'],'properties':{{}'version':{'type':'integer',"
            "'description':{}}}}]}", fields, (Html){moves ? S("\"move\",") : S("")},
            (Html){moves ? S("\"move\":{\"type\":\"string\",\"description\":\"The step, as the pack's moves.csv names it\"},") : S("")},
            S("The version that was read, on which this builds"));
    buf_add(ask->o, S("}}},"));
}

static void method_write(Request *ask, const Route *r, const RecordType *t)
{
    json(ask->o, "{}:{'summary':{},", str_lower(ask->a, method_words[r->method]), r->help);
    if (r->needs == NEEDS_NOTHING) buf_add(ask->o, S("\"security\":[],"));
    parameters_write(ask, r, t);
    Str words;
    bool asks = words_asked(r, &words);
    if (asks && words.n) words_body(ask, words);
    else if (!asks && t && (r->method == HTTP_POST || r->method == HTTP_PATCH)) body_write(ask, r, t);
    answers_write(ask, r);
    buf_char(ask->o, '}');
}

// A path of the table as OpenAPI writes it: /:record/:id of persons is /person/{id}.
static Str path_told(Request *ask, const Route *r, const RecordType *t)
{
    Buf path = buf_in(ask->a);
    for (Str rest = str_slice(r->path, 1, r->path.n); rest.n;) {
        Str part = str_cut(&rest, '/');
        buf_char(&path, '/');
        if (str_equal(part, S(":record"))) buf_add(&path, t->name);
        else if (str_starts(part, S(":"))) buf_fill(&path, "{{}}", VALS(str_slice(part, 1, part.n)));
        else buf_add(&path, part);
    }
    return path.n ? buf_str(&path) : S("/");
}

static bool route_told(const Route *r)
{
    return r->who != FOR_PAGES && !str_starts(r->path, S("/assets"));
}

// Rows of one path stand together in the table, and make one path here.
static void paths_of(Request *ask, const RecordType *t)
{
    int n;
    const Route *routes = route_table(&n), *last = 0;
    for (int i = 0; i < n; i++) {
        const Route *r = &routes[i];
        if (!route_told(r) || (r->needs >= NEEDS_READ) != (t != 0)) continue;
        bool same = last && str_equal(last->path, r->path);
        if (last && !same) buf_char(ask->o, '}');
        json_next(ask->o);
        if (!same) json(ask->o, "{}:{", path_told(ask, r, t));
        method_write(ask, r, t);
        last = r;
    }
    if (last) buf_char(ask->o, '}');
}

static void api_json(Request *ask)
{
    json_open(ask, 200);
    json(ask->o, "{'openapi':'3.1.0','info':{'title':{},'version':{},'description':{}},'security':[{'token':[]}],",
         words_in(&ask->pack->title, LANG_EN), ask->pack->version,
         S("A browser that is signed in sends the token of its forms as X-Requested-With."));
    schemas_write(ask);
    buf_add(ask->o, S(",\"paths\":{"));
    paths_of(ask, 0);
    for (int i = 0; i < ask->pack->records_n; i++)
        if (told_of(ask, &ask->pack->records[i])) paths_of(ask, &ask->pack->records[i]);
    buf_add(ask->o, S("}}\n"));
}

static void api_page(Request *ask)
{
    int n;
    const Route *routes = route_table(&n);
    Blocks all = {.ask = ask};
    words_add(&all, TONE_PLAIN,
        tr(ask->lang, S("With a password of its own a program gets the same as JSON. The whole description, as an OpenAPI document:")));
    words_add(&all, TONE_CODE, S("curl -H 'Authorization: Bearer TOKEN' -H 'Accept: application/json' http://…/api"));
    Block *facts = facts_add(&all, n);
    for (int i = 0; i < n; i++)
        if (route_told(&routes[i]))
            fact_add(facts, say(ask->a, "{} {}", method_words[routes[i].method], routes[i].path), tr(ask->lang, routes[i].help));
    blocks_page(ask, &(Page){.title = tr(ask->lang, S("What other programs can ask"))}, &all);
}

Err *api_show(Request *ask)
{
    bool wants_page = str_find(ask->in->accept, S("text/html")) >= 0;
    if (wants_page) api_page(ask);
    else api_json(ask);
    return 0;
}
