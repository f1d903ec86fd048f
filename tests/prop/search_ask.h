/* Random questions: a criterion knows how it is written in a query string and which documents of the world meet it. Values
 * are taken from what stands in the documents (so that most questions find something) and bent: cut to a prefix, written with other
 * marks, with another precision, in another unit. */
#ifndef TEST_SEARCH_ASK_H
#define TEST_SEARCH_ASK_H

#include "prop/search_model.h"

#define MOST_VALUES 3

enum kind { PLAIN, MISSING, CHAIN, HAS, BY_ID, BY_TIME, BY_LIST };

typedef struct crit crit;
struct crit {
    uint8_t kind;
    ans_type type;      /* of the documents asked about */
    const ans_sp *sp;
    const char *modifier;
    asked values[MOST_VALUES];
    uint32_t count;
    bool flag;          /* :missing=true */
    ans_type named;     /* :Patient */
    crit *inner;        /* chain, has */
    ans_type other;     /* chain: the target's type; has: the referring type */
    bool *inner_ok;     /* documents that meet inner, or (has) are pointed at by one that does */
};

/* ---- values ---- */

static inline ans_str kept(world *w, ans_str s)
{
    return ans_arena_dup(w->brief, s);
}

static inline ans_str escaped(world *w, ans_str s)
{
    ans_buf b;
    ans_str out;
    ans_buf_init_arena(&b, w->brief, 65536);
    for (size_t i = 0; i < s.n; i++) {
        if (memchr(",|$\\", s.p[i], 4)) {
            ans_buf_add_c(&b, '\\');
        }
        ans_buf_add_c(&b, s.p[i]);
    }
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return out;
}

static inline void any_prefix(world *w, asked *q)
{
    static const char prefixes[][3] = {"", "", "eq", "ne", "lt", "gt", "le", "ge", "sa", "eb", "ap"};
    memcpy(q->prefix, PICK(w, prefixes), 3);
}

/* A word, perhaps spelled with other marks that fold the same, cut to its first letters. */
static inline void bend_word(world *w, ans_str one, bool cut, ans_buf *raw, ans_buf *folded)
{
    ans_str plain = model_fold(w, one), other = one;
    for (int tries = 0; tries < 40; tries++) {
        const word *v = &words[below(w, WHOLE_WORDS)];
        if (ans_str_is(plain, v->folded)) {
            other = ans_str_of(v->text);
        }
    }
    if (chance(w, 30)) {
        other = plain;
    }
    bool decomposed = ans_str_search(other, ANS_STR("\xCC")) >= 0;
    size_t letters = cut && !decomposed && plain.n ? 1 + below(w, plain.n) : plain.n, at = 0;
    for (size_t i = 0; i < letters || (decomposed && at < other.n); i++) {
        do {
            ans_buf_add_c(raw, other.p[at++]);
        } while (at < other.n && ((uint8_t)other.p[at] & 0xC0) == 0x80);
    }
    ans_buf_add(folded, ans_str_head(plain, letters));
}

static inline void ask_string(world *w, const char *modifier, const found *f, asked *q)
{
    ans_str source = f && f->raw.n ? f->raw : ans_str_of(pick_word(w)), list[64];
    uint32_t count = 0;
    ans_buf raw, folded;
    if (strcmp(modifier, "exact") == 0) {
        q->raw = kept(w, source);
        q->folded = model_fold(w, source);
        return;
    }
    if (strcmp(modifier, "contains") == 0) {
        ans_str whole = model_fold(w, source);
        size_t from = below(w, whole.n);
        q->raw = q->folded = ans_str_trim(ans_str_head(ans_str_from(whole, from), 1 + below(w, 12)));
        return;
    }
    ans_str rest = source, one;
    for (bool more = rest.n > 0; more && count < 64;) {
        more = ans_str_cut(&rest, ' ', &one);
        if (one.n) {
            list[count++] = one;
        }
    }
    bool mix = f && f->is_name;
    uint32_t wanted = 1 + below(w, count < 3 ? count : 3);
    ans_buf_init_arena(&raw, w->brief, 65536);
    ans_buf_init_arena(&folded, w->brief, 65536);
    for (uint32_t i = 0; i < wanted && i < count; i++) {
        uint32_t at = mix ? i + below(w, count - i) : i;
        one = list[at];
        list[at] = list[i];
        list[i] = one;
        ans_buf_add(&raw, i ? ANS_STR(" ") : ANS_STR_NONE);
        ans_buf_add(&folded, i ? ANS_STR(" ") : ANS_STR_NONE);
        bend_word(w, one, (mix || i + 1 == wanted) && chance(w, 60), &raw, &folded);
    }
    assert_int_equal(ans_buf_finish(&raw, &q->raw), ANS_OK);
    assert_int_equal(ans_buf_finish(&folded, &q->folded), ANS_OK);
}

static inline ans_str joined(world *w, ans_str a, const char *between, ans_str b)
{
    return ans_arena_fmt(w->brief, "%.*s%s%.*s", ANS_FMT(a), between, ANS_FMT(b));
}

static inline void ask_token(world *w, const char *modifier, const found *f, asked *q)
{
    ans_str system = f ? f->system : ans_str_of(PICK(w, systems)), code = f ? f->code : ans_str_of(PICK(w, codes));
    if (strcmp(modifier, "text") == 0) {
        found as_text = {.raw = f && f->text.n ? f->text : ans_str_of(pick_word(w))};
        ask_string(w, "", &as_text, q);
        q->typed = escaped(w, q->raw);
        return;
    }
    if (strcmp(modifier, "of-type") == 0) {
        bool has = f && f->type_system.n && f->type_code.n && f->code.n;
        q->system = has ? kept(w, f->type_system) : ANS_STR("http://loinc.org");
        q->id = has ? kept(w, f->type_code) : ANS_STR("a");
        q->code = has ? kept(w, f->code) : ANS_STR("m");
        q->typed = joined(w, joined(w, escaped(w, q->system), "|", escaped(w, q->id)), "|", escaped(w, q->code));
        return;
    }
    uint32_t how = below(w, 10);
    q->has_system = how > 3 || !code.n;
    q->system = q->has_system ? kept(w, how == 9 ? ans_str_of(PICK(w, systems)) : system) : ANS_STR_NONE;
    q->code = how == 8 && q->system.n ? ANS_STR_NONE : kept(w, code.n || q->system.n ? code : ANS_STR("m"));
    q->typed = q->has_system ? joined(w, escaped(w, q->system), "|", escaped(w, q->code)) : escaped(w, q->code);
}

static inline void ask_date(world *w, asked *q)
{
    pen p = {.w = w};
    any_prefix(w, q);
    q->raw = ans_str_of(moment(&p));
    read_moment(w, q->raw, &q->low, &q->high);
    q->typed = joined(w, ans_str_of(q->prefix), "", q->raw);
}

static inline void ask_number(world *w, asked *q)
{
    static const char *const powers[] = {"1e2", "5e-1", "15e2", "7e0"};
    any_prefix(w, q);
    q->raw = ans_str_of(chance(w, 10) ? PICK(w, powers) : PICK(w, numbers));
    q->number = read_fixed(q->raw, &q->half);
    q->typed = joined(w, ans_str_of(q->prefix), "", q->raw);
}

static inline void ask_quantity(world *w, const found *f, asked *q)
{
    const unit *u = &PICK(w, units);
    ask_number(w, q);
    uint32_t how = below(w, 10);
    if (how < 3) {
        return;
    }
    bool same = f && f->code.n && chance(w, 60);
    q->code = how == 3 ? ANS_STR_NONE : kept(w, how == 4 ? ans_str_of(u->text) : same ? f->code : ans_str_of(u->code));
    q->system = how < 6 && how != 3 ? ANS_STR_NONE : kept(w, same ? f->system : ans_str_of(UCUM));
    q->typed = joined(w, q->typed, "|", joined(w, escaped(w, q->system), "|", escaped(w, q->code)));
}

static inline void ask_reference(world *w, const char *modifier, const found *f, ans_type named, asked *q)
{
    char id[24];
    (void)snprintf(id, sizeof id, "r%u", below(w, 30));
    if (strcmp(modifier, "identifier") == 0) {
        found none = {.system = ANS_STR("http://loinc.org"), .code = ANS_STR("m")};
        ask_token(w, "", f && f->is_identifier ? f : &none, q);
        return;
    }
    if (f && f->raw.n) {
        q->is_url = true;
        q->raw = kept(w, f->raw);
        q->typed = escaped(w, q->raw);
        return;
    }
    bool local = f && f->target && (!named || named == f->target);
    q->id = local ? kept(w, f->id) : kept(w, ans_str_of(id));
    q->target = named ? named : local ? f->target : ans_fhir_type_named(ANS_STR("Patient"));
    bool bare = named || chance(w, 30);
    q->typed = bare ? q->id : joined(w, ans_fhir_type_name(q->target), "/", q->id);
    q->target = bare && !named ? 0 : q->target;
}

static inline void ask_value(world *w, const ans_sp *sp, uint8_t type, const char *modifier, ans_type named, const found *f, asked *q)
{
    switch ((ans_sp_type)type) {
    case ANS_SP_TOKEN:
        ask_token(w, modifier, f, q);
        break;
    case ANS_SP_DATE:
        ask_date(w, q);
        break;
    case ANS_SP_NUMBER:
        ask_number(w, q);
        break;
    case ANS_SP_QUANTITY:
        ask_quantity(w, f, q);
        break;
    case ANS_SP_STRING:
        ask_string(w, modifier, f, q);
        q->typed = escaped(w, q->raw);
        break;
    case ANS_SP_URI:
        q->raw = f && chance(w, 70) ? kept(w, f->raw) : ans_str_of(PICK(w, urls));
        q->typed = escaped(w, q->raw);
        break;
    case ANS_SP_REFERENCE:
        ask_reference(w, modifier, f, named, q);
        break;
    case ANS_SP_COMPOSITE:
        q->parts = ANS_NEW_N(w->brief, asked, sp->component_count);
        for (uint8_t i = 0; i < sp->component_count; i++) {
            ask_value(w, sp, sp->components[i].type, "", 0, f ? &f->parts[i] : NULL, &q->parts[i]);
            q->typed = i ? joined(w, q->typed, "$", q->parts[i].typed) : q->parts[i].typed;
        }
        break;
    case ANS_SP_SPECIAL:
        break;
    }
}

/* ---- criteria ---- */

static inline const doc *any_doc(world *w, ans_type type)
{
    for (int tries = 0; tries < 60; tries++) {
        const doc *d = &w->docs[below(w, w->count)];
        if (d->alive && d->type == type) {
            return d;
        }
    }
    return NULL;
}

static inline bool is_askable(const ans_sp *sp)
{
    return sp->expression && sp->type != ANS_SP_SPECIAL && strcmp(sp->code, "_id") != 0 && strcmp(sp->code, "_lastUpdated") != 0;
}

static inline const ans_sp *any_param(world *w, ans_type type)
{
    for (;;) {
        ans_type base = chance(w, 92) ? type : ans_fhir_type_named(ANS_STR("Resource"));
        uint16_t count = 0;
        const ans_sp *first = ans_sp_of(base, &count), *sp = &first[below(w, count)];
        if (is_askable(sp)) {
            return sp;
        }
    }
}

static inline void ask_values(world *w, crit *c)
{
    for (uint32_t i = 0; i < c->count; i++) {
        founds *values = ANS_NEW(w->brief, founds);
        const found *f = NULL;
        for (int tries = 0; tries < 8 && !f; tries++) {
            const doc *d = any_doc(w, c->type);
            if (d && chance(w, 90)) {
                model_values(w, c->sp, d, values);
                f = values->count ? &values->at[below(w, values->count)] : NULL;
            }
        }
        do {
            c->values[i] = (asked){.typed = ANS_STR_NONE};
            ask_value(w, c->sp, c->sp->type, c->modifier, c->named, f, &c->values[i]);
        } while (c->values[i].typed.n == 0);
    }
}

static inline void ask_plain(world *w, crit *c)
{
    static const char *const of_string[] = {"", "", "exact", "contains"}, *const of_token[] = {"", "", "", "not", "text", "of-type"};
    static const char *const of_reference[] = {"", "", "", "identifier", "Type"}, *const of_uri[] = {"", "above", "below"};
    switch ((ans_sp_type)c->sp->type) {
    case ANS_SP_STRING:
        c->modifier = PICK(w, of_string);
        break;
    case ANS_SP_TOKEN:
        c->modifier = PICK(w, of_token);
        break;
    case ANS_SP_REFERENCE:
        c->modifier = PICK(w, of_reference);
        break;
    case ANS_SP_URI:
        c->modifier = PICK(w, of_uri);
        break;
    default:
        break;
    }
    if (strcmp(c->modifier, "Type") == 0) {
        c->named = ans_fhir_type_named(ans_str_of(chance(w, 60) ? "Patient" : PICK(w, kinds)));
    }
    c->count = chance(w, 75) ? 1 : 1 + below(w, MOST_VALUES);
    ask_values(w, c);
}

static inline crit *any_crit(world *w, ans_type type, int depth);

static inline bool is_kind(ans_type t)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (ans_str_is(ans_fhir_type_name(t), kinds[i])) {
            return true;
        }
    }
    return false;
}

static inline bool may_target(const ans_sp *sp, ans_type t)
{
    bool may = sp->type == ANS_SP_REFERENCE && sp->expression && sp->target_count == 0;
    for (uint8_t i = 0; i < sp->target_count && sp->type == ANS_SP_REFERENCE && sp->expression; i++) {
        may = may || sp->targets[i] == t;
    }
    return may;
}

static inline bool ask_chain(world *w, crit *c, int depth)
{
    for (int tries = 0; tries < 50; tries++) {
        const ans_sp *sp = any_param(w, c->type);
        ans_type t = ans_fhir_type_named(ans_str_of(PICK(w, kinds)));
        if (may_target(sp, t)) {
            c->kind = CHAIN;
            c->sp = sp;
            c->other = t;
            c->inner = any_crit(w, t, depth + 1);
            return true;
        }
    }
    return false;
}

static inline bool ask_has(world *w, crit *c, int depth)
{
    for (int tries = 0; tries < 50; tries++) {
        ans_type t = ans_fhir_type_named(ans_str_of(PICK(w, kinds)));
        const ans_sp *sp = any_param(w, t);
        if (may_target(sp, c->type)) {
            c->kind = HAS;
            c->sp = sp;
            c->other = t;
            c->inner = any_crit(w, t, depth + 1);
            return true;
        }
    }
    return false;
}

static inline void ask_special(world *w, crit *c, int depth)
{
    char id[24];
    c->kind = (uint8_t)(BY_ID + below(w, depth < 3 ? 3 : 2));
    c->count = 1 + below(w, 2);
    for (uint32_t i = 0; i < c->count; i++) {
        const doc *d = any_doc(w, c->kind == BY_LIST ? ans_fhir_type_named(ANS_STR("List")) : c->type);
        (void)snprintf(id, sizeof id, "r%u", below(w, 30));
        c->values[i].id = kept(w, ans_str_of(d && chance(w, 80) ? d->id : id));
        c->values[i].typed = c->values[i].id;
        if (c->kind == BY_TIME) {
            char when[ANS_INSTANT_BYTES];
            asked *q = &c->values[i];
            any_prefix(w, q);
            ans_instant_print(d ? d->when_us : world_now(), when);
            q->raw = kept(w, chance(w, 70) ? (ans_str){when, sizeof when} : (ans_str){when, 10});
            read_moment(w, q->raw, &q->low, &q->high);
            q->typed = joined(w, ans_str_of(q->prefix), "", q->raw);
        }
    }
}

/* At depth 3 nothing is asked that another document decides. */
static inline crit *any_crit(world *w, ans_type type, int depth)
{
    crit *c = ANS_NEW(w->brief, crit);
    uint32_t how = below(w, 100);
    assert_non_null(c);
    *c = (crit){.type = type, .modifier = ""};
    if (how < 12 && depth < 3 && ask_chain(w, c, depth)) {
        return c;
    }
    if (how >= 12 && how < 20 && depth < 3 && ask_has(w, c, depth)) {
        return c;
    }
    if (how >= 20 && how < 28) {
        ask_special(w, c, depth);
        return c;
    }
    c->sp = any_param(w, type);
    if (how >= 28 && how < 34) {
        c->kind = MISSING;
        c->flag = chance(w, 50);
        return c;
    }
    ask_plain(w, c);
    return c;
}

/* ---- at a bedside: some people, with codes or dates or both, and perhaps since when ---- */

enum { MOST_AT_BEDSIDE = 5 };

static inline crit *crit_named(world *w, ans_type type, const char *code, uint32_t count)
{
    crit *c = ANS_NEW(w->brief, crit);
    assert_non_null(c);
    *c = (crit){.type = type, .modifier = "", .sp = ans_sp_named(type, ans_str_of(code)), .count = count};
    assert_non_null(c->sp);
    ask_values(w, c);
    return c;
}

static inline uint32_t bedside_crits(world *w, ans_type type, crit **out)
{
    uint32_t count = 0, how = 1 + below(w, 3);
    out[count++] = crit_named(w, type, "patient", 1 + below(w, MOST_VALUES));
    if (how & 1) {
        out[count++] = crit_named(w, type, "code", 1 + below(w, 2));
    }
    if (how & 2) {
        out[count++] = crit_named(w, type, "date", 1 + below(w, 2));
    }
    if (how & 2 && chance(w, 30)) {
        out[count++] = crit_named(w, type, "date", 1);
    }
    if (chance(w, 40)) {
        crit *c = ANS_NEW(w->brief, crit);
        assert_non_null(c);
        do {
            *c = (crit){.type = type, .modifier = ""};
            ask_special(w, c, 3);
        } while (c->kind != BY_TIME);
        out[count++] = c;
    }
    return count;
}

/* ---- writing them ---- */

static inline void put_encoded(ans_buf *b, ans_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
        if (plain) {
            ans_buf_add_c(b, c);
        } else {
            ans_buf_fmt(b, "%%%02X", (unsigned)(uint8_t)c);
        }
    }
}

static inline void write_name(const crit *c, ans_buf *b)
{
    static const char *const special[] = {"_id", "_lastUpdated", "_list"};
    if (c->kind >= BY_ID) {
        ans_buf_fmt(b, "%s", special[c->kind - BY_ID]);
    } else if (c->kind == HAS) {
        ans_buf_fmt(b, "_has:%s:%s:", ans_fhir_types[c->other].name, c->sp->code);
        write_name(c->inner, b);
    } else if (c->kind == CHAIN) {
        ans_buf_fmt(b, "%s:%s.", c->sp->code, ans_fhir_types[c->other].name);
        write_name(c->inner, b);
    } else if (c->kind == MISSING) {
        ans_buf_fmt(b, "%s:missing", c->sp->code);
    } else {
        ans_buf_fmt(b, "%s%s%s", c->sp->code, *c->modifier ? ":" : "", c->named ? ans_fhir_types[c->named].name : c->modifier);
    }
}

static inline void write_values(const crit *c, ans_buf *b)
{
    if (c->kind == HAS || c->kind == CHAIN) {
        write_values(c->inner, b);
    } else if (c->kind == MISSING) {
        ans_buf_fmt(b, "%s", c->flag ? "true" : "false");
    }
    for (uint32_t i = 0; i < c->count; i++) {
        ans_buf_add(b, i ? ANS_STR(",") : ANS_STR_NONE);
        put_encoded(b, c->values[i].typed);
    }
}

static inline void write_crit(const crit *c, ans_buf *b)
{
    ans_buf_add(b, b->n ? ANS_STR("&") : ANS_STR_NONE);
    write_name(c, b);
    ans_buf_add_c(b, '=');
    write_values(c, b);
}

/* ---- meeting them ---- */

static inline bool meets(world *w, const crit *c, const doc *d);

static inline void mark_targets(world *w, const ans_sp *sp, const doc *d, bool *marks)
{
    founds *values = ANS_NEW(w->brief, founds);
    model_values(w, sp, d, values);
    for (uint32_t i = 0; i < values->count; i++) {
        doc *target = values->at[i].target ? find_doc(w, values->at[i].target, values->at[i].id) : NULL;
        if (target) {
            marks[target - w->docs] = true;
        }
    }
}

/* Work out the inner criterion once, for all documents. */
static inline void settle(world *w, crit *c)
{
    if (c->kind != CHAIN && c->kind != HAS) {
        return;
    }
    settle(w, c->inner);
    c->inner_ok = ANS_NEW_N(w->cx.arena, bool, w->count);
    ans_arena *outer = w->brief;
    w->brief = ans_arena_new((size_t)256 << 20);
    for (uint32_t i = 0; i < w->count; i++) {
        const doc *d = &w->docs[i];
        bool ok = is_there(w, d) && d->type == c->other && meets(w, c->inner, d);
        if (c->kind == CHAIN) {
            c->inner_ok[i] = ok;
        } else if (ok) {
            mark_targets(w, c->sp, d, c->inner_ok);
        }
        ans_arena_reset(w->brief);
    }
    ans_arena_free(w->brief);
    w->brief = outer;
}

static inline bool list_holds(world *w, ans_str list_id, const doc *d)
{
    founds *values = ANS_NEW(w->brief, founds);
    const ans_type list = ans_fhir_type_named(ANS_STR("List"));
    const doc *l = find_doc(w, list, list_id);
    if (l && is_there(w, l)) {
        model_values(w, ans_sp_named(list, ANS_STR("item")), l, values);
    }
    for (uint32_t i = 0; i < values->count; i++) {
        if (values->at[i].target == d->type && ans_str_is(values->at[i].id, d->id)) {
            return true;
        }
    }
    return false;
}

static inline bool meets_special(world *w, const crit *c, const doc *d)
{
    ans_tick shown = d->when_us / 1000 * 10000; /* meta.lastUpdated has milliseconds */
    found when = {.low = shown, .high = shown + 1};
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->kind == BY_ID      ? ans_str_is(c->values[i].id, d->id)
            : c->kind == BY_TIME ? date_meets(&c->values[i], &when)
                                 : list_holds(w, c->values[i].id, d)) {
            return true;
        }
    }
    return false;
}

static inline bool meets(world *w, const crit *c, const doc *d)
{
    if (c->kind >= BY_ID) {
        return meets_special(w, c, d);
    }
    if (c->kind == HAS) {
        return c->inner_ok[d - w->docs];
    }
    founds *values = ANS_NEW(w->brief, founds);
    model_values(w, c->sp, d, values);
    if (c->kind == MISSING) {
        return values->present != c->flag;
    }
    bool met = false;
    for (uint32_t i = 0; i < values->count && !met; i++) {
        if (c->kind == CHAIN) {
            const found *f = &values->at[i];
            const doc *target = f->target == c->other ? find_doc(w, f->target, f->id) : NULL;
            met = target && c->inner_ok[target - w->docs];
        }
        for (uint32_t k = 0; c->kind == PLAIN && k < c->count && !met; k++) {
            met = value_meets(w, c->sp, c->sp->type, c->modifier, &c->values[k], &values->at[i]);
        }
    }
    return strcmp(c->modifier, "not") == 0 ? !met : met;
}

#endif
