// What keeps a register whole, for the rest of register/: tables against the journal, backups, the unlock key.
// SPDX-License-Identifier: Apache-2.0
#pragma once

must_use Err *tables_make(Store *s, int64_t *entries); // inside a write, from the journal: all but the engine's own are not there
must_use Err *tables_check(Register *reg, Db *db, Arena *a, Arena scratch); // register_verify's `tables`, in the transaction of db
must_use Err *store_check(Register *reg, Db *db, Arena *a, Arena turn, Verified *out); // chain, pack, definitions, keys
must_use Err *brought_sign(Store *s); // what stands in the journal now came from a store that several write
must_use Err *brought_read(const Register *reg, Db *db, Arena *a, int64_t *upto); // numbers of entries may be left out up to there
// Of a Store that compares, behind each entry that is made again: what the lists of keys that it made say is open. And, when all is made:
// secrets stand beside accounts and tokens that there are.
must_use Err *opens_check(Store *s, const Entry *e);
must_use Err *secrets_check(Store *s);
// What a list of keys says is open for good to that agency of what a unit made; command: by a command, of no role.
unsigned open_meant(const Store *s, const RecordType *holder, const Unit *unit, Str agency, bool command);
Str unlock_path(Arena *a, Str dir);             // of the key of the register that lies, or will lie, in dir
must_use Err *unlock_read(Arena *a, Str dir, Key *out);
must_use Err *unlock_make(Arena *a, Str dir, Key *out); // … that is there, or a new one
must_use Err *unlock_secrets(Arena *a, Str dir, Secrets **out); 
// As register_open and store_open, of a folder that will be called `name`.
must_use Err *register_open_as(Arena *a, Str dir, Str name, OpenUse use, Register **out);
