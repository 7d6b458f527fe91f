// What a PostgreSQL schema is made of, in the words that our definitions use (see parts.c).
// SPDX-License-Identifier: Apache-2.0
#include "db/postgres.h"

// The columns: type, collation, rules, what they refer to, and whatever else was said of them.
static const char columns[] =
    "select c.relname, a.attname || ' ' || format_type(a.atttypid, a.atttypmod)"
    " || case when a.attcollation <> t.typcollation then ' collate ' || l.collname else '' end"
    " || case when exists (select 1 from pg_constraint p where p.conrelid = c.oid and p.contype = "
    "'p' and p.conkey = array[a.attnum])"
    " then ' primary key' when a.attnotnull then ' not null' else '' end"
    " || coalesce((select string_agg(' references ' || f.relname || ' (' || fa.attname || ')'"
    " || case when p.condeferrable then ' deferrable' else '' end || case when p.condeferred then "
    "' initially deferred' else '' end"
    " || case when p.confupdtype <> 'a' or p.confdeltype <> 'a' or p.confmatchtype <> 's' or not "
    "p.convalidated then ' changed' else '' end, '')"
    " from pg_constraint p join pg_class f on f.oid = p.confrelid join pg_attribute fa on "
    "fa.attrelid = f.oid and fa.attnum = p.confkey[1]"
    " where p.conrelid = c.oid and p.contype = 'f' and p.conkey = array[a.attnum]), '')"
    " || case when a.atthasdef then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end"
    " || case when a.attgenerated <> '' or a.attidentity <> '' then ' generated' else '' end,"
    " cast(a.atthasdef or a.attgenerated <> '' or a.attidentity <> '' as integer)"
    " from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = "
    "a.atttypid"
    " left join pg_collation l on l.oid = a.attcollation left join pg_attrdef d on d.adrelid = "
    "c.oid and d.adnum = a.attnum"
    " where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attnum > 0 "
    "and not a.attisdropped";

// What else is said of a table, each as a part of it; the last says whether it acts.
static const char sayings[] =
    "select c.relname, 'primary key (' || string_agg(a.attname, ', ' order by k.at) || ')', 0 from "
    "pg_constraint p"
    " join pg_class c on c.oid = p.conrelid cross join lateral unnest(p.conkey) with ordinality "
    "k(attnum, at)"
    " join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum"
    " where c.relnamespace = current_schema()::regnamespace and p.contype = 'p' and "
    "cardinality(p.conkey) > 1 group by c.relname, p.oid"
    " union all select c.relname, 'constraint ' || p.conname, 1 from pg_constraint p join pg_class "
    "c on c.oid = p.conrelid"
    " where c.relnamespace = current_schema()::regnamespace and p.contype not in ('p', 'n') and "
    "not (p.contype = 'f' and cardinality(p.conkey) = 1)"
    " union all select c.relname, 'row security', 1 from pg_class c"
    " where c.relnamespace = current_schema()::regnamespace and (c.relrowsecurity or "
    "c.relforcerowsecurity)"
    " union all select c.relname, 'not kept after a crash', 0 from pg_class c"
    " where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and "
    "c.relpersistence = 'u'"
    " union all select c.relname, 'inherits', 1 from pg_inherits i join pg_class c on c.oid = "
    "i.inhrelid where c.relnamespace = current_schema()::regnamespace"
    // Another's rows would be read as this one's, wherever that other lies.
    " union all select c.relname, 'inherited by ' || i.inhrelid::regclass, 1 from pg_inherits i join pg_class c on c.oid = "
    "i.inhparent where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'"
    " union all select c.relname, 'a check that is switched off', 1 from pg_trigger g join "
    "pg_class c on c.oid = g.tgrelid"
    " where c.relnamespace = current_schema()::regnamespace and g.tgisinternal and g.tgenabled <> "
    "'O'";

static const char indexes[] =
    "select i.relname, c.relname, case when x.indisunique then 'unique ' else '' end || "
    "pg_get_indexdef(x.indexrelid)"
    " || case when x.indisvalid and x.indisready then '' else ' invalid' end"
    " from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid"
    " where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and not exists "
    "(select 1 from pg_constraint p where p.conindid = x.indexrelid and p.contype in ('p', 'u', "
    "'x'))";

// Whatever else lies in the schema, and how it is taken away.
static const char others[] =
    "select 'table', c.relname, '', 'drop table if exists ' || c.oid::regclass || ' cascade', 0 "
    "from pg_class c"
    " where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'"
    " union all select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when "
    "'f' then 'foreign table' when 'S' then 'sequence'"
    " else 'table' end, c.relname, '', 'drop ' || case c.relkind when 'v' then 'view' when 'm' "
    "then 'materialized view' when 'f' then 'foreign table'"
    " when 'S' then 'sequence' else 'table' end || ' if exists ' || c.oid::regclass || ' cascade', "
    "1 from pg_class c"
    " where c.relnamespace = current_schema()::regnamespace and c.relkind in ('v', 'm', 'f', 'p', "
    "'S') and c.relname <> 'journal_id'"
    " union all select 'trigger', g.tgname, c.relname, 'drop trigger if exists ' || "
    "quote_ident(g.tgname) || ' on ' || c.oid::regclass || ' cascade', 1"
    " from pg_trigger g join pg_class c on c.oid = g.tgrelid where c.relnamespace = "
    "current_schema()::regnamespace and not g.tgisinternal"
    " union all select 'rule', r.rulename, c.relname, 'drop rule if exists ' || "
    "quote_ident(r.rulename) || ' on ' || c.oid::regclass || ' cascade', 1"
    " from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relnamespace = "
    "current_schema()::regnamespace and c.relkind = 'r'"
    " union all select 'policy', p.polname, c.relname, 'drop policy if exists ' || "
    "quote_ident(p.polname) || ' on ' || c.oid::regclass, 1"
    " from pg_policy p join pg_class c on c.oid = p.polrelid where c.relnamespace = "
    "current_schema()::regnamespace"
    " union all select 'function', p.proname, '', 'drop routine if exists ' || p.oid::regprocedure "
    "|| ' cascade', 1"
    " from pg_proc p where p.pronamespace = current_schema()::regnamespace"
    " union all select 'operator', o.oprname, '', 'drop operator if exists ' || o.oid::regoperator "
    "|| ' cascade', 1"
    " from pg_operator o where o.oprnamespace = current_schema()::regnamespace"
    " union all select 'type', t.typname, '', 'drop type if exists ' || t.oid::regtype || ' "
    "cascade', 1 from pg_type t"
    " where t.typnamespace = current_schema()::regnamespace and (t.typtype in ('d', 'e', 'r')"
    " or (t.typtype = 'c' and exists (select 1 from pg_class c where c.oid = t.typrelid and "
    "c.relkind = 'c')))"
    // A cast lies in no schema; those that came with the server have numbers below this.
    " union all select 'cast', c.castsource::regtype || ' as ' || c.casttarget::regtype, '',"
    " 'drop cast if exists (' || c.castsource::regtype || ' as ' || c.casttarget::regtype || ')', 1"
    " from pg_cast c where c.oid >= 16384"
    " union all select 'event trigger', e.evtname, '', 'drop event trigger if exists ' || "
    "quote_ident(e.evtname), 1 from pg_event_trigger e";

// "CREATE INDEX … USING btree (f, "row") WHERE (f IS NOT NULL)" and ours, told alike.
Str postgres_index_words(Arena *a, Str text)
{
    Buf o = buf_in(a);
    Str low = str_lower(a, text);
    for (isize i = 0; i < low.n; i++) {
        char c = low.p[i];
        if (str_starts(str_slice(low, i, low.n), S("::"))) { // (0)::bigint, 'pack'::text
            i += 2;
            while (i < low.n && low.p[i] >= 'a' && low.p[i] <= 'z') i++;
            i--;
        } else if (c != '(' && c != ')' && c != '"') buf_char(&o, c);
    }
    return str_trim(buf_str(&o));
}

static Err *tables_read(Db *db, Arena *a, StoreParts *out)
{
    static const char *const asked[] = {columns, sayings};
    for (int i = 0; i < countof(asked); i++) {
        Rows q;
        TRY(sql_fill(db, a, &q, asked[i], VALS()));
        while (rows_next(&q)) {
            Str name = next_str(&q), words = next_str(&q);
            part_add(a, out, S("column"), name, name, words)->acts = next_int(&q);
        }
    }
    return 0;
}

static Err *indexes_read(Db *db, Arena *a, StoreParts *out)
{
    Rows q;
    TRY(sql_fill(db, a, &q, indexes, VALS()));
    while (rows_next(&q)) {
        Str name = next_str(&q), of = next_str(&q), words = next_str(&q);
        isize from = str_find(words, S(" USING btree "));
        Str unique = str_starts(words, S("unique ")) ? S("unique ") : S("");
        if (from > 0) words = str_slice(words, from + 13, words.n);
        part_add(a, out, S("index"), name, of, say(a, "{}{}", unique, postgres_index_words(a, words)))->drop =
            say(a, "drop index if exists {} cascade", name_quoted(a, name));
    }
    return 0;
}

Err *postgres_parts(Db *db, Arena *a, StoreParts *out)
{
    Rows q;
    TRY(tables_read(db, a, out));
    TRY(indexes_read(db, a, out));
    TRY(sql_fill(db, a, &q, others, VALS()));
    while (rows_next(&q)) {
        Str kind = next_str(&q), name = next_str(&q), of = next_str(&q);
        if (str_equal(kind, S("table"))) of = name;
        StorePart *p = part_add(a, out, kind, name, of, S(""));
        p->drop = next_str(&q);
        p->acts = next_int(&q);
    }
    return 0;
}

// Rows that were deleted lie in their table's file until it is written anew. What the server's own log holds is the
// server's.
Err *postgres_scrub(Db *db, Arena *a, const Name *tables, int n)
{
    for (int i = 0; i < n; i++) TRY(sql(db, a, 0, "vacuum (full) {}", tables[i]));
    return 0;
}
