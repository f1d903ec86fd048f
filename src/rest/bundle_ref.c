/* What the entries of a transaction mean by each other. http://hl7.org/fhir/R4/http.html#trules
 *
 * The one idea: everything is worked out before anything is written, as if the steps of the specification (deletions, creations,
 * updates, references) had been taken one after the other. What is deleted no longer meets a condition; what is created or updated
 * meets a conditional reference as it will be, judged by its body. */
#include "rest/bundle_int.h"

#define MEMORY_SIZE 512
#define MOST_FOUND 1000 /* matches looked at when some of them are of this transaction */

/* ---- fullUrls and ids ---- */

static uint64_t key_of(const struct bundle_job *b, ans_str text)
{
    /* the store's key: nobody outside can aim at one bucket */
    return ans_hash64(ans_store_hash_key(b->job->rest->o.store), text);
}

static uint32_t *map_slot(const struct bundle_job *b, ans_str url)
{
    uint32_t at = (uint32_t)key_of(b, url) & (b->map_size - 1);
    while (b->map[at] && !ans_str_eq(b->entries[b->map[at] - 1].full_url, url)) {
        at = (at + 1) & (b->map_size - 1);
    }
    return &b->map[at];
}

static uint32_t *touched_slot(const struct bundle_job *b, ans_type type, ans_str id)
{
    uint32_t at = ((uint32_t)key_of(b, id) + type) & (b->map_size - 1);
    for (; b->touched[at]; at = (at + 1) & (b->map_size - 1)) {
        const entry *e = &b->entries[b->touched[at] - 1];
        if (e->route.type == type && ans_str_eq(e->id, id)) {
            break;
        }
    }
    return &b->touched[at];
}

ans_err refs_new(struct bundle_job *b)
{
    ans_cx *cx = b->job->cx;
    b->map_size = 16;
    while (b->map_size < b->count * 2) {
        b->map_size *= 2;
    }
    b->map = ANS_NEW_N(cx->arena, uint32_t, b->map_size);
    b->touched = b->is_collection ? NULL : ANS_NEW_N(cx->arena, uint32_t, b->map_size);
    return b->map && (b->touched || b->is_collection) ? ANS_OK : ans_cx_nomem(cx);
}

void refs_touch(struct bundle_job *b, uint32_t i)
{
    if (b->touched && b->entries[i].id.n) {
        *touched_slot(b, b->entries[i].route.type, b->entries[i].id) = i + 1;
    }
}

ans_err refs_make_map(struct bundle_job *b)
{
    ans_cx *cx = b->job->cx;
    for (uint32_t i = 0; i < b->count; i++) {
        entry *e = &b->entries[i];
        if (!e->full_url.n || !e->id.n) {
            continue;
        }
        uint32_t *slot = map_slot(b, e->full_url);
        if (*slot && !ans_str_eq(b->entries[*slot - 1].id, e->id)) {
            return ans_issue_add(cx, ANS_E_INVALID, bundle_at(cx, i, ".fullUrl"), "two entries have the same fullUrl");
        }
        *slot = i + 1;
    }
    return ANS_OK;
}

/* ---- conditions ---- */

enum refs_step { REFS_DELETE, REFS_WRITE, REFS_RESOLVE };

/* What asks: the steps before it have been taken. */
static bool counts(const struct bundle_job *b, const ans_version *v, ans_type type, enum refs_step step)
{
    uint32_t at = b->touched && step != REFS_DELETE ? *touched_slot(b, type, v->ref.id) : 0;
    return !at || (b->entries[at - 1].route.what != I_DELETE && step == REFS_WRITE);
}

/* Matches in the record, without what is deleted; for a reference without what is updated, too, whose new body decides. *out is the
 * last of them. */
static ans_err surviving(struct bundle_job *b, ans_reader *rd, ans_type type, ans_str query, enum refs_step step, uint32_t *out_count, ans_version *out)
{
    ans_search_result r;
    uint32_t limit = 2;
    bool again;
    *out = (ans_version){0};
    do {
        ans_err err = condition_search(b->job, rd, type, query, limit, &r);
        if (err != ANS_OK) {
            return err;
        }
        *out_count = 0;
        for (uint32_t i = 0; i < r.count; i++) {
            if (counts(b, &r.entries[i].version, type, step)) {
                *out = r.entries[i].version;
                ++*out_count;
            }
        }
        again = *out_count < 2 && *out_count < r.count && r.count == limit && limit < MOST_FOUND;
        limit = MOST_FOUND;
    } while (again);
    return ANS_OK;
}

ans_err refs_condition(struct bundle_job *b, ans_reader *rd, const entry *e, ans_str query, uint32_t *out_count, ans_version *out)
{
    return surviving(b, rd, e->route.type, query, e->route.what == I_DELETE ? REFS_DELETE : REFS_WRITE, out_count, out);
}

/* What the entries create of one type, or create and update. What is created is known before anything asks of it. */
typedef struct made made;
struct made {
    ans_type type;
    bool with_updates;
    uint32_t count, *entry; /* of each body */
    ans_bodies *bodies;
    made *next;
};

static bool is_made(const entry *e, ans_type type, bool with_updates)
{
    return e->route.type == type && ((e->route.what == I_CREATE && !e->met) || (with_updates && e->route.what == I_UPDATE));
}

/* Nobody can ask for an id that is only made now. */
static ans_err gather(struct bundle_job *b, made *m)
{
    ans_cx *cx = b->job->cx;
    for (uint32_t i = 0; i < b->count; i++) {
        m->count += is_made(&b->entries[i], m->type, m->with_updates);
    }
    ans_body *list = ANS_NEW_N(cx->arena, ans_body, m->count + 1);
    m->entry = ANS_NEW_N(cx->arena, uint32_t, m->count + 1);
    if (!list || !m->entry) {
        return ans_cx_nomem(cx);
    }
    for (uint32_t i = 0, n = 0; i < b->count; i++) {
        const entry *e = &b->entries[i];
        if (is_made(e, m->type, m->with_updates)) {
            list[n] = (ans_body){&b->doc, e->resource, e->id_made ? ANS_STR_NONE : e->id};
            m->entry[n++] = i;
        }
    }
    return ans_search_bodies(b->job->rest->o.search, cx, m->type, list, m->count, &m->bodies);
}

static ans_err made_of(struct bundle_job *b, ans_type type, bool with_updates, const made **out)
{
    made *m = b->made;
    while (m && (m->type != type || m->with_updates != with_updates)) {
        m = m->next;
    }
    if (!m) {
        m = ANS_NEW(b->job->cx->arena, made);
        if (!m) {
            return ans_cx_nomem(b->job->cx);
        }
        *m = (made){.type = type, .with_updates = with_updates, .next = b->made};
        ans_err err = gather(b, m);
        if (err != ANS_OK) {
            return err;
        }
        b->made = m;
    }
    *out = m;
    return ANS_OK;
}

static ans_err of_entries(struct bundle_job *b, ans_type type, ans_str query, bool with_updates, uint32_t *out_count, const entry **out)
{
    const made *m = NULL;
    uint32_t first = 0;
    ans_err err = made_of(b, type, with_updates, &m);
    *out_count = 0;
    if (err == ANS_OK && m->count) {
        err = ans_search_meets(m->bodies, b->job->cx, query, out_count, &first);
    }
    *out = *out_count ? &b->entries[m->entry[first]] : NULL;
    return err;
}

ans_err refs_created(struct bundle_job *b, ans_type type, ans_str query, uint32_t *out_count)
{
    const entry *first;
    return of_entries(b, type, query, false, out_count, &first);
}

/* ---- conditional references ---- */

/* They repeat within a Bundle (the same practitioner at every visit): one search each is enough, since a Bundle is one moment. The
 * table only remembers; a place taken by another text is overwritten. */
static remembered *memory_of(struct bundle_job *b, ans_str text)
{
    if (!b->memory) {
        b->memory = ANS_NEW_N(b->job->cx->arena, remembered, MEMORY_SIZE);
    }
    return b->memory ? &b->memory[key_of(b, text) % MEMORY_SIZE] : NULL;
}

static ans_err look(struct bundle_job *b, const ans_reference *r, uint32_t *out_count, ans_str *out_id)
{
    uint32_t here = 0;
    ans_version v;
    const entry *e = NULL;
    ans_err err = surviving(b, b->rd, r->type, r->query, REFS_RESOLVE, out_count, &v);
    err = err == ANS_OK ? of_entries(b, r->type, r->query, true, &here, &e) : err;
    *out_count += here;
    *out_id = e ? e->id : v.ref.id;
    return err;
}

static ans_err conditional_reference(struct bundle_job *b, const ans_reference *r, ans_str *out)
{
    job *j = b->job;
    uint32_t count;
    ans_str id;
    for (;;) {
        ans_err err = look(b, r, &count, &id);
        if (err != ANS_OK) {
            return err;
        }
        if (count == 1) {
            *out = ans_arena_fmt(j->cx->arena, "%s/%.*s", ans_fhir_types[r->type].name, ANS_FMT(id));
            return out->p ? ANS_OK : ans_cx_nomem(j->cx);
        }
        if (count > 1) {
            return ans_issue_add(j->cx, ANS_E_MULTI, bundle_at(j->cx, b->at, ".resource"), "a conditional reference matches more than one %s", ans_fhir_types[r->type].name);
        }
        if (!b->wait) {
            break;
        }
        ans_reader_end(b->rd);
        bool again = b->wait->wait(b->wait->arg);
        err = ans_reader_begin(j->cx, b->rd);
        if (err != ANS_OK || !again) {
            b->wait = again ? b->wait : NULL; /* one last look at what landed meanwhile */
            if (err != ANS_OK) {
                return err;
            }
        }
    }
    return ans_issue_add(j->cx, ANS_E_PRECOND, bundle_at(j->cx, b->at, ".resource"), "a conditional reference matches no %s", ans_fhir_types[r->type].name);
}

static ans_err remembered_reference(struct bundle_job *b, const ans_reference *r, ans_str value, ans_str *out)
{
    remembered *known = memory_of(b, value);
    if (known && known->target.n && ans_str_eq(known->condition, value)) {
        *out = known->target;
        return ANS_OK;
    }
    ans_err err = conditional_reference(b, r, out);
    if (err == ANS_OK && known) {
        *known = (remembered){value, *out};
    }
    return err;
}

/* ---- links ---- */

static const entry *of_url(const struct bundle_job *b, ans_str url)
{
    uint32_t at = *map_slot(b, url);
    return at ? &b->entries[at - 1] : NULL;
}

/* A reference to a version stays one: of what is created here it is the first, else the one that was named. */
static ans_str version_of(ans_cx *cx, const entry *e, ans_str named)
{
    bool is_new = e->route.what == I_CREATE && !e->met;
    return is_new ? ANS_STR("/_history/1") : ans_arena_fmt(cx->arena, "/_history/%.*s", ANS_FMT(named));
}

/* The entry that a link in the entry being written means: by fullUrl, by that before a '#' or a version, or (references only) beside
 * its own (bundle.html#references). *out_rest is what goes behind the new address. */
static const entry *meant_entry(const struct bundle_job *b, ans_cx *cx, ans_str value, bool is_reference, ans_str *out_rest)
{
    ans_reference r;
    ans_str head;
    ptrdiff_t colon = ans_str_find(value, ':'), hash = ans_str_find(value, '#');
    const entry *e = colon > 0 ? of_url(b, value) : NULL;
    *out_rest = ANS_STR_NONE;
    if (e || (colon <= 0 && !b->beside.n)) { /* as a rule: a relative one, in a Bundle without fullUrls */
        return e;
    }
    head = hash > 0 ? ans_str_head(value, (size_t)hash) : value;
    ans_reference_parse(head, &r);
    bool is_local = r.kind == ANS_REF_LOCAL && r.type;
    if (is_local && is_reference && b->beside.n) {
        e = of_url(b, ans_arena_fmt(cx->arena, "%.*s/%s/%.*s", ANS_FMT(b->beside), ans_fhir_types[r.type].name, ANS_FMT(r.id)));
    } else if (r.kind == ANS_REF_ABSOLUTE && r.type && r.version.n) {
        e = of_url(b, ans_arena_fmt(cx->arena, "%.*s/%s/%.*s", ANS_FMT(r.base), ans_fhir_types[r.type].name, ANS_FMT(r.id)));
    } else if (hash > 0 && !is_local) {
        e = of_url(b, head);
    }
    if (e) {
        *out_rest = ans_arena_fmt(cx->arena, "%.*s%.*s", ANS_FMT(r.version.n ? version_of(cx, e, r.version) : ANS_STR_NONE),
                                  ANS_FMT(hash > 0 ? ans_str_from(value, (size_t)hash) : ANS_STR_NONE));
    }
    return e;
}

/* "Type/id" of the entry that is meant; p NULL: none is. */
static ans_err new_address(const struct bundle_job *b, ans_cx *cx, ans_str value, bool is_reference, ans_str *out)
{
    ans_str rest;
    const entry *e = meant_entry(b, cx, value, is_reference, &rest);
    *out = ANS_STR_NONE;
    if (e) {
        *out = ans_arena_fmt(cx->arena, "%s/%.*s%.*s", ans_fhir_types[e->route.type].name, ANS_FMT(e->id), ANS_FMT(rest));
        return out->p ? ANS_OK : ans_cx_nomem(cx);
    }
    return ANS_OK;
}

static bool is_uri(ans_type t)
{
    static const char *const names[] = {"uri", "url", "oid", "uuid"};
    for (int i = 0; i < 4; i++) {
        if (ans_str_is(ans_fhir_type_name(t), names[i])) {
            return true;
        }
    }
    return false;
}

static bool ends_in_link(ans_str text)
{
    static const char *const names[] = {"href", "src"};
    text = ans_str_trim(text);
    if (text.n == 0 || text.p[text.n - 1] != '=') {
        return false;
    }
    text = ans_str_trim(ans_str_head(text, text.n - 1));
    for (int i = 0; i < 2; i++) {
        ans_str name = ans_str_of(names[i]);
        if (text.n > name.n && ans_str_eq(ans_str_from(text, text.n - name.n), name) && strchr(" \t\r\n", text.p[text.n - name.n - 1])) {
            return true;
        }
    }
    return false;
}

/* href and src of a narrative. It is not parsed, only split at tags and quotes: a narrative that is no XHTML loses nothing. */
static ans_err narrative(const struct bundle_job *b, ans_cx *cx, ans_str text, ans_str *out)
{
    ans_buf buf;
    size_t kept = 0, tag = 0;
    bool in_tag = false;
    if (ans_str_search(text, ANS_STR("href")) < 0 && ans_str_search(text, ANS_STR("src")) < 0) {
        return ANS_OK;
    }
    ans_buf_init_arena(&buf, cx->arena, (size_t)64 << 20);
    for (size_t at = 0; at < text.n; at++) {
        char c = text.p[at];
        tag = c == '<' ? at : tag;
        in_tag = c == '<' || (in_tag && c != '>');
        if (!in_tag || (c != '"' && c != '\'')) {
            continue;
        }
        ptrdiff_t length = ans_str_find(ans_str_from(text, at + 1), c);
        if (length < 0) {
            break;
        }
        ans_str value = {text.p + at + 1, (size_t)length}, other = ANS_STR_NONE;
        if (ends_in_link((ans_str){text.p + tag, at - tag})) {
            ans_err err = new_address(b, cx, value, false, &other);
            if (err != ANS_OK) {
                return err;
            }
        }
        if (other.n) {
            ans_buf_add(&buf, (ans_str){text.p + kept, at + 1 - kept});
            ans_buf_add(&buf, other);
            kept = at + 1 + value.n;
        }
        at += 1 + value.n;
    }
    if (!kept) {
        return ANS_OK;
    }
    ans_buf_add(&buf, ans_str_from(text, kept));
    return ans_buf_finish(&buf, out) == ANS_OK ? ANS_OK : ans_cx_nomem(cx);
}

/* References, links of narratives, and elements of type uri, url, oid and uuid that are an entry's fullUrl become Type/id. Of the
 * latter only URNs: the fullUrl of a definition is often its very canonical URL, which must stay what it is. A string that happens
 * to read the same, such as an identifier's value, is left alone. */
ans_err refs_rewrite(void *arg, ans_cx *cx, ans_type type, ans_str key, ans_str value, ans_str *out)
{
    struct bundle_job *b = arg;
    ans_reference r;
    bool is_reference = ans_str_is(key, "reference");
    if (ans_str_is(key, "div") && ans_str_is(ans_fhir_type_name(type), "xhtml")) {
        return narrative(b, cx, value, out);
    }
    if (is_reference || (ans_str_starts(value, ANS_STR("urn:")) && is_uri(type))) {
        ans_err err = new_address(b, cx, value, is_reference, out);
        if (err != ANS_OK || out->p) {
            return err;
        }
    }
    if (!is_reference) {
        return ANS_OK;
    }
    if (ans_str_find(value, '?') <= 0) {
        return b->is_call ? write_own_reference(b->job, value, out) : ANS_OK;
    }
    ans_reference_parse(value, &r);
    return r.kind == ANS_REF_SEARCH && r.type ? remembered_reference(b, &r, value, out) : ANS_OK;
}
