/* Finding concepts as somebody types: every word of the filter must begin a word of a name, or the code; without accents, and those
 * with the very accents first. An index of a system's words answers that: terms in order, each with the places it stands at; a word
 * of the filter is a range of terms. Made at the first filter, kept with the system. */
#include "base/sort.h"
#include "search/search.h"
#include "term/term_int.h"

enum { MOST_WORDS = 16 };
#define LONGEST_FILTER ((size_t)400)
#define WORD_BYTES ((size_t)2 << 30)

typedef struct term {
    ans_str plain;   /* without accents */
    ans_str letters; /* with the marks of letters; the tone is apart, as people place it differently */
    char tone;
    uint32_t first, count; /* its places */
} term;

typedef struct posting {
    ans_str plain, toned;
    uint32_t at;
} posting;

struct word_index {
    term *words, *codes; /* both sorted by plain, then letters, then tone */
    uint32_t word_count, code_count;
    uint32_t *places;
};

/* ---- words of a text ---- */

static bool is_word_byte(char c)
{
    return (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Punctuation becomes blanks, so that folding leaves the same words in both forms. */
static ans_str blanked(ans_arena *arena, ans_str text)
{
    ans_str copy = ans_arena_dup(arena, text);
    char *p = (char *)(uintptr_t)copy.p;
    for (size_t i = 0; copy.p && i < copy.n; i++) {
        p[i] = is_word_byte(p[i]) ? p[i] : ' ';
    }
    return copy;
}

typedef struct words {
    ans_str plain, toned; /* what is left */
} words;

static bool start_words(ans_arena *arena, ans_str text, words *out)
{
    ans_str clean = blanked(arena, text);
    out->plain = clean.p ? ans_text_fold(arena, clean) : clean;
    out->toned = clean.p ? ans_text_tones(arena, clean) : clean;
    return out->plain.p && out->toned.p;
}

static bool next_word(words *w, ans_str *plain, ans_str *toned)
{
    if (!w->plain.n) {
        return false;
    }
    (void)ans_str_cut(&w->plain, ' ', plain); /* the last word has no blank behind it */
    (void)ans_str_cut(&w->toned, ' ', toned);
    return true;
}

static char take_tone(ans_str *toned)
{
    char tone = toned->n && toned->p[toned->n - 1] < 6 ? toned->p[toned->n - 1] : 0;
    toned->n -= tone != 0;
    return tone;
}

/* With its marks: "ta" begins "tạo", whose tone is apart, and not "tâm", whose circumflex (U+0302, CC 82) belongs to the letter. */
static bool begins_exactly(ans_str letters, ans_str asked)
{
    return ans_str_starts(letters, asked) && (letters.n == asked.n || ((uint8_t)letters.p[asked.n] != 0xCC && (uint8_t)letters.p[asked.n] != 0xCD));
}

/* ---- making the index ---- */

typedef struct build {
    ans_cx *cx;
    ans_arena *arena; /* of the index */
    const ans_term_system *s;
    posting *at;
    uint32_t count, cap;
} build;

static ans_err no_memory(build *b)
{
    return ans_issue_add(b->cx, ans_arena_err(b->arena), ANS_STR_NONE, "no memory for the words of a code system");
}

static ans_err add_posting(build *b, ans_str plain, ans_str toned, uint32_t at)
{
    posting *p = ans_arena_grow(b->cx->arena, b->at, b->count, &b->cap, 1024, sizeof *p);
    if (!p) {
        return ans_cx_nomem(b->cx);
    }
    b->at = p;
    b->at[b->count++] = (posting){plain, toned, at};
    return ANS_OK;
}

static ans_err add_text(build *b, ans_str text, uint32_t at)
{
    words w;
    ans_str plain, toned;
    ans_err err = ANS_OK;
    if (!text.n) {
        return ANS_OK;
    }
    if (!start_words(b->arena, text, &w)) {
        return no_memory(b);
    }
    while (err == ANS_OK && next_word(&w, &plain, &toned)) {
        err = add_posting(b, plain, toned, at);
    }
    return err;
}

static ans_err add_names(build *b, uint32_t at)
{
    const ans_term_concept *c = &b->s->at[at];
    ans_cx own = {.arena = b->arena};
    ans_err err = add_text(b, c->display, at);
    ans_jnode list = b->s->doc && c->at != ANS_JNONE ? list_of(b->s->doc, c->at, "designation") : ANS_JNONE;
    if (list == ANS_JNONE) {
        return err;
    }
    for (ans_jnode d = ans_json_first(b->s->doc, list); err == ANS_OK && d != ANS_JNONE; d = ans_json_next(b->s->doc, list, d)) {
        err = add_text(b, text_of(&own, b->s->doc, d, "value"), at);
    }
    return err;
}

static int by_term(const void *a, const void *b)
{
    const posting *x = a, *y = b;
    int order = ans_str_cmp(x->plain, y->plain);
    order = order ? order : ans_str_cmp(x->toned, y->toned);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

static bool is_same(const posting *a, const posting *b)
{
    return ans_str_eq(a->plain, b->plain) && ans_str_eq(a->toned, b->toned);
}

/* Postings in order become terms, each with its places once. */
static ans_err make_terms(build *b, uint32_t *places, uint32_t *used, term **out, uint32_t *out_count)
{
    uint32_t count = 0;
    ans_sort(b->at, b->count, sizeof *b->at, by_term);
    for (uint32_t i = 0; i < b->count; i++) {
        count += i == 0 || !is_same(&b->at[i - 1], &b->at[i]);
    }
    term *at = ANS_NEW_N(b->arena, term, count + 1);
    if (!at) {
        return no_memory(b);
    }
    count = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        bool is_new = i == 0 || !is_same(&b->at[i - 1], &b->at[i]);
        if (is_new) {
            term *t = &at[count++];
            *t = (term){.plain = b->at[i].plain, .letters = b->at[i].toned, .first = *used};
            t->tone = take_tone(&t->letters);
        }
        if (is_new || places[*used - 1] != b->at[i].at) {
            places[(*used)++] = b->at[i].at;
            at[count - 1].count++;
        }
    }
    *out = at;
    *out_count = count;
    return ANS_OK;
}

static ans_err make_index(build *b, word_index *x)
{
    ans_err err = ANS_OK;
    uint32_t used = 0, postings;
    for (uint32_t i = 0; err == ANS_OK && i < b->s->count; i++) {
        err = add_names(b, i);
    }
    postings = b->count;
    x->places = err == ANS_OK ? ANS_NEW_N(b->arena, uint32_t, (size_t)postings + b->s->count + 1) : NULL;
    if (!x->places) {
        return err != ANS_OK ? err : no_memory(b);
    }
    err = make_terms(b, x->places, &used, &x->words, &x->word_count);
    b->count = 0;
    for (uint32_t i = 0; err == ANS_OK && i < b->s->count; i++) {
        ans_str code = ans_text_fold(b->arena, b->s->at[i].code);
        err = code.p ? add_posting(b, code, code, i) : no_memory(b);
    }
    return err == ANS_OK ? make_terms(b, x->places, &used, &x->codes, &x->code_count) : err;
}

static ans_err words_made(ans_cx *cx, ans_term_system *s)
{
    build b = {.cx = cx, .s = s, .arena = ans_arena_new(WORD_BYTES)};
    ans_arena *work = ans_arena_new(WORD_BYTES);
    word_index *x = b.arena ? ANS_NEW(b.arena, word_index) : NULL;
    ans_err err = x && work ? ANS_OK : ans_cx_nomem(cx);
    ans_cx own = {.arena = work};
    if (err == ANS_OK) {
        b.cx = &own; /* what is only needed while it is made */
        err = ans_issue_pass(cx, &own, make_index(&b, x));
    }
    ans_arena_free(work);
    if (err != ANS_OK) {
        ans_arena_free(b.arena);
        return err;
    }
    s->word_arena = b.arena;
    atomic_store(&s->words, x);
    return ANS_OK;
}

ans_err words_of(ans_cx *cx, const ans_term_system *system, const word_index **out)
{
    ans_term_system *s = (ans_term_system *)(uintptr_t)system; /* read-only but for this */
    ans_err err = ANS_OK;
    *out = atomic_load(&s->words);
    if (*out) {
        return ANS_OK;
    }
    (void)pthread_mutex_lock(&s->lock);
    if (!atomic_load(&s->words)) {
        err = words_made(cx, s);
    }
    (void)pthread_mutex_unlock(&s->lock);
    *out = atomic_load(&s->words);
    return err;
}

/* ---- asking it ---- */

/* First term that is not before the beginning asked for. */
static uint32_t first_term(const term *at, uint32_t count, ans_str plain)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ans_str_cmp(at[middle].plain, plain) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

typedef struct bits {
    uint64_t *all, *exact;
} bits;

static void add_range(const word_index *x, const term *at, uint32_t count, ans_str plain, ans_str toned, bits *out)
{
    char tone = take_tone(&toned);
    for (uint32_t i = first_term(at, count, plain); i < count && ans_str_starts(at[i].plain, plain); i++) {
        bool is_exact = at[i].tone == tone && begins_exactly(at[i].letters, toned);
        for (uint32_t k = at[i].first; k < at[i].first + at[i].count; k++) {
            bit_set(out->all, x->places[k]);
            if (is_exact) {
                bit_set(out->exact, x->places[k]);
            }
        }
    }
}

static ans_err make_bits(ans_cx *cx, const ans_term_system *s, bool full, bits *out)
{
    size_t n = s->count / 64 + 1;
    out->all = ANS_NEW_N(cx->arena, uint64_t, n);
    out->exact = ANS_NEW_N(cx->arena, uint64_t, n);
    if (!out->all || !out->exact) {
        return ans_cx_nomem(cx);
    }
    memset(out->all, full ? 0xFF : 0, n * sizeof *out->all);
    memset(out->exact, full ? 0xFF : 0, n * sizeof *out->exact);
    return ANS_OK;
}

static void join(const ans_term_system *s, const bits *from, bits *to, bool either)
{
    for (size_t i = 0; i < s->count / 64 + 1; i++) {
        to->all[i] = either ? to->all[i] | from->all[i] : to->all[i] & from->all[i];
        to->exact[i] = either ? to->exact[i] | from->exact[i] : to->exact[i] & from->exact[i];
    }
}

/* What stands between blanks in the filter: the beginning of a code, or of words of a name ("(nguyên" is "nguyên"). */
static ans_err find_chunk(ans_cx *cx, const ans_term_system *s, const word_index *x, ans_str chunk, bits *out)
{
    words w;
    ans_str plain, toned, code = ans_text_fold(cx->arena, chunk);
    bits names, one;
    uint32_t count = 0;
    ans_err err = make_bits(cx, s, false, out);
    err = err == ANS_OK ? make_bits(cx, s, true, &names) : err;
    if (err != ANS_OK || !code.p || !start_words(cx->arena, chunk, &w)) {
        return err != ANS_OK ? err : ans_cx_nomem(cx);
    }
    while (err == ANS_OK && next_word(&w, &plain, &toned)) {
        err = make_bits(cx, s, false, &one);
        if (err == ANS_OK) {
            add_range(x, x->words, x->word_count, plain, toned, &one);
            join(s, &one, &names, false);
            count++;
        }
    }
    add_range(x, x->codes, x->code_count, code, code, out);
    if (count) {
        join(s, &names, out, true);
    }
    return err;
}

/* A supplement's concepts are those of the system with the same code. */
static ans_err find_in_supplement(ans_cx *cx, const ans_term_system *s, const ans_term_system *more, ans_str chunk, bits *out)
{
    const word_index *x;
    bits there;
    ans_err err = words_of(cx, more, &x);
    err = err == ANS_OK ? find_chunk(cx, more, x, chunk, &there) : err;
    for (uint32_t i = 0; err == ANS_OK && i < more->count; i++) {
        uint32_t at = bit_get(there.all, i) ? system_place(s, more->at[i].code) : ANS_TERM_NONE;
        if (at != ANS_TERM_NONE) {
            bit_set(out->all, at);
            if (bit_get(there.exact, i)) {
                bit_set(out->exact, at);
            }
        }
    }
    return err;
}

ans_err words_find(ans_cx *cx, const ans_term_names *names, ans_str filter, uint64_t **out_all, uint64_t **out_exact)
{
    const ans_term_system *s = names->system;
    const word_index *x;
    ans_str rest = ans_str_trim(ans_str_head(filter, LONGEST_FILTER)), chunk;
    bits found, one;
    ans_err err = words_of(cx, s, &x);
    err = err == ANS_OK ? make_bits(cx, s, true, &found) : err;
    for (uint32_t n = 0; err == ANS_OK && rest.n && n < MOST_WORDS; n++) {
        (void)ans_str_cut(&rest, ' ', &chunk); /* the last one has no blank behind it */
        rest = ans_str_trim(rest);
        err = find_chunk(cx, s, x, chunk, &one);
        for (uint32_t i = 0; err == ANS_OK && i < names->count; i++) {
            err = find_in_supplement(cx, s, names->supplements[i], chunk, &one);
        }
        if (err == ANS_OK) {
            join(s, &one, &found, false);
        }
    }
    *out_all = err == ANS_OK ? found.all : NULL;
    *out_exact = err == ANS_OK ? found.exact : NULL;
    return err;
}

/* ---- one text, of a system without an index ---- */

static bool begins_a_word(words name, ans_str plain, ans_str toned, bool *exact)
{
    ans_str have, have_toned;
    bool fits = false;
    char tone = take_tone(&toned);
    while (next_word(&name, &have, &have_toned)) {
        if (ans_str_starts(have, plain)) {
            fits = true;
            *exact |= take_tone(&have_toned) == tone && begins_exactly(have_toned, toned);
        }
    }
    return fits;
}

ans_err words_fit(ans_cx *cx, ans_str filter, ans_str code, ans_str display, bool *out, bool *out_exact)
{
    words name, asked;
    ans_str rest = ans_str_trim(ans_str_head(filter, LONGEST_FILTER)), chunk, plain, toned;
    ans_str folded = ans_text_fold(cx->arena, code);
    *out = *out_exact = true;
    if (!folded.p || !start_words(cx->arena, display, &name)) {
        return ans_cx_nomem(cx);
    }
    for (uint32_t n = 0; *out && rest.n && n < MOST_WORDS; n++) {
        (void)ans_str_cut(&rest, ' ', &chunk); /* the last one has no blank behind it */
        rest = ans_str_trim(rest);
        ans_str as_code = ans_text_fold(cx->arena, chunk);
        if (!as_code.p || !start_words(cx->arena, chunk, &asked)) {
            return ans_cx_nomem(cx);
        }
        if (ans_str_starts(folded, as_code)) {
            continue;
        }
        *out = asked.plain.n > 0;
        while (*out && next_word(&asked, &plain, &toned)) {
            bool exact = false;
            *out = begins_a_word(name, plain, toned, &exact);
            *out_exact = *out_exact && exact;
        }
    }
    return ANS_OK;
}
