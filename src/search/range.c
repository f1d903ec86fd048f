/* Ranges: which rows to walk for a query value. A range is a superset of the rows that match; only an exact one needs no
 * judgement, and its rids ascend. */
#include "search/search_int.h"

#include <math.h>

ans_err range_add(ans_cx *cx, ranges *r, ans_str low, ans_str high, bool exact)
{
    if (!low.p || !high.p) {
        return ans_cx_nomem(cx);
    }
    range *at = ans_arena_grow(cx->arena, r->at, r->count, &r->cap, 4, sizeof *at);
    if (!at) {
        return ans_cx_nomem(cx);
    }
    r->at = at;
    r->at[r->count++] = (range){.low = low, .high = high, .exact = exact};
    return ANS_OK;
}

/* The smallest key greater than every key with this prefix. A slot is never FFFF, so there is one. */
static ans_str behind_prefix(ans_cx *cx, ans_str prefix)
{
    ans_str out = ans_arena_dup(cx->arena, prefix);
    while (out.p && out.n && (uint8_t)out.p[out.n - 1] == 0xFF) {
        out.n--;
    }
    if (out.p && out.n) {
        ((char *)out.p)[out.n - 1]++; /* our own copy */
    }
    return out;
}

ans_err range_add_prefix(ans_cx *cx, ranges *r, ans_str prefix, bool exact)
{
    return range_add(cx, r, prefix, behind_prefix(cx, prefix), exact);
}

ans_str slot_key(ans_cx *cx, uint16_t slot, ans_str rest)
{
    ans_buf b;
    ans_str out = ANS_STR_NONE;
    ans_buf_init_arena(&b, cx->arena, rest.n + 2);
    put_u16(&b, slot);
    ans_buf_add(&b, rest);
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

static uint16_t slot_of(const pred *p)
{
    return p->param->alias ? p->param->alias->slot : p->param->slot;
}

static ans_err whole_slot(ans_cx *cx, const pred *p, ranges *out)
{
    return range_add_prefix(cx, out, slot_key(cx, slot_of(p), ANS_STR_NONE), false);
}

static ans_err token_exact(ans_search *s, ans_cx *cx, uint16_t slot, ans_str system, ans_str code, bool implied,
                           ans_str before, ranges *out)
{
    ans_buf b;
    ans_str prefix;
    ans_buf_init_arena(&b, cx->arena, 64);
    put_u16(&b, slot);
    ans_buf_add(&b, before);
    put_token(s, &b, system, code, implied);
    return ans_buf_finish(&b, &prefix) == ANS_OK ? range_add_prefix(cx, out, prefix, true) : ans_cx_nomem(cx);
}

/* `code` alone: one exact range for each system that stands with it. They are few: find them by jumping. */
static ans_err token_any_system(ans_search *s, ans_cx *cx, ans_reader *rd, uint16_t slot, ans_str code, ranges *out)
{
    char six[6];
    ans_cursor *cur;
    ranges whole = {0};
    code_hash(s, code, six);
    ans_str key = slot_key(cx, slot, (ans_str){six, 6}), row;
    ans_err err = key.p ? range_add_prefix(cx, &whole, key, false) : ans_cx_nomem(cx);
    if (err == ANS_OK) {
        err = ans_cursor_open(cx, rd, whole.at[0].low, whole.at[0].high, &cur);
    }
    if (err != ANS_OK) {
        return err;
    }
    err = ans_cursor_seek(cx, cur, key, &row);
    for (int i = 0; err == ANS_OK && row.p; i++) {
        if (i == 32) { /* a code with very many systems: walk them all */
            ans_cursor_close(cur);
            out->count -= 32;
            return range_add(cx, out, whole.at[0].low, whole.at[0].high, false);
        }
        ans_str prefix = ans_arena_dup(cx->arena, ans_str_head(row, 2 + TOKEN_BYTES));
        err = range_add_prefix(cx, out, prefix, true);
        if (err == ANS_OK) {
            err = ans_cursor_seek(cx, cur, out->at[out->count - 1].high, &row);
        }
    }
    ans_cursor_close(cur);
    return err;
}

static ans_err token_ranges(ans_search *s, ans_cx *cx, ans_reader *rd, const pred *p, const pvalue *v, ranges *out)
{
    uint16_t slot = slot_of(p);
    if (p->modifier == M_TEXT) {
        return ANS_OK; /* the executor asks every body */
    }
    if (v->code.n == 0) {
        return whole_slot(cx, p, out);
    }
    if (p->modifier == M_OF_TYPE) { /* rows do not hold the identifier's type: the bodies are asked */
        char six[6];
        code_hash(s, v->code, six);
        return range_add_prefix(cx, out, slot_key(cx, slot, (ans_str){six, 6}), false);
    }
    if (!v->has_system) {
        return token_any_system(s, cx, rd, slot, v->code, out);
    }
    ans_err err = token_exact(s, cx, slot, v->system, v->code, false, ANS_STR_NONE, out);
    return err == ANS_OK ? token_exact(s, cx, slot, v->system, v->code, true, ANS_STR_NONE, out) : err;
}

/* before: slot, and what stands between it and the date payload. */
void date_bounds(const pvalue *v, int date_class, ans_tick *out_from, ans_tick *out_to)
{
    ans_tick span = date_class_span(date_class), from = INT64_MIN, to = INT64_MAX;
    ans_tick reach_high = span == ANS_TICK_MAX ? INT64_MIN : v->high - span, reach_low = span == ANS_TICK_MAX ? INT64_MIN : v->low - span;
    switch ((enum compare)v->prefix) {
    case P_EQ:
        from = v->low, to = v->high;
        break;
    case P_LT:
    case P_EB:
        to = v->low;
        break;
    case P_LE:
        to = v->high;
        break;
    case P_GT:
        from = reach_high;
        break;
    case P_GE:
        from = reach_high < v->low ? reach_high : v->low;
        break;
    case P_SA:
        from = v->high;
        break;
    case P_AP:
        from = reach_low, to = v->high;
        break;
    case P_NE:
        break;
    }
    *out_from = from;
    *out_to = to;
}

static ans_err date_ranges(ans_cx *cx, ans_str before, const pvalue *v, ranges *out)
{
    ans_err err = ANS_OK;
    for (int class = 0; err == ANS_OK && class < DATE_CLASSES; class++) {
        ans_tick from, to;
        date_bounds(v, class, &from, &to);
        ans_buf low, high;
        ans_str a, b;
        ans_buf_init_arena(&low, cx->arena, 64);
        ans_buf_init_arena(&high, cx->arena, 64);
        ans_buf_add(&low, before);
        ans_buf_add(&high, before);
        ans_buf_add_c(&low, (char)class);
        ans_buf_add_c(&high, (char)(to == INT64_MAX ? class + 1 : class));
        put_tick(&low, from);
        if (to != INT64_MAX) {
            put_tick(&high, to);
        }
        err = ans_buf_finish(&low, &a) == ANS_OK && ans_buf_finish(&high, &b) == ANS_OK
                  ? range_add(cx, out, a, b, false)
                  : ans_cx_nomem(cx);
    }
    return err;
}

/* Points between the bounds the prefix allows; Ranges are few and walked whole. */
static ans_err number_ranges(ans_cx *cx, uint16_t slot, uint8_t class, ans_str before, uint8_t prefix, double value,
                             double from, double to, ranges *out)
{
    double low = -INFINITY, high = INFINITY, slack = fabs(value) / 10;
    switch ((enum compare)prefix) {
    case P_EQ:
        low = from, high = to;
        break;
    case P_LT:
    case P_LE:
    case P_EB:
        high = value;
        break;
    case P_GT:
    case P_GE:
    case P_SA:
        low = value;
        break;
    case P_AP:
        low = value - slack, high = value + slack;
        break;
    case P_NE:
        break;
    }
    ans_buf a, b;
    ans_str x, y;
    ans_buf_init_arena(&a, cx->arena, 64);
    ans_buf_init_arena(&b, cx->arena, 64);
    put_u16(&a, slot);
    put_u16(&b, slot);
    ans_buf_add_c(&a, (char)class);
    ans_buf_add_c(&b, (char)class);
    ans_buf_add(&a, before);
    ans_buf_add(&b, before);
    put_number(&a, low);
    put_number(&b, high);
    put_u32(&b, UINT32_MAX);
    put_u32(&b, UINT32_MAX);
    put_u32(&b, UINT32_MAX);
    ans_err err = ans_buf_finish(&a, &x) == ANS_OK && ans_buf_finish(&b, &y) == ANS_OK ? range_add(cx, out, x, y, false)
                                                                                        : ans_cx_nomem(cx);
    ans_buf_init_arena(&a, cx->arena, 64);
    put_u16(&a, slot);
    ans_buf_add_c(&a, (char)(class + NUMBER_RANGE));
    ans_buf_add(&a, before);
    return err != ANS_OK ? err : ans_buf_finish(&a, &x) == ANS_OK ? range_add_prefix(cx, out, x, false) : ans_cx_nomem(cx);
}

static ans_err quantity_ranges(ans_search *s, ans_cx *cx, const pred *p, const pvalue *v, ranges *out)
{
    if (v->canonical_unit.n == 0) {
        return number_ranges(cx, slot_of(p), NUMBER_POINT, ANS_STR_NONE, v->prefix, ans_decimal_double(v->number),
                             ans_decimal_double(v->from), ans_decimal_double(v->to), out);
    }
    uint32_t h = system_hash(s, v->canonical_unit);
    char unit[3] = {(char)(h >> 16), (char)(h >> 8), (char)h};
    return number_ranges(cx, slot_of(p), QUANTITY_CANONICAL, (ans_str){unit, 3}, v->prefix,
                         ans_decimal_double(v->canonical), ans_decimal_double(v->canonical_from),
                         ans_decimal_double(v->canonical_to), out);
}

/* Walk from the word that stands in the fewest names; the others are looked for in the row. */
static ans_err string_ranges(ans_cx *cx, ans_reader *rd, const pred *p, pvalue *v, ranges *out)
{
    if (p->modifier == M_CONTAINS || v->folded.n == 0) {
        return whole_slot(cx, p, out);
    }
    ans_str start = ans_str_head(v->folded, FOLDED_MAX);
    if (p->modifier == M_EXACT || v->word_count < 2) {
        return range_add_prefix(cx, out, slot_key(cx, slot_of(p), start), false);
    }
    uint32_t best = v->word && v->word <= v->word_count ? v->word - 1u : 0;
    uint64_t fewest = v->word ? 0 : UINT64_MAX;
    for (uint32_t i = 0; i < v->word_count && i < UINT8_MAX && fewest; i++) {
        ranges one = {0};
        uint64_t n = 0;
        ans_str key = slot_key(cx, slot_of(p), ans_str_head(v->words[i], FOLDED_MAX));
        ans_err err = range_add_prefix(cx, &one, key, false);
        if (err == ANS_OK) {
            err = ans_store_count_about(cx, rd, one.at[0].low, one.at[0].high, fewest < 4096 ? fewest : 4096, &n);
        }
        if (err != ANS_OK) {
            return err;
        }
        if (n < fewest) {
            fewest = n;
            best = i;
        }
    }
    v->word = (uint8_t)(best + 1);
    ans_err err = range_add_prefix(cx, out, slot_key(cx, slot_of(p), ans_str_head(v->words[best], FOLDED_MAX)), false);
    if (err == ANS_OK && !ans_str_starts(start, v->words[best])) {
        err = range_add_prefix(cx, out, slot_key(cx, slot_of(p), start), false);
    }
    return err;
}

static ans_err uri_one(ans_search *s, ans_cx *cx, uint16_t slot, ans_str text, ranges *out)
{
    uint64_t h = ans_hash64(s->key, text);
    char eight[8];
    for (int i = 0; i < 8; i++) {
        eight[i] = (char)(h >> (56 - 8 * i));
    }
    return range_add_prefix(cx, out, slot_key(cx, slot, (ans_str){eight, 8}), true);
}

/* :above and :below are for URLs; a urn has no levels (search.html#uri). */
static bool is_hierarchical(ans_str uri)
{
    return !ans_str_starts(uri, ANS_STR("urn:"));
}

/* The text behind a row's hash, from the body of the row's owner. */
static ans_err uri_text(ans_search *s, ans_cx *cx, ans_reader *rd, const pred *p, ans_str row, ans_str *out)
{
    ans_version v;
    ans_json doc;
    svs values = {0};
    *out = ANS_STR_NONE;
    ans_err err = ans_store_read_rid(cx, rd, ans_row_rid(row), true, &v);
    err = err == ANS_OK ? ans_json_parse(cx, v.body, NULL, &doc) : err;
    ans_item root;
    if (err == ANS_OK) {
        root = ans_item_of_resource(&doc, 0);
        err = search_values(s, cx, p->param, &root, &values);
    }
    for (uint32_t i = 0; err == ANS_OK && i < values.count; i++) {
        const pvalue as_value = {.text = values.at[i].text};
        if (pvalue_test(s, p, &as_value, (ans_str){row.p + 2, row.n - 6}) == YES) {
            *out = values.at[i].text;
        }
    }
    return err;
}

/* Which of the distinct uris lie below the one asked for? Jump from one to the next; one body tells each text. */
static ans_err below_ranges(ans_search *s, ans_cx *cx, ans_reader *rd, const pred *p, const pvalue *v, ranges *out)
{
    ranges all = {0};
    ans_cursor *cur;
    ans_str row, text;
    ans_cx brief = {.arena = ans_arena_new((size_t)64 << 20), .deadline_us = cx->deadline_us};
    ans_err err = brief.arena ? whole_slot(cx, p, &all) : ANS_E_NOMEM;
    err = err == ANS_OK ? ans_cursor_open(cx, rd, all.at[0].low, all.at[0].high, &cur) : err;
    if (err != ANS_OK) {
        ans_arena_free(brief.arena);
        return err;
    }
    for (err = ans_cursor_seek(cx, cur, all.at[0].low, &row); err == ANS_OK && row.p;) {
        ranges one = {0};
        ans_str kept = ans_arena_dup(brief.arena, row);
        err = kept.p ? uri_text(s, &brief, rd, p, kept, &text) : ans_cx_nomem(&brief);
        err = err == ANS_OK ? range_add_prefix(&brief, &one, ans_str_head(kept, 10), true) : err;
        if (err == ANS_OK && text.p && uri_fits(M_BELOW, v, text)) {
            err = range_add(cx, out, ans_arena_dup(cx->arena, one.at[0].low), ans_arena_dup(cx->arena, one.at[0].high), true);
        }
        err = err == ANS_OK ? ans_cursor_seek(cx, cur, one.at[0].high, &row) : err;
        ans_arena_reset(brief.arena);
        if (err == ANS_OK && ans_cx_is_late(cx)) {
            err = ans_issue_add(cx, ANS_E_TIMEOUT, ANS_STR_NONE, "the search took too long: narrow it");
        }
    }
    ans_cursor_close(cur);
    ans_arena_free(brief.arena);
    return err;
}

static ans_err uri_ranges(ans_search *s, ans_cx *cx, ans_reader *rd, const pred *p, const pvalue *v, ranges *out)
{
    if (p->modifier == M_BELOW) {
        return below_ranges(s, cx, rd, p, v, out);
    }
    ans_err err = ANS_OK;
    bool above = p->modifier == M_ABOVE;
    if (above && !is_hierarchical(v->text)) {
        return ANS_OK;
    }
    for (size_t n = 1; above && err == ANS_OK && n < v->text.n && n <= 1024; n++) { /* whatever the text begins with */
        err = uri_one(s, cx, slot_of(p), ans_str_head(v->text, n), out);
    }
    return err == ANS_OK ? uri_one(s, cx, slot_of(p), v->text, out) : err;
}

/* The rows of `subject` do not say whether a url or an identifier means a Patient: for `patient` the body is asked. */
static ans_err reference_ranges(ans_search *s, ans_cx *cx, ans_reader *rd, const pred *p, const pvalue *v, ranges *out)
{
    bool sure = p->param->alias == NULL;
    if (p->modifier == M_IDENTIFIER) {
        char kind = ROW_REF_IDENTIFIER;
        return v->has_system && v->code.n && sure
                   ? token_exact(s, cx, slot_of(p), v->system, v->code, false, (ans_str){&kind, 1}, out)
                   : range_add_prefix(cx, out, slot_key(cx, slot_of(p), (ans_str){&kind, 1}), false);
    }
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < v->target_count; i++) {
        ans_rid rid;
        ans_ref ref = {ans_search_type_number(s, v->targets[i].type), v->targets[i].id};
        if (p->param->alias_target && p->param->alias_target != v->targets[i].type) {
            continue;
        }
        err = ans_store_rid(cx, rd, ref, &rid);
        if (err == ANS_E_NOTFOUND) {
            err = ANS_OK;
            continue;
        }
        char five[5] = {ROW_REF_LOCAL, (char)(rid >> 24), (char)(rid >> 16), (char)(rid >> 8), (char)rid};
        if (err == ANS_OK) {
            err = range_add_prefix(cx, out, slot_key(cx, slot_of(p), (ans_str){five, 5}), true);
        }
    }
    if (err == ANS_OK && v->is_url) {
        uint64_t h = ans_hash64(s->key, v->text);
        char nine[9] = {ROW_REF_URL};
        for (int i = 0; i < 8; i++) {
            nine[1 + i] = (char)(h >> (56 - 8 * i));
        }
        err = range_add_prefix(cx, out, slot_key(cx, slot_of(p), (ans_str){nine, 9}), sure);
    }
    return err;
}

static ans_err composite_ranges(ans_search *s, ans_cx *cx, const pred *p, const pvalue *v, ranges *out)
{
    if (p->param->sp->components[0].type != ANS_SP_TOKEN || v->parts[0].code.n == 0) {
        return whole_slot(cx, p, out);
    }
    char seven[7] = {TOKEN_BYTES};
    code_hash(s, v->parts[0].code, seven + 1);
    return range_add_prefix(cx, out, slot_key(cx, slot_of(p), (ans_str){seven, 7}), false);
}

static ans_err ranges_by_type(ans_search *s, ans_cx *cx, ans_reader *rd, const pred *p, pvalue *v, ranges *out)
{
    switch ((ans_sp_type)p->param->sp->type) {
    case ANS_SP_TOKEN:
        return token_ranges(s, cx, rd, p, v, out);
    case ANS_SP_DATE:
        return date_ranges(cx, slot_key(cx, slot_of(p), ANS_STR_NONE), v, out);
    case ANS_SP_NUMBER:
        return number_ranges(cx, slot_of(p), NUMBER_POINT, ANS_STR_NONE, v->prefix, ans_decimal_double(v->number),
                             ans_decimal_double(v->from), ans_decimal_double(v->to), out);
    case ANS_SP_QUANTITY:
        return quantity_ranges(s, cx, p, v, out);
    case ANS_SP_STRING:
        return string_ranges(cx, rd, p, v, out);
    case ANS_SP_URI:
        return uri_ranges(s, cx, rd, p, v, out);
    case ANS_SP_REFERENCE:
        return reference_ranges(s, cx, rd, p, v, out);
    case ANS_SP_COMPOSITE:
        return composite_ranges(s, cx, p, v, out);
    case ANS_SP_SPECIAL:
        break;
    }
    return ANS_OK;
}

ans_err pvalue_ranges(ans_search *s, ans_cx *cx, ans_reader *rd, const pred *p, pvalue *v, ranges *out)
{
    uint32_t first = out->count;
    pred member = *p;
    ans_err err = p->param->member_count ? ANS_OK : ranges_by_type(s, cx, rd, p, v, out);
    for (uint8_t i = 0; err == ANS_OK && i < p->param->member_count; i++) {
        member.param = p->param->members[i];
        err = ranges_by_type(s, cx, rd, &member, v, out);
    }
    for (uint32_t i = first; err == ANS_OK && i < out->count; i++) {
        out->at[i].value = v;
    }
    return err;
}
