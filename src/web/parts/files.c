// The files of a record: what leads to them, where they are added and taken away, and sending them.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

static Str address(Request *ask, const Record *r, const Field *f)
{
    return url(ask->a, "/{}/{}/{}", r->type->name, r->id, f->name).s;
}

static Str size_said(Request *ask, Str size)
{
    int64_t bytes = 0;
    str_int(size, &bytes);
    return say(ask->a, "{} KB", number_shown(ask->a, ask->lang, (bytes + 1023) / 1024));
}

static void files_links(Request *ask, const Record *r, const Field *f)
{
    Attached one;
    Str rest = r->cells[f->at].text;
    if (rest.n) html(ask->o, "<h3 class='app-section app-section--minor'>{}</h3>\n", field_label(ask, f));
    while (attached_next(&rest, &one))
        html(ask->o, "<div><a class='govuk-link' href='{}' download>{}</a> <span class='app-muted'>{}</span></div>\n",
             url(ask->a, "/{}/{}/{}/{}", r->type->name, r->id, f->name, one.name), one.name, size_said(ask, one.size));
}

// ---- where she adds some, or takes one away ----------------------------------------------------------------

static void add_form(Request *ask, const Record *r, const Field *f, int n)
{
    Str accept = f->accept, most = message_in(ask->a, ask->lang, message(ask->a, "Up to {} MB.", (int)(FILE_MOST >> 20)));
    Buf types = buf_in(ask->a);
    for (Str word; str_word(&accept, &word);) buf_fill(&types, "{}{}", VALS(types.n ? S(",") : (Str){0}, word));
    Asking asking = {.to = (Url){address(ask, r, f)}, .words = tr(ask->lang, S("Add the file"))};
    box_add(ask, &asking, (Box){BOX_FILE, .name = S("file"), .at = f->name, .label = field_label(ask, f), .value = buf_str(&types),
        .hint = str_trim(say(ask->a, "{} {}", words_in(&f->hint, ask->lang), most)), .needed = true, .most = f->files_most - n});
    ask_write(ask, &asking);
}

static void drop_forms(Request *ask, const Record *r, const Field *f)
{
    Attached one;
    for (Str rest = r->cells[f->at].text; attached_next(&rest, &one);) {
        Asking asking = {.to = (Url){address(ask, r, f)},
            .words = message_in(ask->a, ask->lang, message(ask->a, "Take away {}", one.name))};
        box_add(ask, &asking, (Box){BOX_HIDDEN, .name = S("drop"), .value = one.name});
        ask_write(ask, &asking);
    }
}

static bool file_seen(const Request *ask, const Record *r, int at)
{
    const Field *f = &r->type->fields[at];
    return field_files(f) && !r->cells[at].hidden && may_see(&ask->s->user, r->type, f);
}

Err *files_write(Request *ask, const Record *r, bool may_change)
{
    View *view = 0;
    Draft draft = draft_make(ask->a, r->type);
    bool any = false, there = false;
    for (int i = 0; i < r->type->n; i++) there |= file_seen(ask, r, i) && r->cells[i].text.n;
    for (int i = 0; i < r->type->n; i++) any |= file_seen(ask, r, i) && may_change;
    if (any || there) // where none is there yet, only what can be pressed would stand below it
        html(ask->o, "<h2 class='app-section{}' id='files'>{}</h2>\n", there ? (Str){0} : S(" app-screen"), tr(ask->lang, S("Files")));
    for (int i = 0; i < r->type->n; i++)
        if (file_seen(ask, r, i)) files_links(ask, r, &r->type->fields[i]);
    for (int i = 0; i < r->type->n; i++) {
        const Field *f = &r->type->fields[i];
        if (!file_seen(ask, r, i) || !may_change) continue;
        if (!view) {
            TRY(draft_view(ask->s, &draft, r, &view));
            fold_open(ask, tr(ask->lang, S("Files: add or take away")), false);
        }
        Attached one;
        int n = 0;
        for (Str rest = r->cells[i].text; attached_next(&rest, &one);) n++;
        if (n < f->files_most && (!f->relevant || expr_true(ask->a, f->relevant, view))) add_form(ask, r, f, n);
        drop_forms(ask, r, f);
    }
    if (view) fold_close(ask);
    return 0;
}

// ---- one of them, and all of a field -------------------------------------------------------------------------

static Err *field_asked(Request *ask, Record **r, const Field **f)
{
    *f = field_get(ask->type, ask->parts[2]);
    if (!*f || !field_files(*f) || !may_see(&ask->s->user, ask->type, *f))
        return fail(ask->a, ERR_MISSING, "There is no page at this address.");
    TRY(record_whole(ask->s, ask->type, ask->id, r));
    if ((*r)->cells[(*f)->at].hidden) return fail(ask->a, ERR_DENIED, "This is closed to you.");
    return 0;
}

Err *file_list(Request *ask)
{
    Record *r;
    const Field *f;
    TRY(field_asked(ask, &r, &f));
    if (!ask->wants_json) return redirect(ask, record_url(ask, r->type, r->id));
    json_open(ask, 200);
    buf_add(ask->o, S("{\"items\":"));
    files_json(ask->o, r->cells[f->at].text);
    buf_add(ask->o, S("}\n"));
    return 0;
}

// What a browser would run is sent as bytes.
static Str type_sent(Str type)
{
    static const Str shown[] = {S("image/"), S("audio/"), S("video/"), S("application/pdf"), S("text/plain")};
    for (int i = 0; i < countof(shown); i++)
        if (str_starts(type, shown[i]) && str_find(type, S("svg")) < 0) return type;
    return S("application/octet-stream");
}

Err *file_send(Request *ask)
{
    Record *r;
    const Field *f;
    Attached one;
    Str bytes;
    TRY(field_asked(ask, &r, &f));
    for (Str rest = r->cells[f->at].text; attached_next(&rest, &one);) {
        if (!str_equal(one.name, ask->parts[3])) continue;
        TRY(attached_read(ask->s, &one, &bytes));
        ask->o->n = 0;
        buf_add(ask->o, bytes);
        ask->out->type = type_sent(one.type);
        http_header(ask->out, S("Content-Disposition"), say(ask->a, "attachment; filename*=UTF-8''{}", url(ask->a, "{}", one.name).s));
        return 0;
    }
    return fail(ask->a, ERR_MISSING, "There is no file {} here.", ask->parts[3]);
}

// ---- adding and taking away ----------------------------------------------------------------------------------

typedef struct { Request *ask; const Record *r; const Field *f; Buf cell; Attached made[FILES_MOST]; int made_n, n; Faults all; } Adding;

static void refuse(Adding *w, Message m)
{
    faults_add(w->ask->a, &w->all, (Fault){.column = w->f->name, .message = m});
}

static bool named(const Adding *w, Str name)
{
    Attached one;
    for (Str rest = buf_str(&w->cell); attached_next(&rest, &one);)
        if (str_equal(one.name, name)) return true;
    return false;
}

static bool name_good_for(Str name)
{
    bool good = name.n && name.n <= FILE_NAME_MOST && utf8_valid(name) && !str_equal(name, S(".")) && !str_equal(name, S(".."));
    for (isize i = 0; i < name.n; i++)
        good = good && (unsigned char)name.p[i] >= ' ' && name.p[i] != 0x7F && !strchr("/\\;", name.p[i]);
    return good;
}

static Str type_good(Str type)
{
    type = str_trim(str_cut(&type, ';'));
    for (isize i = 0; i < type.n; i++)
        if (type.p[i] <= ' ' || type.p[i] > '~') return S("application/octet-stream");
    return type.n && type.n <= 100 ? type : S("application/octet-stream");
}

static void line_add(Adding *w, const Attached *one)
{
    if (w->cell.n) buf_char(&w->cell, '\n');
    buf_add(&w->cell, attached_line(w->ask->a, one));
    w->n++;
}

static Err *one_add(Adding *w, Str name, Str type, Str bytes)
{
    Arena *a = w->ask->a;
    name = str_trim(name);
    type = type_good(type);
    if (!name_good_for(name)) refuse(w, message(a, "'{}' is no name that a file can bear here; give it a shorter or plainer one.", name));
    else if (named(w, name)) refuse(w, message(a, "There is a file {} here already; give this one another name.", name));
    else if (!bytes.n) refuse(w, message(a, "The file {} is empty.", name));
    else if (bytes.n > FILE_MOST) refuse(w, message(a, "The file {} is larger than {} MB.", name, (int)(FILE_MOST >> 20)));
    else if (!file_accepted(w->f, name, type))
        refuse(w, message(a, "The file {} is of another kind; here belong: {}.", name, w->f->accept));
    else if (w->n >= w->f->files_most) refuse(w, message(a, "Here is room for {} files; take one away first.", w->f->files_most));
    if (w->all.n) return 0;
    Attached *one = &w->made[w->made_n];
    TRY(attached_keep(w->ask->s, name, type, bytes, one));
    w->made_n++;
    line_add(w, one);
    return 0;
}

// What is there already but what is taken away, and behind it what comes.
static Err *all_add(Adding *w)
{
    Request *ask = w->ask;
    Attached one;
    Pairs given = ask->form;
    Str type = ask->in->content_type;
    if (!given.n && str_starts(type, S("multipart/")) && !multipart_read(ask->a, type, ask->in->body, &given))
        return fail(ask->a, ERR_INPUT, "The form that was sent cannot be read.");
    Str drop = pairs_get(&given, S("drop"));
    if (!drop.n) drop = pairs_get(&ask->query, S("drop"));
    bool dropped = !drop.n;
    for (Str rest = w->r->cells[w->f->at].text; attached_next(&rest, &one);) {
        if (str_equal(one.name, drop)) dropped = true;
        else line_add(w, &one);
    }
    if (!dropped) refuse(w, message(ask->a, "There is no file {} here.", drop));
    int files = 0;
    for (int i = 0; i < given.n; i++) {
        const Pair *p = &given.at[i];
        if (!p->file.n) continue;
        files++;
        TRY(one_add(w, p->file, p->type, p->value));
    }
    Str name = pairs_get(&ask->query, S("name"));
    if (!given.n && name.n) return one_add(w, name, type, ask->in->body);
    if (!files && !drop.n) refuse(w, message(ask->a, "Choose a file."));
    return 0;
}

static Err *all_save(Adding *w, Draft *draft)
{
    TRY(all_add(w));
    draft->id = w->r->id;
    draft->base = w->r->version;
    draft->files = true;
    draft->told = w->all;
    draft->cells[w->f->at].text = buf_str(&w->cell);
    draft->cells[w->f->at].said = true;
    return record_save(w->ask->s, &(Change){.drafts = draft, .n = 1, .looks = w->all.n > 0});
}

Err *file_post(Request *ask)
{
    Record *r;
    const Field *f;
    bool hers;
    TRY(field_asked(ask, &r, &f));
    TRY(change_hers(ask->s, r, &hers));
    if (!hers) return fail(ask->a, ERR_DENIED, "You may read this {}, not change it.", words_in(&ask->type->label, ask->lang));
    Adding *w = take(ask->a, Adding, 1);
    *w = (Adding){.ask = ask, .r = r, .f = f, .cell = buf_in(ask->a)};
    Draft draft = draft_make(ask->a, ask->type);
    Err *e = all_save(w, &draft);
    const Saved *saved = &draft.saved;
    // Of any other error nobody knows whether it was saved before: what nothing names is swept away later.
    bool nothing = e ? e->kind == ERR_INPUT || e->kind == ERR_DENIED : saved->faults.n || saved->conflicts_n;
    for (int i = 0; nothing && i < w->made_n; i++) attached_forget(ask->s, &w->made[i]);
    if (e) return e;
    if (saved->conflicts_n) return moved_on(ask);
    ask->here = record_url(ask, r->type, r->id).s;
    if (saved->faults.n && ask->is_form)
        return fail(ask->a, ERR_INPUT, "{}", fault_text(ask->a, r->type, saved->faults.first, ask->lang));
    if (saved->faults.n) return faults_json(ask, &saved->faults);
    if (ask->is_form) return redirect(ask, url(ask->a, "/{}/{}?saved={}", r->type->name, r->id, saved->version));
    json_open(ask, 201);
    json(ask->o, "{'id':{},'version':{},'files':", saved->id, saved->version);
    files_json(ask->o, buf_str(&w->cell));
    buf_add(ask->o, S("}\n"));
    return 0;
}
