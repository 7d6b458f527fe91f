// The pack as a whole: its settings, finding things in it, and reading all its sheets.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

const Str class_words[] = {
    [CLASS_PLAIN] = S("plain"), [CLASS_QUASI] = S("quasi"), [CLASS_SENSITIVE] = S("sensitive"),
    [CLASS_IDENTITY] = S("identity"),
};
_Static_assert(countof(class_words) == CLASS_COUNT, "every class has a word");

const Str compartment_words[] = {
    [COMPARTMENT_CASE] = S("case"), // a compartment, as `case` is a role word too
    [COMPARTMENT_IDENTITY] = S("identity"), [COMPARTMENT_PLACE] = S("place"),
    [COMPARTMENT_CARE] = S("care"), [COMPARTMENT_HEALTH] = S("health"), [COMPARTMENT_LEGAL] = S("legal"),
};
_Static_assert(countof(compartment_words) == COMPARTMENT_COUNT, "every compartment has a word");

bool compartments_read(Str words, unsigned *set, Str *wrong)
{
    *set = 0;
    while (str_word(&words, wrong)) {
        int i = 0;
        while (i < COMPARTMENT_COUNT && !str_equal(compartment_words[i], *wrong)) i++;
        if (i == COMPARTMENT_COUNT) return false;
        *set |= 1u << i;
    }
    return true;
}

Str compartments_words(Arena *a, unsigned set)
{
    Str words[COMPARTMENT_COUNT];
    int n = 0;
    for (int i = 0; i < COMPARTMENT_COUNT; i++) {
        if (set >> i & 1) words[n++] = compartment_words[i];
    }
    return str_join(a, words, n, S(" "));
}

const RecordType *record_type(const Pack *p, Str name)
{
    for (int i = 0; i < p->records_n; i++) {
        if (str_equal(p->records[i].name, name)) return &p->records[i];
    }
    return 0;
}

const Field *field_get(const RecordType *t, Str name)
{
    for (int i = 0; i < t->n; i++) {
        if (str_equal(t->fields[i].name, name)) return &t->fields[i];
    }
    return 0;
}

const Repeat *repeat_get(const RecordType *t, Str name)
{
    for (int i = 0; i < t->repeats_n; i++) {
        if (str_equal(t->repeats[i].name, name)) return &t->repeats[i];
    }
    return 0;
}

// ---- settings ----------------------------------------------------------------------------------

static bool country_read(Pack *p, Str value)
{
    p->country = value;
    return value.n == 2 && value.p[0] >= 'A' && value.p[0] <= 'Z' && value.p[1] >= 'A'
        && value.p[1] <= 'Z';
}

static bool version_read(Pack *p, Str value)
{
    p->version = value;
    return value.n > 0;
}

static bool english_read(Pack *p, Str value)
{
    p->title.in[LANG_EN] = value;
    return value.n > 0;
}

static bool lao_read(Pack *p, Str value)
{
    bool unsure;
    p->title_lo = p->title.in[LANG_LO] = words_unsure(value, &unsure);
    return true;
}

static bool offset_read(Pack *p, Str value)
{
    int64_t hours, minutes;
    if (value.n != 6 || (value.p[0] != '+' && value.p[0] != '-') || value.p[3] != ':') return false;
    if (!str_int(str_slice(value, 1, 3), &hours) || !str_int(str_slice(value, 4, 6), &minutes)) {
        return false;
    }
    p->offset = (int)(value.p[0] == '-' ? -(hours * 60 + minutes) : hours * 60 + minutes);
    return hours >= 0 && hours <= 14 && minutes >= 0 && minutes < 60;
}

// Whether there is such a unit is seen once the units are read.
static bool import_unit_read(Pack *p, Str value)
{
    p->import_unit = value;
    return value.n > 0;
}

static bool erase_wait_read(Pack *p, Str value)
{
    enum { WAIT_MOST = 365 };
    int64_t days = -1;
    bool good = str_int(value, &days) && days >= 0 && days <= WAIT_MOST;
    if (good) p->erase_wait = (int)days;
    return good;
}

// No longer than a session lasts that nobody uses.
static bool lock_read(Pack *p, Str value)
{
    int64_t minutes;
    if (!str_int(value, &minutes) || minutes < 1 || minutes > 60) return false;
    p->lock_after = (int)minutes;
    return true;
}

// What it names is looked for once the records are read.
static bool earlier_read(Pack *p, Str value)
{
    p->earlier.words = value;
    return value.n > 0;
}

static bool any_read(Pack *p, Str value)
{
    (void)p, (void)value;
    return true;
}

static const struct { Str name, example; bool needed; bool (*read)(Pack *, Str); } settings[] = {
    {S("country"), S("LA"), true, country_read},
    {S("version"), S("2026.1"), true, version_read},
    {S("title::English (en)"), S("Counter-trafficking register"), true, english_read},
    {S("title::Lao (lo)"), S(""), false, lao_read},
    {S("utc_offset"), S("+07:00"), true, offset_read},
    {S("import_unit"), S("secretariat"), false, import_unit_read},
    {S("erase_wait"), S("7"), false, erase_wait_read},
    {S("lock_after"), S("15"), false, lock_read},
    {S("earlier"), S("count figure begins ends value female written source"), false, earlier_read},
    {S("number_pattern"), S(""), false, any_read},
};

static void setting_read(Load *l, const Row *r, bool *given)
{
    Str name = row_cell(l, r, S("name")), value = row_cell(l, r, S("value"));
    int i = 0;
    while (i < countof(settings) && !str_equal(settings[i].name, name)) i++;
    if (i == countof(settings)) {
        row_tell(l, r, S("name"), name, message(l->a, "There is no setting '{}'.", name));
        return;
    }
    if (given[i]) row_tell(l, r, S("name"), name, message(l->a, "This setting is told already."));
    given[i] = true;
    if (!settings[i].read(l->pack, value)) {
        row_tell(l, r, S("value"), value, message(l->a,
            "'{}' does not do for {}; write it as {}.", value, name, settings[i].example));
    }
    if (settings[i].read == lao_read && str_starts(value, S("?"))) {
        row_warn(l, r, S("value"), l->pack->title_lo, message(l->a,
            "Nobody has confirmed this text yet; have it checked, then take the question mark "
            "away."));
    }
}

static void settings_read(Load *l)
{
    const RowList *rows = &l->rows[SHEET_PACK];
    bool given[countof(settings)] = {0};
    for (int i = 0; i < rows->n; i++) setting_read(l, &rows->at[i], given);
    for (int i = 0; rows->n && i < countof(settings); i++) {
        if (given[i] || !settings[i].needed) continue;
        row_tell(l, &rows->at[0], S("name"), settings[i].name,
            message(l->a, "The setting {} is missing; add a line as {},{}.",
            settings[i].name, settings[i].name, settings[i].example));
    }
}

// ---- all of it ---------------------------------------------------------------------------------

void pack_read(Arena *a, Arena scratch, PackSheets sheets, const Str *reserved, int reserved_n,
    Faults *all, const Pack **out)
{
    Load l = {.a = a, .temp = &scratch, .all = all, .pack = take(a, Pack, 1),
        .reserved = reserved, .reserved_n = reserved_n};
    int64_t before = all->n;
    *out = 0;
    l.pack->erase_wait = ERASE_WAIT;
    l.pack->lock_after = 15;
    sheets_read(&l, sheets);
    settings_read(&l);
    lists_read(&l);
    units_read(&l);
    figure_names_read(&l);
    records_read(&l);
    states_read(&l);
    rules_read(&l);
    numbers_read(&l);
    roles_read(&l);
    entitled_read(&l);
    moves_read(&l);
    waits_read(&l);
    effects_read(&l);
    retention_read(&l);
    figures_read(&l);
    stays_read(&l);
    screens_read(&l);
    imports_read(&l);
    columns_tell(&l);
    if (all->n == before) *out = l.pack;
}
