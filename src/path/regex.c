/* Regular expressions by PCRE2, the flavour FHIRPath recommends: Unicode, single line (the dot
 * matches line ends too), case-sensitive. Matching is bounded in work, so no pattern can hold a
 * thread. A pattern that is a literal is compiled with the expression; compiled patterns are
 * read-only and may be shared by threads. This file is the only one that sees pcre2.h. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/os.h"
#include "path/path_int.h"

#define MATCH_LIMIT 1000000u
#define FREE_US 20 /* what a match may take before its time counts as work */
#define HEAP_LIMIT_KIB 16384u
#define REPLACED_MAX_BYTES ((size_t)16 * 1024 * 1024)

/* All memory of PCRE2 is the arena's and dies with it. */
static void *arena_malloc(PCRE2_SIZE bytes, void *arena)
{
    return ans_arena_alloc(arena, bytes);
}

static void arena_free(void *p, void *arena)
{
    (void)p;
    (void)arena;
}

static bool flag_options(ans_str flags, uint32_t *options)
{
    for (size_t i = 0; i < flags.n; i++) {
        if (flags.p[i] == 'i') {
            *options |= PCRE2_CASELESS;
        } else if (flags.p[i] == 'm') {
            *options |= PCRE2_MULTILINE;
        } else {
            return false;
        }
    }
    return true;
}

ans_err ans_path_regex_compile(ans_cx *cx, ans_arena *arena, ans_str pattern, ans_str flags,
                               const void **out)
{
    int code;
    PCRE2_SIZE at;
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_DOTALL | PCRE2_NEVER_BACKSLASH_C;
    if (!flag_options(flags, &options)) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE,
                             "FHIRPath: a flag of a regular expression is not i or m");
    }
    pcre2_general_context *general = pcre2_general_context_create(arena_malloc, arena_free, arena);
    pcre2_compile_context *context = general ? pcre2_compile_context_create(general) : NULL;
    if (!context) {
        return ans_arena_err(arena);
    }
    pcre2_code *regex = pcre2_compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""), pattern.n, options,
                                      &code, &at, context);
    if (!regex && (code == PCRE2_ERROR_NOMEMORY || code == PCRE2_ERROR_HEAP_FAILED)) {
        return ans_arena_err(arena);
    }
    if (!regex) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE,
                             "FHIRPath: no valid regular expression, error %d at character %u",
                             code, (unsigned)at + 1);
    }
    *out = regex;
    return ANS_OK;
}

typedef struct match {
    pcre2_match_context *context;
    pcre2_match_data *data;
} match;

static ans_err match_new(pev *ev, const pcre2_code *regex, match *out)
{
    ans_arena *arena = ev->cx->arena;
    pcre2_general_context *general = pcre2_general_context_create(arena_malloc, arena_free, arena);
    out->context = general ? pcre2_match_context_create(general) : NULL;
    out->data = general ? pcre2_match_data_create_from_pattern(regex, general) : NULL;
    if (!out->context || !out->data) {
        return ans_cx_nomem(ev->cx);
    }
    pcre2_set_match_limit(out->context, MATCH_LIMIT);
    pcre2_set_heap_limit(out->context, HEAP_LIMIT_KIB);
    return ANS_OK;
}

/* A hostile pattern can take its whole limit on each of many items: time beyond the usual is work,
 * a step a microsecond. */
static ans_err spend_since(pev *ev, int64_t start_us)
{
    int64_t us = ans_mono_us() - start_us;
    return us > FREE_US ? ans_path_spend(ev, us > INT32_MAX ? INT32_MAX : (uint32_t)us) : ANS_OK;
}

/* What is not "no match" and not a match. */
static ans_err match_error(pev *ev, int code)
{
    if (code == PCRE2_ERROR_NOMEMORY) {
        return ans_cx_nomem(ev->cx);
    }
    if (code == PCRE2_ERROR_MATCHLIMIT || code == PCRE2_ERROR_DEPTHLIMIT ||
        code == PCRE2_ERROR_HEAPLIMIT) {
        return ans_issue_add(ev->cx, ANS_E_COSTLY, ANS_STR_NONE,
                             "FHIRPath: a regular expression takes more than %u steps here",
                             MATCH_LIMIT);
    }
    return ans_path_fail(ev, "a regular expression failed with error %d", code);
}

ans_err ans_path_regex_match(pev *ev, const void *regex, ans_str s, bool whole, bool *out)
{
    match m;
    ans_err err = match_new(ev, regex, &m);
    err = err ? err : ans_path_spend(ev, 1 + (uint32_t)(s.n / 64));
    if (err) {
        return err;
    }
    int64_t start_us = ans_mono_us();
    uint32_t options = whole ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0;
    int code = pcre2_match(regex, (PCRE2_SPTR)(s.p ? s.p : ""), s.n, 0, options, m.data, m.context);
    if (code < 0 && code != PCRE2_ERROR_NOMATCH) {
        return match_error(ev, code);
    }
    *out = code >= 0;
    return spend_since(ev, start_us);
}

static ans_err substitute(pev *ev, const pcre2_code *regex, const match *m, ans_str s, ans_str with,
                          ans_str *out)
{
    uint32_t options =
        PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_OVERFLOW_LENGTH | PCRE2_SUBSTITUTE_UNSET_EMPTY;
    size_t size = s.n + with.n + 64;
    for (;;) {
        char *to = ans_arena_alloc(ev->cx->arena, size);
        PCRE2_SIZE length = size;
        if (!to) {
            return ans_cx_nomem(ev->cx);
        }
        int code = pcre2_substitute(regex, (PCRE2_SPTR)s.p, s.n, 0, options, m->data, m->context,
                                    (PCRE2_SPTR)with.p, with.n, (PCRE2_UCHAR *)to, &length);
        if (code >= 0) {
            *out = (ans_str){to, length};
            return ANS_OK;
        }
        if (code != PCRE2_ERROR_NOMEMORY || length <= size || length > REPLACED_MAX_BYTES) {
            return match_error(ev, code);
        }
        size = length + 1;
    }
}

/* PCRE2 names groups as ${1} and ${name}; FHIRPath also writes \1. */
static ans_str pcre_substitution(ans_arena *arena, ans_str with)
{
    char *to = ans_arena_alloc(arena, with.n * 2 + 1);
    size_t n = 0;
    if (!to) {
        return ANS_STR_NONE;
    }
    for (size_t i = 0; i < with.n; i++) {
        char next = i + 1 < with.n ? with.p[i + 1] : '\0';
        if (with.p[i] == '\\' && next >= '0' && next <= '9') {
            to[n++] = '$';
            to[n++] = '{';
            to[n++] = next;
            to[n++] = '}';
            i++;
        } else {
            to[n++] = with.p[i];
        }
    }
    return (ans_str){to, n};
}

ans_err ans_path_regex_replace(pev *ev, const void *regex, ans_str s, ans_str with, ans_str *out)
{
    match m;
    ans_err err = match_new(ev, regex, &m);
    err = err ? err : ans_path_spend(ev, 1 + (uint32_t)(s.n / 64));
    if (err) {
        return err;
    }
    with = pcre_substitution(ev->cx->arena, with);
    if (!with.p) {
        return ans_cx_nomem(ev->cx);
    }
    int64_t start_us = ans_mono_us();
    s.p = s.p ? s.p : "";
    err = substitute(ev, regex, &m, s, with, out);
    return err ? err : spend_since(ev, start_us);
}
