// Names are found however they are written.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "match/inside.h"

static void put(NameIndex *x, Arena scratch, int64_t row, const char *given, const char *family,
                const char *nickname)
{
    Str names[] = {str_from(given), str_from(family), str_from(nickname)};
    names_put(x, scratch, row, names, 3);
}

// The row found first, its score in *score; 0 when nobody is found.
static int64_t first(const NameIndex *x, Arena scratch, const char *name, double *score)
{
    NameHit hits[5];
    int n = names_find(x, scratch, str_from(name), hits, 5);
    *score = n ? hits[0].score : 0;
    return n ? hits[0].row : 0;
}

static NameIndex *some(Arena scratch)
{
    NameIndex *x = names_make();
    put(x, scratch, 1, "Somxay", "Vongphachanh", "");
    put(x, scratch, 2, "ສົມໄຊ", "ວົງພະຈັນ", "ນ້ອຍ");
    put(x, scratch, 3, "Khamphone", "Souliyavong", "");
    put(x, scratch, 4, "Bounmy", "", "");
    put(x, scratch, 5, "Nguyễn Văn", "Đức", "");
    put(x, scratch, 6, "Kham La", "Inthavong", "Dam");
    put(x, scratch, 7, "สมชาย", "ใจดี", "");
    return x;
}

TEST(a_name_as_given_is_found_first_with_one)
{
    static const struct { const char *name; int64_t row;
    } cases[] = {
        {"Somxay Vongphachanh", 1},
        {"ສົມໄຊ ວົງພະຈັນ ນ້ອຍ", 2},
        {"KHAMPHONE souliyavong", 3},
        {"Bounmy", 4},
        {"Nguyen Van Duc", 5},
        {"Kham-La Inthavong Dam", 6},
        {"สมชาย ใจดี", 7},
    };
    NameIndex *x = some(scratch);
    for (int i = 0; i < countof(cases); i++) {
        double score;
        CHECK(first(x, scratch, cases[i].name, &score) == cases[i].row);
        CHECK(score == 1);
    }
    names_free(x);
}

TEST(a_name_is_found_however_it_is_spelled)
{
    static const struct { const char *name; int64_t row; double least; } cases[] = {
        {"Somsai Wongpachan", 1, 0.9}, {"Vongphachanh Somxay", 1, 0.98}, {"Somxay", 1, 0.98}, {"Somxai", 1, 0.9},
        {"Thao Somxay Vongphachanh", 1, 1}, {"Somxya Vongphachanh", 1, 0.85}, {"Vongpha", 1, 0.8},
        {"ສົມໃຊ ວົງພະຈັນ", 2, 0.98}, {"ສົມໄຊ", 2, 0.95}, {"Kampone Suliyavong", 3, 0.9},
        {"Kham Phone", 3, 0.85}, {"Khamla Inthavong", 6, 0.9}, {"Boun My", 4, 0.8}, {"Bunmee", 4, 0.9},
        {"Khamphoneh", 3, 0.7}, {"Nguyễn Đức", 5, 0.95}, {"dam", 6, 0.95},
    };
    NameIndex *x = some(scratch);
    for (int i = 0; i < countof(cases); i++) {
        double score;
        int64_t row = first(x, scratch, cases[i].name, &score);
        if (row != cases[i].row || score < cases[i].least)
            print_error("%s: row %d, %g\n", cases[i].name, (int)row, score);
        CHECK(row == cases[i].row && score >= cases[i].least && score <= 1);
    }
    names_free(x);
}

TEST(lao_and_latin_letters_find_each_other)
{
    NameIndex *x = names_make();
    double score;
    put(x, scratch, 1, "ຄຳພອນ", "ສຸລິຍະວົງ", "");
    put(x, scratch, 2, "Bounthavy", "Keomany", "");
    CHECK(first(x, scratch, "Khamphone Souliyavong", &score) == 1 && score > 0.85);
    CHECK(first(x, scratch, "ບຸນທະວີ ແກ້ວມະນີ", &score) == 2 && score > 0.85);
    names_free(x);
}

TEST(a_word_said_twice_counts_once)
{
    NameIndex *x = names_make();
    double score;
    put(x, scratch, 1, "Aung Aung", "", "");
    CHECK(first(x, scratch, "Aung Aung", &score) == 1 && score == 1);
    CHECK(first(x, scratch, "Aung", &score) == 1 && score == 1);
    names_free(x);
}

TEST(who_has_nothing_in_common_is_not_found)
{
    NameIndex *x = some(scratch);
    NameHit hits[5];
    CHECK(names_find(x, scratch, S("Zebediah"), hits, 5) == 0);
    CHECK(names_find(x, scratch, S(""), hits, 5) == 0);
    CHECK(names_find(x, scratch, S(" - "), hits, 5) == 0);
    CHECK(names_find(x, scratch, S("Bounmy"), hits, 0) == 0);
    names_free(x);
}

TEST(equal_hits_come_by_row_and_no_more_than_asked_for)
{
    NameIndex *x = names_make();
    NameHit hits[3];
    for (int64_t row = 50; row > 0; row--) put(x, scratch, row, "Noy", "", "");
    CHECK(names_find(x, scratch, S("Noy"), hits, 3) == 3);
    CHECK(hits[0].row == 1 && hits[1].row == 2 && hits[2].row == 3);
    names_free(x);
}

TEST(a_replaced_name_is_found_no_more)
{
    NameIndex *x = some(scratch);
    double score;
    put(x, scratch, 4, "Latsamy", "", "");
    CHECK(first(x, scratch, "Latsamy", &score) == 4 && score == 1);
    CHECK(first(x, scratch, "Bounmy", &score) != 4);
    CHECK(names_count(x) == 7);
    names_put(x, scratch, 4, 0, 0);
    CHECK(first(x, scratch, "Latsamy", &score) == 0);
    CHECK(names_count(x) == 6);
    names_put(x, scratch, 999, 0, 0);
    CHECK(names_count(x) == 6);
    names_free(x);
}

TEST(a_forgotten_name_leaves_no_bytes_behind)
{
    NameIndex *x = some(scratch);
    CHECK(memmem(x->pool, x->pool_cap, "bounmy", 6));
    names_put(x, scratch, 4, 0, 0);
    CHECK(!memmem(x->pool, x->pool_cap, "bounmy", 6));
    names_free(x);
}

TEST(many_changes_leave_a_right_and_small_index)
{
    NameIndex *x = names_make();
    double score;
    for (int turn = 0; turn < 8; turn++) {
        for (int64_t row = 1; row <= 3000; row++) {
            Arena inner = scratch;
            Str name = say(&inner, "n{}x{}", row, turn);
            names_put(x, inner, row, &name, 1);
        }
    }
    CHECK(names_count(x) == 3000 && x->words_n < 10000);
    CHECK(first(x, scratch, "n17x7", &score) == 17 && score == 1);
    CHECK(first(x, scratch, "n2999x7", &score) == 2999 && score == 1);
    CHECK(first(x, scratch, "n17x3", &score) != 17 || score < 1);
    names_free(x);
}

// Who cannot enter the list is not scored; nobody may be passed over for that.
TEST(a_short_list_is_the_head_of_the_long_one)
{
    static const char *const parts[] = {"kham", "som", "boun", "phone", "xay", "vong",
                                        "souk", "ສົມ",  "ໄຊ",   "ຄຳ",    "noy", "sy"};
    enum { PERSONS = 2500, SHORT = 7 };
    NameIndex *x = names_make();
    uint32_t random = 1;
    Str asked[60];
    for (int row = 1; row <= PERSONS; row++) {
        Str names[3], words[6];
        for (int i = 0; i < 6; i++)
            words[i] =
                str_from(parts[(random = random * 1664525 + 1013904223) / 65536 % countof(parts)]);
        for (int i = 0; i < 3; i++)
            names[i] =
                str_join(a, words + 2 * i, i == 2 ? 1 : 2, random >> 20 & 1 ? S("") : S(" "));
        names_put(x, scratch, row, names, 3);
        if (row % 40 == 0 && row / 40 < countof(asked))
            asked[row / 40] = str_join(a, names, 1 + row % 3, S(" "));
    }
    for (int i = 1; i < countof(asked); i++) {
        NameHit few[SHORT], all[PERSONS];
        int n = names_find(x, scratch, asked[i], few, SHORT);
        CHECK(names_find(x, scratch, asked[i], all, PERSONS) >= n && n == SHORT);
        for (int j = 0; j < n; j++) CHECK(few[j].row == all[j].row && few[j].score == all[j].score);
    }
    names_free(x);
}

TEST(very_long_and_many_words_are_taken)
{
    NameIndex *x = names_make();
    double score;
    Buf o = buf_in(a), many = buf_in(a);
    for (int i = 0; i < 300; i++) buf_add(&o, S("ກົ"));
    for (int i = 0; i < 100; i++) buf_fill(&many, "word{} ", VALS(i));
    Str names[] = {buf_str(&o), buf_str(&many)};
    names_put(x, scratch, 1, names, 2);
    CHECK(first(x, scratch, str_z(a, buf_str(&o)), &score) == 1);
    CHECK(first(x, scratch, str_z(a, buf_str(&many)), &score) == 1);
    names_free(x);
}

static int distance(const char *one, const char *two)
{
    Pattern p;
    int32_t letters[WORD_LETTERS];
    pattern_make(&p, letters, letters_make(str_from(one), letters));
    return pattern_distance(&p, letters, letters_make(str_from(two), letters));
}

TEST(distance_counts_edits_and_swaps)
{
    CHECK(distance("somxay", "somxay") == 0);
    CHECK(distance("somxay", "somxya") == 1);
    CHECK(distance("somxay", "omxay") == 1);
    CHECK(distance("somxay", "somxayx") == 1);
    CHECK(distance("somxay", "samxay") == 1);
    CHECK(distance("kitten", "sitting") == 3);
    CHECK(distance("a", "") == 1);
    CHECK(distance("", "abc") == 3);
    const char *most = "aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffgggggggghhhhhhhh";
    CHECK(distance(most, most) == 0 && distance(most, most + 1) == 1);
    CHECK(distance("សុខា", "សុខា") == 0 && distance("សុខា", "សុភា") == 1);
    CHECK(distance("王秀英", "王秀") == 1 && distance("王秀英", "秀王英") == 1);
    CHECK(distance("สม", "ສມ") == 0); // Thai and Lao
}

static bool sounds(Str word, const char *wanted)
{
    char bones[SKELETON_BYTES];
    Str got = {bones, skeleton_make(word, bones)};
    bool right = str_equal(got, str_from(wanted));
    if (!right)
        print_error("%.*s is %.*s, not %s\n", (int)word.n, word.p, (int)got.n, got.p, wanted);
    return right;
}

TEST(spellings_that_sound_alike_share_a_skeleton)
{
    static const struct { const char *one, *two; } cases[] = {
        {"xay", "sai"}, {"vong", "wong"}, {"phou", "pu"}, {"souk", "suk"}, {"phone", "porn"}, {"kham", "cam"},
        {"keo", "kaew"}, {"boun", "bun"}, {"rath", "lat"}, {"sack", "sak"}, {"vieng", "viang"}, {"nyot", "gnod"},
        {"jan", "chanh"}, {"vientiane", "viantian"}, {"louang", "luang"}, {"mmanny", "many"}, {"khouang", "khwang"},
    };
    for (int i = 0; i < countof(cases); i++) {
        char bones[SKELETON_BYTES + 1] = {0};
        skeleton_make(str_from(cases[i].one), bones);
        CHECK(sounds(str_from(cases[i].two), bones));
    }
}

TEST(lao_syllables_are_read_as_spoken)
{
    static const struct { Str lao; const char *sounds;
    } cases[] = {
        // letters as text_fold leaves them
        {S("ວຽງຈັນ"), "viagcan"}, {S("ຫຼວງພະບາງ"), "luagpabag"},
        {S("ສົມໄຊ"), "somsai"},   {S("ດວງ"), "duag"},
        {S("ສອງ"), "sog"},       {S("ແກວ"), "keo"},
        {S("ໄພວັນ"), "paivan"},   {S("ເມືອງ"), "meag"},
        {S("ແຂວງ"), "kueg"},     {S("ເກາະ"), "ko"},
        {S("ເຂົາ"), "kao"},       {S("ນອຍ"), "noi"},
        {S("ບົວ"), "bua"},        {S("ຄຳ"), "kam"},
        {S("ໄຊຍະ"), "saia"},     {S("ກວາງ"), "kuag"},
        {S("ຫງວນ"), "guan"},     {S("ຫວານ"), "van"},
        {S("ຫວຍ"), "huai"},      {S("ເລີມ"), "lem"},
        {S("ເມຍ"), "mia"},
    };
    for (int i = 0; i < countof(cases); i++) CHECK(sounds(cases[i].lao, cases[i].sounds));
}

// Letters that lie 128 apart, and those of three blocks that begin alike: each pair was one once.
TEST(letters_of_any_script_are_kept_whole)
{
    static const struct { const char *one, *two;
    } cases[] = {
        {"ខ្មែរ", "ဂဪဝ"},  {"កខគឃ", "ကခဂဃ"},
        {"ကခဂဃ", "一丁丂七"},     {"王秀英", "王秙英"},
        {"កខគឃ", "กขฃค"}, {"阿明", "隿昍"}, {"𠀀𠀁𠀂𠀃", "一丁丂七"},
    };
    for (int i = 0; i < countof(cases); i++) {
        char one[SKELETON_BYTES], two[SKELETON_BYTES];
        int n = skeleton_make(str_from(cases[i].one), one), m = skeleton_make(str_from(cases[i].two), two);
        CHECK(!str_equal((Str){one, n}, (Str){two, m}));
        CHECK(n > 0 && str_equal((Str){one, n}, str_from(cases[i].one)));
    }
}

// Four letters each that are far apart, but not in their lowest seven bits.
TEST(names_in_khmer_burmese_and_chinese_find_their_own_bearer_alone)
{
    static const char *const names[] = {
        "កខគឃ",   "ကခဂဃ",   "一丁丂七", "សុខា",  "သုခါ", "王秀英",
        "陳志明", "阮文德", "玀秀英",   "ចាន់ធី", "လှလှ",
    };
    NameIndex *x = names_make();
    for (int i = 0; i < countof(names); i++) put(x, scratch, i + 1, names[i], "", "");
    for (int i = 0; i < countof(names); i++) {
        NameHit hits[5];
        int n = names_find(x, scratch, str_from(names[i]), hits, 5);
        if (n != 1 || hits[0].row != i + 1) print_error("%s: %d hits\n", names[i], n);
        CHECK(n == 1 && hits[0].row == i + 1 && hits[0].score == 1);
    }
    names_free(x);
}

// A letter amiss is forgiven in every script, and the longest words of four bytes a letter fit.
TEST(a_letter_amiss_is_forgiven_in_any_script)
{
    NameIndex *x = names_make();
    double score;
    put(x, scratch, 1, "ស្រីមុំ", "", "");
    put(x, scratch, 2, "မောင်မောင်", "", "");
    CHECK(first(x, scratch, "ស្រីមុ", &score) == 1 && score > 0.7 && score < 1);
    CHECK(first(x, scratch, "မောငမောင်", &score) == 2 && score > 0.7 && score < 1);
    Buf o = buf_in(a);
    for (int i = 0; i < 200; i++) buf_add(&o, i % 2 ? S("𠀀") : S("𠀁"));
    Str longest = buf_str(&o), twice[] = {longest, longest};
    names_put(x, scratch, 3, &longest, 1);
    CHECK(first(x, scratch, str_z(a, str_join(a, twice, 2, S(" x "))), &score) == 3);
    names_free(x);
}
