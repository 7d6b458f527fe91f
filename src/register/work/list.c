// What waits for somebody: the rows of every type whose state waits for her unit and her role, by their day.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

enum { NO_DAY = 99991231 };

typedef struct {
    const RecordType *type; bool *wanted; int64_t *rows; int n;
    bool *writes; Str *titles, *names; Record **records; // one per row
} Kind;

// Of one state that waits for her; end.row: it is looked through to there, 0: to its end.
typedef struct { const PackState *state; WorkPlace end; } Range;
typedef struct { Range *at; int n; WorkPlace after; } Ranges;

// What stands behind a place, by day, then type, then row: on that very day, on later ones, and on the day of the end as far as that.
// SQLite finds each by its index, but not all as one.
typedef enum { ON_ITS_DAY, BETWEEN, ON_LAST_DAY, PIECES } Piece;

static bool piece_there(const Range *range, WorkPlace after, Piece piece)
{
    bool begins = after.row && after.type == range->state->record->at;
    if (piece == ON_ITS_DAY) return begins;
    bool one_day = begins && range->end.row && range->end.due == (after.due ? after.due : NO_DAY);
    return !one_day && (piece == BETWEEN || range->end.row);
}

static void piece_where(Store *s, Where *w, const Range *range, WorkPlace after, Piece piece)
{
    const RecordType *t = range->state->record;
    WorkPlace end = range->end;
    int due = after.due ? after.due : NO_DAY;
    where_add(w, " from {} t", VALS((Name){t->name}));
    // Else it goes by the row's own number, past all that stands elsewhere; PostgreSQL does not.
    Str index = say(s->a, "{}@{}", work_index_name(s->a, t), t->name);
    if (piece != BETWEEN && !db_shared(s->db)) where_add(w, " indexed by {}", VALS((Name){index}));
    where_add(w, " where t.state_waits = ? and t.state = ?", VALS(s->user.unit->key, range->state->name));
    if (piece == ON_ITS_DAY) where_add(w, " and coalesce(t.state_due, 99991231) = ? and t.row > ?", VALS(due, after.row));
    if (piece == ON_ITS_DAY && end.row && end.due == due) where_add(w, " and t.row <= ?", VALS(end.row));
    if (piece == ON_LAST_DAY) where_add(w, " and coalesce(t.state_due, 99991231) = ? and t.row <= ?", VALS(end.due, end.row));
    if (piece != BETWEEN) return;
    if (end.row) where_add(w, " and coalesce(t.state_due, 99991231) < ?", VALS(end.due));
    if (after.row && t->at <= after.type) where_add(w, " and coalesce(t.state_due, 99991231) > ?", VALS(due));
    else if (after.row) where_add(w, " and coalesce(t.state_due, 99991231) >= ?", VALS(due));
}

// As its index has it: of one day by the row alone.
static void piece_order(Where *w, Piece piece)
{
    if (piece != BETWEEN) where_add(w, " order by t.row", VALS());
    else where_add(w, " order by coalesce(t.state_due, 99991231), t.row", VALS());
}

// What comes next, hers to see or not; of the index alone.
static void next_piece(Store *s, Where *w, const Range *range, WorkPlace after, Piece piece, int64_t limit, int64_t offset)
{
    where_add(w, "select t.row as row, coalesce(t.state_due, 99991231) as due", VALS());
    piece_where(s, w, range, after, piece);
    piece_order(w, piece);
    where_add(w, " limit ? offset ?", VALS(limit, offset));
}

// What waits for her unit and is not hers to see is walked over row by row: so many of each, and the next page goes on there.
enum { WALKED_MOST = 1200 };

// The last row of those that are walked over. Where there is one piece its index counts them; two are put in order first.
static void last_walked(Store *s, Where *w, const Range *range, WorkPlace after)
{
    if (!piece_there(range, after, ON_ITS_DAY)) {
        next_piece(s, w, range, after, BETWEEN, 1, WALKED_MOST - 1);
        return;
    }
    where_add(w, "select * from (", VALS());
    next_piece(s, w, range, after, ON_ITS_DAY, WALKED_MOST, 0);
    where_add(w, ") piece0 union all select * from (", VALS());
    next_piece(s, w, range, after, BETWEEN, WALKED_MOST, 0);
    where_add(w, ") piece1 order by due, row limit ? offset ?", VALS(1, WALKED_MOST - 1));
}

// Of each no more than what is asked for, in its order.
static void range_add(Store *s, Where *w, const Ranges *all, int place, int most)
{
    const Range *range = &all->at[place];
    const RecordType *t = range->state->record;
    for (Piece piece = ON_ITS_DAY; piece < PIECES; piece++) {
        if (!piece_there(range, all->after, piece)) continue;
        where_add(w, w->n ? " union all select * from (select " : "select * from (select ", VALS());
        where_add(w, "{} as type, t.row as row, coalesce(t.state_due, 99991231) as due", VALS(t->at));
        piece_where(s, w, range, all->after, piece);
        where_add(w, " and ", VALS());
        where_sql(w, scope_rows(s, t, MAY_READ));
        piece_order(w, piece);
        where_add(w, " limit ?) range{}", VALS(most + 1, place * PIECES + (int)piece));
    }
}

// Of who sees all of a type the first rows are the answer.
static Err *ends_read(Store *s, Ranges *all)
{
    Rows q;
    Where w = where_begin(s->a);
    for (int i = 0; i < all->n; i++) {
        if (sees_all(s, all->at[i].state->record)) continue;
        where_add(&w, w.n ? " union all select {} as place, due, row from (" : "select {} as place, due, row from (", VALS(i));
        last_walked(s, &w, &all->at[i], all->after);
        where_add(&w, ") end{}", VALS(i));
    }
    if (!w.n) return 0;
    TRY(sql(s->db, s->a, &q, "{}", where_end(&w)));
    while (rows_next(&q)) {
        Range *one = &all->at[next_int(&q)];
        one->end.due = (int)next_int(&q);
        one->end.row = next_int(&q);
        one->end.type = one->state->record->at;
    }
    return 0;
}

static bool beyond(const WorkSpot *spot, WorkPlace place)
{
    if (spot->due != place.due) return spot->due > place.due;
    return spot->type != place.type ? spot->type > place.type : spot->row > place.row;
}

static bool put_off(const PutOff *later, int n, const WorkSpot *spot)
{
    bool any = false;
    for (int i = 0; i < n; i++) any |= later[i].row == spot->row && later[i].type->at == spot->type;
    return any;
}

// The nearest place to which all of them were looked through.
static WorkPlace looked_to(const Ranges *all)
{
    WorkPlace first = {0};
    for (int i = 0; i < all->n; i++) {
        WorkPlace end = all->at[i].end;
        if (end.row && (!first.row || beyond(&(WorkSpot){first.row, first.type, first.due}, end))) first = end;
    }
    return first;
}

typedef struct { WorkSpot *at; int n; WorkPlace end; } WorkSpots; // end.row: not all was looked through, but to there

// What is put off stands among the others, and is passed over: it is never much (PUT_OFF_MOST).
static Err *spots_read(Store *s, WorkPlace after, int most, const PutOff *later, int later_n, WorkSpots *out)
{
    Rows q;
    Where w = where_begin(s->a);
    Ranges all = {take(s->a, Range, s->pack->states_n), 0, after};
    *out = (WorkSpots){.at = take(s->a, WorkSpot, most + 1)};
    for (int i = 0; s->user.role && s->user.unit && i < s->pack->states_n; i++) {
        if (state_hers(s->pack, &s->pack->states[i], s->user.role)) all.at[all.n++].state = &s->pack->states[i];
    }
    if (!all.n) return 0;
    TRY(ends_read(s, &all));
    WorkPlace end = looked_to(&all);
    for (int i = 0; i < all.n; i++) range_add(s, &w, &all, i, most + later_n);
    TRY(sql(s->db, s->a, &q, "{} order by due, type, row limit $1", where_end(&w), most + later_n + 1));
    while (out->n <= most && rows_next(&q)) {
        WorkSpot *one = &out->at[out->n];
        one->type = (int)next_int(&q);
        one->row = next_int(&q);
        one->due = (int)next_int(&q);
        if (end.row && beyond(one, end)) break;
        out->n += !put_off(later, later_n, one);
    }
    if (out->n <= most) out->end = end;
    return 0;
}

// ---- what is told of them, for all of one type together --------------------------------------------------

// What its steps ask of who may take them, and whom it is about.
static void kind_wants(Store *s, Kind *k)
{
    const RecordType *t = k->type;
    k->wanted = take(s->a, bool, t->n);
    for (int i = 0; i < s->pack->moves_n; i++) {
        if (s->pack->moves[i].record == t) expr_wants(s->pack->moves[i].where, 0, k->wanted);
    }
    if (t->person >= 0) k->wanted[t->person] = true;
}

static int place_of(const Kind *k, int64_t row)
{
    int i = 0;
    while (i < k->n && k->rows[i] != row) i++;
    return i;
}

static Err *writes_read(Store *s, Kind *k)
{
    Rows q;
    Where w = where_begin(s->a);
    Val *vals = take(s->a, Val, k->n);
    if (!may_any(&s->user, k->type, MAY_WRITE)) return 0;
    for (int i = 0; i < k->n; i++) vals[i] = val_int(k->rows[i]);
    where_add(&w, "t.row in ({})", VALS(where_list(&w, (Vals){vals, k->n})));
    TRY(sql(s->db, s->a, &q, "select t.row from {} t where {} and {}", (Name){k->type->name}, where_end(&w),
        scope_rows(s, k->type, MAY_WRITE)));
    while (rows_next(&q)) k->writes[place_of(k, next_int(&q))] = true;
    return 0;
}

static bool says_name(const Store *s, Str title)
{
    return title.n && !str_equal(title, tr(s->lang, S("(name closed)"))) && !str_equal(title, tr(s->lang, S("(no name yet)")));
}

// By their numbers whose names are not open to her, of a kind that has no number itself: a day alone says of nobody.
static Err *numbers_read(Store *s, const RecordType *person, const int64_t *rows, Kind *k)
{
    Record **found;
    int n, unnamed_n = 0;
    int64_t *unnamed = take(s->a, int64_t, k->n);
    for (int i = 0; i < k->n; i++)
        if (!k->names[i].n && rows[i] > 0) unnamed[unnamed_n++] = rows[i];
    TRY(record_some(s, person, unnamed, unnamed_n, take(s->a, bool, person->n), &found, &n));
    for (int i = 0; i < k->n; i++)
        for (int j = 0; !k->names[i].n && j < n; j++)
            if (found[j]->row == rows[i]) k->names[i] = record_number(found[j]);
    return 0;
}

// The names of whom they are about, as far as they are open to her.
static Err *names_read(Store *s, Kind *k)
{
    const Field *person = k->type->person < 0 ? 0 : &k->type->fields[k->type->person];
    int64_t *rows = take(s->a, int64_t, k->n);
    if (!person) return 0;
    for (int i = 0; i < k->n; i++) rows[i] = k->records[i] ? k->records[i]->cells[person->at].row : 0;
    TRY(record_titles(s, person->target, rows, k->n, k->names));
    for (int i = 0; i < k->n; i++) {
        if (!says_name(s, k->names[i])) k->names[i] = (Str){0};
    }
    return k->type->numbered ? 0 : numbers_read(s, person->target, rows, k);
}

static Err *kind_read(Store *s, Kind *k)
{
    Record **found;
    int n;
    kind_wants(s, k);
    k->writes = take(s->a, bool, k->n);
    k->titles = take(s->a, Str, k->n);
    k->names = take(s->a, Str, k->n);
    k->records = take(s->a, Record *, k->n);
    TRY(record_some(s, k->type, k->rows, k->n, k->wanted, &found, &n));
    for (int i = 0; i < n; i++) k->records[place_of(k, found[i]->row)] = found[i];
    TRY(writes_read(s, k));
    TRY(record_titles(s, k->type, k->rows, k->n, k->titles));
    return names_read(s, k);
}

static void moves_fill(Store *s, const Record *r, WorkItem *out)
{
    out->moves = take(s->a, const PackMove *, s->pack->moves_n);
    for (int i = 0; i < s->pack->moves_n; i++) {
        if (move_hers(s, r, &s->pack->moves[i])) out->moves[out->moves_n++] = &s->pack->moves[i];
    }
}

static void item_fill(Store *s, const Kind *k, int64_t row, WorkItem *out)
{
    int i = place_of(k, row);
    const Record *r = k->records[i];
    bool named = says_name(s, k->titles[i]);
    *out = (WorkItem){.record = r, .name = k->names[i], .title = named || !k->names[i].n ? k->titles[i] : (Str){0}};
    if (!named && r->number.n) out->title = r->number; // it says more than that it has none
    out->due = r->due;
    out->late = r->due && r->due < register_today(s);
    if (k->writes[i]) moves_fill(s, r, out);
}

static Kind *kind_of(Store *s, Kind *kinds, int *n, const RecordType *t, int most)
{
    for (int i = 0; i < *n; i++) {
        if (kinds[i].type == t) return &kinds[i];
    }
    kinds[*n] = (Kind){.type = t, .rows = take(s->a, int64_t, most)};
    return &kinds[(*n)++];
}

Err *work_told(Store *s, const WorkSpot *spots, int n, WorkItem *out, int *told)
{
    Kind *kinds = take(s->a, Kind, n);
    int kinds_n = 0;
    *told = 0;
    for (int i = 0; i < n; i++) {
        Kind *k = kind_of(s, kinds, &kinds_n, &s->pack->records[spots[i].type], n);
        k->rows[k->n++] = spots[i].row;
    }
    for (int i = 0; i < kinds_n; i++) TRY(kind_read(s, &kinds[i]));
    for (int i = 0; i < n; i++) {
        const Kind *k = kind_of(s, kinds, &kinds_n, &s->pack->records[spots[i].type], n);
        if (k->records[place_of(k, spots[i].row)]) item_fill(s, k, spots[i].row, &out[(*told)++]);
    }
    return 0;
}

Err *work_list(Store *s, WorkPlace after, int most, WorkList *out)
{
    WorkSpots spots;
    PutOff *later;
    int later_n;
    *out = (WorkList){.at = take(s->a, WorkItem, most)};
    TRY(later_read(s, &later, &later_n));
    if (later_n) TRY(later_count(s, later, later_n, &out->later));
    TRY(spots_read(s, after, most, later, later_n, &spots));
    const WorkSpot *last = spots.n > most ? &spots.at[most - 1] : 0;
    out->next = last ? (WorkPlace){last->row, last->due, last->type} : spots.end;
    out->maybe = !last && spots.end.row;
    return work_told(s, spots.at, last ? most : spots.n, out->at, &out->n);
}

// Of one type: those that exist for her, each in its spot's place.
static Err *days_read(Store *s, const RecordType *t, const WorkSpot *spots, int n, WorkDay *out)
{
    int64_t *rows = take(s->a, int64_t, n);
    int of = 0, found_n;
    Record **found;
    for (int i = 0; i < n; i++) {
        if (spots[i].type == t->at) rows[of++] = spots[i].row;
    }
    if (!of) return 0;
    TRY(record_some(s, t, rows, of, take(s->a, bool, t->n), &found, &found_n));
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < found_n; k++) {
            const Record *r = found[k];
            if (spots[i].type == t->at && spots[i].row == r->row) out[i] = (WorkDay){t, r->id, r->number, spots[i].due};
        }
    }
    return 0;
}

Err *work_days(Store *s, int most, WorkDay **out, int *n)
{
    enum { LOOKS = 20 }; // so often past what is not hers to see
    WorkSpots spots = {0};
    PutOff *later;
    int later_n;
    *n = 0;
    *out = take(s->a, WorkDay, most);
    TRY(later_read(s, &later, &later_n));
    for (int look = 0; look < LOOKS && *n < most; look++) {
        WorkDay *days = take(s->a, WorkDay, most);
        int dated = 0;
        TRY(spots_read(s, spots.end, most - *n, later, later_n, &spots));
        while (dated < spots.n && dated < most - *n && spots.at[dated].due < NO_DAY) dated++;
        for (int i = 0; i < s->pack->records_n; i++) TRY(days_read(s, &s->pack->records[i], spots.at, dated, days));
        for (int i = 0; i < dated; i++) {
            if (days[i].type) (*out)[(*n)++] = days[i];
        }
        if (dated < spots.n || !spots.end.row) break;
    }
    return 0;
}

Str work_title(Arena *a, const WorkItem *item)
{
    return item->name.n && item->title.n ? say(a, "{} · {}", item->name, item->title) : item->name.n ? item->name : item->title;
}

static void item_json(Buf *o, Arena *a, const WorkItem *item)
{
    const Record *r = item->record;
    json(o, "{'record':{},'id':{},'key':{},'no':{},'version':{},'title':{},'state':{},'due':{},'late':{},'moves':[", r->type->name, r->id,
        r->key, val_or_null(r->number), r->version, work_title(a, item), r->state,
        item->due ? val_str(day_text(a, item->due)) : (Val){0}, (Html){item->late ? S("true") : S("false")});
    for (int i = 0; i < item->moves_n; i++) {
        if (i) buf_char(o, ',');
        json_text(o, item->moves[i]->name);
    }
    buf_char(o, ']');
    if (item->until) json(o, ",'until':{},'by':{},'why':{}", day_text(a, item->until), item->by, item->why);
    buf_char(o, '}');
}

void work_json(Buf *o, const WorkList *list)
{
    buf_add(o, S("{\"items\":["));
    for (int i = 0; i < list->n; i++) {
        if (i) buf_char(o, ',');
        item_json(o, o->a, &list->at[i]);
    }
    json(o, "],'next':{},'maybe':{},'later':{}}\n", list->next.row ? val_str(work_place(o->a, list->next)) : (Val){0},
        (Html){list->maybe ? S("true") : S("false")}, list->later);
}

Str work_place(Arena *a, WorkPlace place)
{
    return say(a, "{}.{}.{}", place.due, place.type, place.row);
}

bool work_place_read(Str words, WorkPlace *out)
{
    Str rest = words;
    int64_t due, type;
    bool good = str_int(str_cut(&rest, '.'), &due) && str_int(str_cut(&rest, '.'), &type) && str_int(rest, &out->row);
    if (!good || due < 0 || due > NO_DAY || type < 0 || type > FIELDS_MOST || out->row < 1) return false;
    out->due = (int)due;
    out->type = (int)type;
    return true;
}
