// The frame of every page, the small parts that many share, and what things are called in the reader's language.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

// ---- what things are called --------------------------------------------------------------------------------

static Str label_or(const Words *words, Lang lang, Str name)
{
    if (words->in[lang].n) return words->in[lang];
    Str label = words_in(words, lang); // a field of the program's own has English alone
    return label.n ? tr(lang, label) : name;
}

Str field_label(const Request *ask, const Field *f)
{
    return label_or(&f->label, ask->lang, f->name);
}

Str type_label(const Request *ask, const RecordType *t)
{
    return label_or(&t->label, ask->lang, t->name);
}

Str add_words(const Request *ask, const RecordType *t)
{
    return message_in(ask->a, ask->lang, message(ask->a, "Add: {}", type_label(ask, t)));
}

Str choice_words(const Request *ask, Str list, Str code)
{
    for (int i = 0; i < ask->pack->lists_n; i++) {
        const List *one = &ask->pack->lists[i];
        const Choice *c = !list.n || str_equal(one->name, list) ? list_get(one, code) : 0;
        if (c) return words_in(&c->label, ask->lang);
    }
    return code;
}

// Of a role that the pack has no more, its name.
Str role_label(const Request *ask, Str name)
{
    const Role *role = role_get(ask->pack, name);
    return role ? words_in(&role->label, ask->lang) : name;
}

Str type_plural(const Request *ask, const RecordType *t)
{
    Str plural = words_in(&t->plural, ask->lang);
    return plural.n ? plural : type_label(ask, t);
}

Str state_label(const Request *ask, const RecordType *t, Str state)
{
    for (int i = 0; i < ask->pack->states_n; i++) {
        const PackState *s = &ask->pack->states[i];
        if (s->record == t && str_equal(s->name, state)) return label_or(&s->label, ask->lang, s->name);
    }
    return state;
}

bool has_states(const Request *ask, const RecordType *t)
{
    for (int i = 0; i < ask->pack->states_n; i++)
        if (ask->pack->states[i].record == t) return true;
    return false;
}

void state_tag(Request *ask, const RecordType *t, Str state)
{
    static const Str colours[] = {S(""), S("govuk-tag--grey"), S("govuk-tag--green")}; // running, first, done
    int colour = 0;
    for (int i = 0; i < ask->pack->states_n; i++) {
        const PackState *s = &ask->pack->states[i];
        if (s->record == t && str_equal(s->name, state)) colour = s->last ? 2 : s->first ? 1 : 0;
    }
    if (state.n) html(ask->o, "<strong class='govuk-tag {}'>{}</strong>", colours[colour], state_label(ask, t, state));
}

Url record_url(Request *ask, const RecordType *t, Str id)
{
    return url(ask->a, "/{}/{}", t->name, id);
}

bool may_create(const Request *ask, const RecordType *t)
{
    return may_any(&ask->s->user, t, MAY_MAKE);
}

const RecordType *person_type(const Request *ask)
{
    for (int i = 0; i < ask->pack->records_n; i++)
        if (ask->pack->records[i].role == ROLE_PERSON) return &ask->pack->records[i];
    return 0;
}

// The title of what a link names; its key where it has none, nothing where she may not see it.
Err *link_title(Request *ask, const Field *f, int64_t row, Str *out)
{
    *out = (Str){0};
    return row ? record_titles(ask->s, f->target, &row, 1, out) : 0;
}

void option_write(Request *ask, Str value, Str words, bool chosen)
{
    html(ask->o, "<option value='{}'", value);
    if (chosen) buf_add(ask->o, S(" selected"));
    html(ask->o, ">{}</option>", words);
}

Str actor_shown(const Request *ask, Str actor)
{
    return str_equal(actor, user_operator().name) ? tr(ask->lang, S("operator")) : actor;
}

// Nobody's unit in the pack: what a command wrote.
Str unit_label(const Request *ask, Str key)
{
    const Unit *unit = unit_get(ask->pack, key);
    return unit ? label_or(&unit->label, ask->lang, key) : tr(ask->lang, S("operator"));
}

Str moment_shown(Request *ask, int64_t ms)
{
    Str text = moment_text(ask->a, ms, ask->pack->offset);
    return say(ask->a, "{}{}", date_shown(ask->a, ask->lang, str_slice(text, 0, 10)), str_slice(text, 10, text.n));
}

Str number_or_key(const Record *r)
{
    return r->number.n ? r->number : str_equal(r->key, r->id) ? (Str){0} : r->key;
}

// A record that has no number of its own, and no name or one that is closed to her: its random id says nothing.
Str name_or_none(const Request *ask, const Record *r)
{
    return str_equal(r->key, r->id) ? record_unnamed(ask->s, r) : r->key;
}

// What a record is called.
Str record_heading(Request *ask, const Record *r)
{
    Str name = record_name(ask->s, r);
    return str_equal(name, r->id) ? name_or_none(ask, r) : name;
}

// What is done with it stands before it: a day alone would read as the day on which that is done.
Str record_said(Request *ask, const Record *r)
{
    Str name = record_heading(ask, r), number = number_or_key(r);
    Str label = type_label(ask, r->type), which = number.n ? number : name;
    return called_by_text(ask->s, r->type) || str_equal(which, label) ? name : say(ask->a, "{} {}", label, which);
}

// ---- the frame ---------------------------------------------------------------------------------------------

static void nav_link(Request *ask, Str to, Str words)
{
    bool here = ask->parts_n ? str_equal(ask->parts[0], to) : !to.n;
    html(ask->o, "<li><a class='app-nav__link' href='/{}'", to);
    if (here) buf_add(ask->o, S(" aria-current='page'"));
    html(ask->o, ">{}</a></li>\n", words);
}

// What her role writes down first, in that order; then her own work stands before what she only now and then writes, and that
// before what she only reads.
static int menu_place(const Request *ask, const RecordType *t)
{
    const Role *role = ask->s->user.role;
    int first = role_begins(role, t);
    if (first >= 0) return first - role->begins_n;
    unsigned rows = may_rows(&ask->s->user, t, MAY_WRITE);
    return t->order + (!rows ? 2000000 : rows == ROWS_OWN || rows == ROWS_GRANTED ? 1000000 : 0);
}

// Types of the menu that she may read (or write), by their place in it.
int types_listed(const Request *ask, May what, const RecordType **out, int most)
{
    int n = 0;
    for (int i = 0; i < ask->pack->records_n; i++) {
        const RecordType *t = &ask->pack->records[i];
        if (!t->listed || !may_any(&ask->s->user, t, what)) continue;
        int place = menu_place(ask, t);
        if (n == most && menu_place(ask, out[most - 1]) <= place) continue;
        int at = n < most ? n++ : most - 1;
        for (; at && menu_place(ask, out[at - 1]) > place; at--) out[at] = out[at - 1];
        out[at] = t;
    }
    return n;
}

// The first of the menu; all kinds stand on the first page.
static void nav_records(Request *ask)
{
    const RecordType *types[NAV_MOST + 1] = {0};
    int n = types_listed(ask, MAY_READ, types, NAV_MOST + 1);
    for (int i = 0; i < n && i < NAV_MOST; i++) nav_link(ask, types[i]->name, type_plural(ask, types[i]));
    if (n > NAV_MOST) html(ask->o, "<li><a class='app-nav__link' href='/#kinds'>{}</a></li>\n", tr(ask->lang, S("All lists")));
}

bool finds_something(const Request *ask)
{
    return types_listed(ask, MAY_READ, (const RecordType *[1]){0}, 1);
}

// Twice, as the menu: on a desk in the header, so that the menu has its line for itself; on a phone beside what is folded.
static void find_write(Request *ask, Str id)
{
    Lang lang = ask->lang;
    if (finds_something(ask))
        html(ask->o, "<form class='app-find' method='post' action='/find' role='search'>"
            "<input type='hidden' name='_csrf' value='{}'><label class='govuk-visually-hidden' for='{}'>{}</label>"
            "<input class='govuk-input' id='{}' name='q' type='search' autocomplete='off' placeholder='{}'>"
            "<button class='govuk-button govuk-button--secondary'>{}</button></form>\n",
             ask->csrf, id, tr(lang, S("Find by name, number, phone or title")), id, tr(lang, S("Name, number")), tr(lang, S("Find")));
}

bool counts_something(const Request *ask)
{
    for (int i = 0; i < ask->pack->tables_n; i++)
        if (figures_hers(ask->s, &ask->pack->tables[i])) return true;
    return false;
}

static void nav_links(Request *ask)
{
    html(ask->o, "<ul class='app-nav__list'>\n");
    nav_link(ask, (Str){0}, tr(ask->lang, S("Your work")));
    nav_records(ask);
    if (counts_something(ask)) nav_link(ask, S("figures"), tr(ask->lang, S("Figures")));
    html(ask->o, "</ul>");
}

// Twice, and the style sheet shows one: on a desk as a row, on a phone folded, which no style can do to the other
// without a script.
static void nav_write(Request *ask)
{
    Str menu = tr(ask->lang, S("Menu"));
    html(ask->o, "<nav class='app-nav' aria-label='{}'><div class='govuk-width-container app-nav__row'><div class='app-nav__wide'>", menu);
    nav_links(ask);
    html(ask->o, "</div><details class='app-nav__fold'><summary class='app-nav__summary'>{}</summary>", menu);
    nav_links(ask);
    html(ask->o, "</details>\n");
    find_write(ask, S("find-folded"));
    html(ask->o, "</div></nav>\n");
}

static void language_links(Request *ask)
{
    bool shows = ask->in->method == HTTP_GET;
    if (ask->no_switch) return;
    Str here = ask->here.n        ? ask->here
               : !shows           ? S("/")
               : ask->in->query.n ? say(ask->a, "{}?{}", ask->in->path, ask->in->query)
                                  : ask->in->path;
    for (int i = 0; i < LANG_COUNT; i++)
        if (i != (int)ask->lang)
            html(ask->o, "<a href='/language?to={}&amp;next={}' hreflang='{}' lang='{}'>{}</a>\n", lang_codes[i],
                 url(ask->a, "{}", here), lang_codes[i], lang_codes[i], tr((Lang)i, S("English")));
}

// A sign-in name tells no colleague who somebody is here: what she does, and where.
static void who_write(Request *ask)
{
    const User *user = &ask->s->user;
    html(ask->o, "<a class='app-header__who' href='/account'>{}</a>\n", user->name);
    if (!ask->pack || !user->role) return;
    html(ask->o, "<span class='app-header__place'>{}{}{}</span>\n", words_in(&user->role->label, ask->lang),
         user->unit ? S(", ") : (Str){0}, user->unit ? unit_label(ask, user->unit->key) : (Str){0});
}

static void header_write(Request *ask)
{
    Lang lang = ask->lang;
    Str name = ask->pack ? words_in(&ask->pack->title, lang) : (Str){0};
    html(ask->o, "<header class='app-header'><div class='govuk-width-container app-header__row'>"
        "<a class='app-header__name' href='/'><img class='app-header__mark' src='{}' alt='' width='36' height='36'>{}</a>\n",
         asset_url(S("mark.svg")), name.n ? name : S("Sukhwan"));
    if (ask->signed_in && ask->pack) find_write(ask, S("find"));
    html(ask->o, "<div class='app-header__end'>");
    if (ask->signed_in) who_write(ask);
    language_links(ask);
    if (ask->gate == GATE_OPEN)
        html(ask->o, "<form method='post' action='/lock' data-desk><input type='hidden' name='_csrf' value='{}'>"
            "<button class='app-header__button' name='desk' value='yes'>{}</button></form>\n", ask->csrf, tr(lang, S("Change user")));
    if (ask->csrf.n && ask->gate != GATE_LOCKED)
        html(ask->o, "<form method='post' action='/sign-out'><input type='hidden' name='_csrf' value='{}'>"
            "<button class='app-header__button'>{}</button></form>\n", ask->csrf, tr(lang, S("Sign out")));
    html(ask->o, "</div></div></header>\n");
    if (ask->signed_in && ask->pack) nav_write(ask);
}

// What stands above the page's own parts.
static void page_begin(Request *ask, const Page *page)
{
    if (page->back.s.n) html(ask->o, "<a class='govuk-back-link' href='{}'>{}</a>\n", (Url){page->back.s}, tr(ask->lang, S("Back")));
    if (page->faults && page->faults->n) boxes_summary(ask, page->faults, !page->unled);
    if (page->told && page->told->first) faults_summary(ask, page->told, page->form);
    if (page->done.n) notice(ask, page->done);
    if (page->hidden_title) return;
    bool begins = page->begin_words.n;
    if (begins) html(ask->o, "<div class='moj-page-header-actions'><div class='moj-page-header-actions__title'>");
    html(ask->o, "<h1 class='app-title'>{}", page->title);
    if (page->key.n) html(ask->o, "<span class='app-title__key'>{}</span>", page->key);
    html(ask->o, "</h1>\n");
    if (begins)
        html(ask->o, "</div><div class='moj-page-header-actions__actions'>"
            "<a class='govuk-button' role='button' href='{}'>{}</a></div></div>\n", (Url){page->begin.s}, page->begin_words);
}

void page_open(Request *ask, const Page *page)
{
    Lang lang = ask->lang;
    bool wrong = page->wrong || (page->faults && page->faults->n);
    ask->out->type = S("text/html; charset=utf-8");
    buf_room(ask->o, 24 << 10); // most pages fit: the body grows once
    html(ask->o, "<!DOCTYPE html>\n<html class='govuk-template' lang='{}'><head><meta charset='utf-8'><title>{}{} – Sukhwan</title>\n"
        "<meta name='viewport' content='width=device-width, initial-scale=1'><link rel='stylesheet' href='{}'>"
        "<link rel='icon' href='{}'><script type='module' src='{}'></script></head>\n"
        "<body class='govuk-template__body' data-offset='{}' data-lock='{}'><a href='#main' class='govuk-skip-link'>{}</a>\n",
         lang_codes[lang], wrong ? tr(lang, S("Error: ")) : (Str){0}, page->title, asset_url(S("app.css")),
         asset_url(S("mark.svg")), asset_url(S("app.js")), ask->pack ? ask->pack->offset : 0,
         ask->signed_in && ask->pack ? ask->pack->lock_after : 0, tr(lang, S("Skip to the page")));
    header_write(ask);
    html(ask->o, "<div class='govuk-width-container'><main class='app-main{}' id='main' tabindex='-1'>\n",
         page->narrow ? S(" app-narrow") : (Str){0});
    if (page->status || (page->faults && page->faults->n)) ask->out->status = page->status ? page->status : 400;
    page_begin(ask, page);
}

void page_close(Request *ask)
{
    html(ask->o, "</main></div>\n<footer class='app-footer'><div class='govuk-width-container'>"
        "<a class='govuk-link' href='/help'>{}</a> · Sukhwan</div></footer>\n</body></html>\n", tr(ask->lang, S("Help")));
}

void form_open(Request *ask, Url action)
{
    html(ask->o, "<form method='post' action='{}'><input type='hidden' name='_csrf' value='{}'>\n", action, ask->csrf);
}

void hidden_write(Request *ask, Str name, Str value)
{
    html(ask->o, "<input type='hidden' name='{}' value='{}'>\n", name, value);
}

void form_typed_open(Request *ask, Url action)
{
    Str holds = ask->is_form ? S("typed") : (Str){0}; // what was sent stands in it again, and nowhere else
    html(ask->o, "<form method='post' action='{}' novalidate autocomplete='off' data-guard='{}'>"
        "<input type='hidden' name='_csrf' value='{}'>\n", action, holds, ask->csrf);
}

static void plain_button(Request *ask, Str name, Str value, Str lang, Str words)
{
    html(ask->o, "<noscript><button class='govuk-button govuk-button--secondary' name='{}' value='{}' lang='{}'>{}</button></noscript>",
         name, value, lang, words);
}

void languages_write(Request *ask)
{
    for (int i = 0; i < LANG_COUNT; i++)
        if (i != (int)ask->lang) plain_button(ask, S("_lang"), lang_codes[i], lang_codes[i], tr((Lang)i, S("English")));
    if (ask->gate == GATE_OPEN)
        plain_button(ask, S("_desk"), S("yes"), lang_codes[ask->lang], tr(ask->lang, S("Keep this, and change user")));
}

void notice(Request *ask, Str words)
{
    html(ask->o, "<div class='govuk-notification-banner govuk-notification-banner--success' role='alert' aria-labelledby='done'>"
        "<div class='govuk-notification-banner__header'><h2 class='govuk-notification-banner__title' id='done'>{}</h2></div>"
        "<div class='govuk-notification-banner__content'><p class='govuk-notification-banner__heading'>{}</p></div></div>\n",
         tr(ask->lang, S("Done")), words);
}

void summary_open(Request *ask, Str title)
{
    html(ask->o, "<div class='govuk-error-summary' role='alert'><h2 class='govuk-error-summary__title'>{}</h2>"
        "<div class='govuk-error-summary__body'><ul class='govuk-list govuk-error-summary__list'>\n", title);
}

void summary_close(Request *ask)
{
    html(ask->o, "</ul></div></div>\n");
}

// Every fault above the form; one of a field leads to it.
void faults_summary(Request *ask, const Faults *faults, Url form)
{
    summary_open(ask, tr(ask->lang, faults->n ? S("Please look at this first") : S("Is this really so?")));
    for (const Fault *f = faults->first; f; f = f->next) {
        if (f->warning && faults->n) continue;
        Str column = f->mend.n ? f->mend : f->column;
        Str words = message_in(ask->a, ask->lang, f->message), label = {0};
        const Field *field = field_at(ask, column, &label);
        if (!field) label = choose_label(ask, column);
        if (field && field_files(field) && ask->id.n) { // they are added on the record's own page
            html(ask->o, "<li><a href='/{}/{}#files'>{}: {}</a></li>\n", ask->type->name, ask->id, label, words);
            continue;
        }
        bool leads = label.n || str_equal(column, S("key")) || str_equal(column, S("name"));
        if (leads) html(ask->o, "<li><a href='{}#f-{}'>{}{}{}</a></li>\n", form, column, label, label.n ? S(": ") : (Str){0}, words);
        else html(ask->o, "<li>{}</li>\n", words);
    }
    summary_close(ask);
}
