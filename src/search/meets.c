/* Does something that is not in the record yet meet a question? Only its body can be asked: there are no rows of it, and nothing
 * refers to it.
 *
 * A transaction of thousands asks as many questions of as many bodies, nearly all by one parameter (an identifier). So the first
 * question by a parameter reads its values out of every body, and keeps them in order: those after it judge only the bodies that hold
 * the value asked for. */
#include "base/sort.h"
#include "search/search_int.h"

#define SCRATCH_BYTES ((size_t)16 << 20)

typedef struct holding {
    uint64_t key;  /* of a value */
    uint32_t body; /* which has it */
} holding;

/* What the bodies hold of one parameter. */
typedef struct held held;
struct held {
    const param *param;
    holding *at; /* by key, then by body */
    uint32_t count, cap;
    held *next;
};

struct ans_bodies {
    ans_search *search;
    type_info *type;
    const ans_body *list;
    uint32_t count;
    held *known;
};

ans_err ans_search_bodies(ans_search *search, ans_cx *cx, ans_type type, const ans_body *list, uint32_t count, ans_bodies **out)
{
    ans_bodies *b = ANS_NEW(cx->arena, ans_bodies);
    type_info *ti = search_type(search, type);
    if (!b || !ti) {
        return ans_cx_nomem(cx);
    }
    *b = (ans_bodies){.search = search, .type = ti, .list = list, .count = count};
    *out = b;
    return ANS_OK;
}

static ans_err late(ans_cx *cx, uint32_t i)
{
    return i % 256 == 255 && ans_cx_is_late(cx) ? ans_issue_add(cx, ANS_E_TIMEOUT, ANS_STR_NONE, "the condition took too long") : ANS_OK;
}

static bool is_of_id(const pred *p, ans_str id)
{
    bool found = false;
    for (uint32_t i = 0; !found && i < p->value_count; i++) {
        found = id.n && ans_str_eq(p->values[i].code, id);
    }
    return found != (p->modifier == M_NOT);
}

static ans_err pred_meets(ans_search *s, ans_cx *cx, const pred *p, const ans_body *body, const ans_item *root, bool *out)
{
    *out = false;
    if (p->kind == PRED_CONSUMED) { /* :missing=false of what everything has */
        *out = true;
        return ANS_OK;
    }
    if (p->kind == PRED_ID) {
        *out = is_of_id(p, body->id);
        return ANS_OK;
    }
    if (p->kind != PRED_VALUES && p->kind != PRED_MISSING) {
        return ANS_OK;
    }
    bool found;
    ans_err err = pred_match_body(s, cx, p, root, &found);
    *out = err == ANS_OK && (p->kind == PRED_MISSING ? found != p->flag : found != (p->modifier == M_NOT));
    return err;
}

/* ---- what the bodies hold ---- */

/* The text that every value meeting the question has, to the letter; empty: there is none, and each body is judged. */
static ans_str text_asked(const pred *p)
{
    const pvalue *v = p->values;
    if (p->kind != PRED_VALUES || p->value_count != 1) {
        return ANS_STR_NONE;
    }
    switch ((ans_sp_type)p->param->sp->type) {
    case ANS_SP_TOKEN:
        return p->modifier == M_NONE ? v->code : ANS_STR_NONE;
    case ANS_SP_URI:
        return p->modifier == M_NONE ? v->text : ANS_STR_NONE;
    case ANS_SP_REFERENCE: /* a bare id may mean several types, but it is the same id */
        return p->modifier != M_NONE && p->modifier != M_TYPE ? ANS_STR_NONE : v->target_count ? v->targets[0].id : v->text;
    default:
        return ANS_STR_NONE;
    }
}

static ans_str text_held(const sv *value)
{
    return value->type == ANS_SP_TOKEN ? value->code : value->target.type ? value->target.id : value->text;
}

static int by_key(const void *a, const void *b)
{
    const holding *x = a, *y = b;
    return x->key != y->key ? (x->key < y->key ? -1 : 1) : x->body != y->body ? (x->body < y->body ? -1 : 1) : 0;
}

static ans_err hold(const ans_bodies *b, ans_cx *cx, held *h, uint32_t body, const svs *values)
{
    for (uint32_t i = 0; i < values->count; i++) {
        ans_str text = text_held(&values->at[i]);
        holding *at = text.n ? ans_arena_grow(cx->arena, h->at, h->count, &h->cap, 64, sizeof *at) : h->at;
        if (text.n && !at) {
            return ans_cx_nomem(cx);
        }
        h->at = at;
        if (text.n) {
            h->at[h->count++] = (holding){ans_hash64(b->search->key, text), body};
        }
    }
    return ANS_OK;
}

static ans_err read_held(ans_bodies *b, ans_cx *cx, ans_cx *brief, const param *p, const held **out)
{
    held *h = b->known;
    ans_err err = ANS_OK;
    while (h && h->param != p) {
        h = h->next;
    }
    if (h) {
        *out = h;
        return ANS_OK;
    }
    h = ANS_NEW(cx->arena, held);
    if (!h) {
        return ans_cx_nomem(cx);
    }
    h->param = p;
    for (uint32_t i = 0; err == ANS_OK && i < b->count; i++) {
        svs values = {0};
        ans_item root = ans_item_of_resource(b->list[i].doc, b->list[i].root);
        err = late(cx, i);
        err = err == ANS_OK ? search_values(b->search, brief, p, &root, &values) : err;
        err = err == ANS_OK ? hold(b, cx, h, i, &values) : err;
        ans_arena_reset(brief->arena);
    }
    if (err == ANS_OK) {
        ans_sort(h->at, h->count, sizeof *h->at, by_key);
        h->next = b->known;
        b->known = h;
        *out = h;
    }
    return err;
}

/* Those of one key: the first (NULL: there is none), and how many. */
static const holding *find_held(const held *h, uint64_t key, uint32_t *out_count)
{
    uint32_t low = 0, high = h->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        low = h->at[middle].key < key ? middle + 1 : low;
        high = h->at[middle].key < key ? high : middle;
    }
    for (*out_count = 0; low + *out_count < h->count && h->at[low + *out_count].key == key;) {
        ++*out_count;
    }
    return *out_count ? h->at + low : NULL;
}

/* The fewest bodies that may meet the question; *out NULL: all of them. */
static ans_err fewest(ans_bodies *b, ans_cx *cx, ans_cx *brief, const query *q, const holding **out, uint32_t *out_count)
{
    ans_err err = ANS_OK;
    *out = NULL;
    *out_count = b->count;
    for (uint32_t i = 0; err == ANS_OK && i < q->count && *out_count > 1; i++) {
        ans_str text = text_asked(&q->preds[i]);
        const held *h = NULL;
        uint32_t count;
        err = text.n ? read_held(b, cx, brief, q->preds[i].param, &h) : ANS_OK;
        if (err == ANS_OK && h) {
            const holding *at = find_held(h, ans_hash64(b->search->key, text), &count);
            *out = count < *out_count ? at : *out;
            *out_count = count < *out_count ? count : *out_count;
        }
    }
    return err;
}

/* ---- asking ---- */

static ans_err body_meets(const ans_bodies *b, ans_cx *brief, const query *q, const ans_body *body, bool *out)
{
    ans_err err = ANS_OK;
    ans_item root = ans_item_of_resource(body->doc, body->root);
    *out = q->count > 0;
    for (uint32_t k = 0; err == ANS_OK && *out && k < q->count; k++) {
        err = pred_meets(b->search, brief, &q->preds[k], body, &root, out);
    }
    ans_arena_reset(brief->arena);
    return err;
}

static ans_err ask_bodies(ans_bodies *b, ans_cx *cx, ans_cx *brief, const query *q, uint32_t *out_count, uint32_t *out_first)
{
    const holding *some;
    uint32_t count, last = UINT32_MAX;
    ans_err err = fewest(b, cx, brief, q, &some, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        uint32_t at = some ? some[i].body : i;
        bool fits = false;
        err = late(cx, i);
        if (err == ANS_OK && at != last) { /* a body may hold one value twice */
            err = body_meets(b, brief, q, &b->list[at], &fits);
        }
        if (err == ANS_OK && fits) {
            *out_first = *out_count ? *out_first : at;
            ++*out_count;
        }
        last = at;
    }
    return err;
}

ans_err ans_search_meets(ans_bodies *b, ans_cx *cx, ans_str query_text, uint32_t *out_count, uint32_t *out_first)
{
    query q;
    ans_buf self;
    ans_cx brief = {.arena = ans_arena_new(SCRATCH_BYTES), .deadline_us = cx->deadline_us};
    ans_buf_init_arena(&self, cx->arena, (size_t)1 << 20);
    *out_count = *out_first = 0;
    ans_err err = brief.arena ? query_parse(b->search, cx, b->type, query_text, ANS_STR_NONE, true, &q, &self) : ANS_E_NOMEM;
    err = err == ANS_OK ? ask_bodies(b, cx, &brief, &q, out_count, out_first) : err;
    err = brief.arena ? ans_issue_pass(cx, &brief, err) : err;
    ans_arena_free(brief.arena);
    return err;
}
