/* ValueSet/$expand. spec: http://hl7.org/fhir/R4/valueset-operation-expand.html */
#include "base/os.h"
#include "rest/term_int.h"

enum { PAGE = 1000, LONGEST_PAGE = 50000 };

static const char PROPERTY_URL[] = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property";
static const char UNCLOSED_URL[] = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed";

typedef struct expand_call {
    term_call *c;
    const ans_term_set *set;
    const ans_json *doc; /* of the value set; NULL: it is implied */
    ans_jnode root;
    ans_term_expand_options o;
    bool with_designations, with_definition;
    ans_term_expansion x;
    ans_term_names *names; /* of x.systems */
} expand_call;

static ans_err read_options(expand_call *e)
{
    term_call *c = e->c;
    bool excludes_nested = false, for_people = false;
    e->o.filter = term_param(c, "filter");
    e->o.language = c->language;
    ans_err err = term_number(c, "offset", 0, &e->o.offset);
    err = err == ANS_OK ? term_number(c, "count", PAGE, &e->o.count) : err;
    err = err == ANS_OK ? term_read_properties(c) : err;
    err = err == ANS_OK ? term_flag(c, "activeOnly", false, &e->o.is_active_only) : err;
    err = err == ANS_OK ? term_flag(c, "excludeNested", false, &excludes_nested) : err;
    err = err == ANS_OK ? term_flag(c, "excludeNotForUI", false, &for_people) : err;
    err = err == ANS_OK ? term_flag(c, "includeDesignations", false, &e->with_designations) : err;
    err = err == ANS_OK ? term_flag(c, "includeDefinition", false, &e->with_definition) : err;
    e->o.is_nested = !excludes_nested;
    e->o.hides_abstract = for_people;
    e->o.count = e->o.count < LONGEST_PAGE ? e->o.count : LONGEST_PAGE;
    return err;
}

/* ---- the head ---- */

static void put_head(expand_call *e)
{
    static const char *const members[] = {"id", "url", "version", "name", "title", "status", "publisher", "immutable", NULL};
    ans_jw *w = &e->c->w;
    ans_jw_kv(w, ANS_STR("resourceType"), ANS_STR("ValueSet"));
    if (!e->doc) {
        ans_jw_kv(w, ANS_STR("url"), ans_term_set_url(e->set));
        ans_jw_kv(w, ANS_STR("status"), ANS_STR("active"));
        return;
    }
    for (const char *const *m = members; *m; m++) {
        ans_jnode n = ans_json_get(e->doc, e->root, ans_str_of(*m));
        if (n == ANS_JNONE) {
            continue;
        }
        ans_jw_key(w, ans_str_of(*m));
        ans_jw_copy(w, e->doc, n);
    }
    ans_jnode compose = ans_json_get(e->doc, e->root, ANS_STR("compose"));
    if (e->with_definition && compose != ANS_JNONE && ans_json_kind_of(e->doc, compose) == ANS_JSON_OBJECT) {
        ans_jw_key(w, ANS_STR("compose"));
        ans_jw_copy(w, e->doc, compose);
    }
}

static void put_said(ans_jw *w, const char *name, const char *value, ans_str text)
{
    if (text.n) {
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
        ans_jw_kv(w, ans_str_of(value), text);
        ans_jw_end(w, '}');
    }
}

static void put_number(ans_jw *w, const char *name, uint32_t n)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(w, ANS_STR("valueInteger"));
    ans_jw_int(w, n);
    ans_jw_end(w, '}');
}

static void put_parameters(expand_call *e)
{
    ans_jw *w = &e->c->w;
    ans_arena *arena = e->c->cx->arena;
    ans_jw_key(w, ANS_STR("parameter"));
    ans_jw_begin(w, '[');
    put_said(w, "filter", "valueString", e->o.filter);
    put_said(w, "displayLanguage", "valueCode", e->o.language);
    put_said(w, "date", "valueDateTime", term_param(e->c, "date"));
    put_number(w, "offset", e->o.offset);
    put_number(w, "count", e->o.count);
    for (uint32_t i = 0; i < e->x.system_count; i++) {
        ans_str version = ans_term_system_version(e->x.systems[i]), url = ans_term_system_url(e->x.systems[i]);
        put_said(w, "version", "valueUri", version.n ? ans_arena_fmt(arena, "%.*s|%.*s", ANS_FMT(url), ANS_FMT(version)) : url);
    }
    ans_jw_end(w, ']');
}

static void put_identifier(ans_jw *w)
{
    uint8_t r[16];
    char text[64];
    ans_random(r, sizeof r);
    r[6] = (uint8_t)((r[6] & 0x0F) | 0x40);
    r[8] = (uint8_t)((r[8] & 0x3F) | 0x80);
    size_t n = 9;
    memcpy(text, "urn:uuid:", n);
    for (int i = 0; i < 16; i++) {
        static const char digits[] = "0123456789abcdef";
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            text[n++] = '-';
        }
        text[n++] = digits[r[i] >> 4];
        text[n++] = digits[r[i] & 15];
    }
    ans_jw_kv(w, ANS_STR("identifier"), (ans_str){text, n});
}

/* ---- codes ---- */

static const ans_term_names *names_of(expand_call *e, const ans_term_system *s)
{
    for (uint32_t i = 0; i < e->x.system_count; i++) {
        if (e->x.systems[i] == s) {
            return &e->names[i];
        }
    }
    return NULL;
}

static ans_err put_designations(expand_call *e, const ans_term_item *item)
{
    ans_term_designations list = {0};
    const ans_term_names *names = item->system ? names_of(e, item->system) : NULL;
    ans_jw *w = &e->c->w;
    ans_err err = names ? ans_term_designations_of(e->c->cx, names, item->place, &list) : ANS_OK;
    err = err == ANS_OK ? ans_term_designations_in(e->c->cx, item->doc, item->listed, &list) : err;
    if (err != ANS_OK || !list.count) {
        return err;
    }
    ans_jw_key(w, ANS_STR("designation"));
    ans_jw_begin(w, '[');
    for (uint32_t i = 0; i < list.count; i++) {
        ans_jw_begin(w, '{');
        term_put_designation(w, &list.at[i]);
        ans_jw_end(w, '}');
    }
    ans_jw_end(w, ']');
    return ANS_OK;
}

/* The list of extensions opens with the first: FHIR has no empty lists. */
static void begin_property(ans_jw *w, ans_str code, bool *is_open)
{
    if (!*is_open) {
        ans_jw_key(w, ANS_STR("extension"));
        ans_jw_begin(w, '[');
        *is_open = true;
    }
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("extension"));
    ans_jw_begin(w, '[');
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("url"), ANS_STR("code"));
    ans_jw_kv(w, ANS_STR("valueCode"), code);
    ans_jw_end(w, '}');
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("url"), ANS_STR("value"));
}

static void end_property(ans_jw *w)
{
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
    ans_jw_kv(w, ANS_STR("url"), ans_str_of(PROPERTY_URL));
    ans_jw_end(w, '}');
}

static uint32_t put_property(expand_call *e, const ans_term_item *item, ans_str wanted, bool *is_open)
{
    const ans_json *doc;
    ans_jnode root, at = ans_term_concept_at(item->system, item->place)->at;
    ans_jw *w = &e->c->w;
    uint32_t count = 0;
    ans_term_system_doc(item->system, &doc, &root);
    ans_jnode list = doc && at != ANS_JNONE ? ans_json_get(doc, at, ANS_STR("property")) : ANS_JNONE;
    if (list == ANS_JNONE) {
        return 0;
    }
    ANS_JSON_EACH(doc, list, p)
    {
        if (!ans_str_eq(ans_json_get_string(e->c->cx, doc, p, ANS_STR("code")), wanted)) {
            continue;
        }
        begin_property(w, wanted, is_open);
        ANS_JSON_EACH(doc, p, m)
        {
            if (ans_str_starts(ans_json_key(doc, m), ANS_STR("value"))) {
                ans_jw_key(w, ans_json_key(doc, m));
                ans_jw_copy(w, doc, m);
            }
        }
        end_property(w);
        count++;
    }
    return count;
}

/* R4 has no place for properties of a code in an expansion; R5's has this extension in R4. */
static void put_properties(expand_call *e, const ans_term_item *item)
{
    ans_jw *w = &e->c->w;
    bool is_open = false;
    for (uint32_t i = 0; item->system && i < e->c->property_count; i++) {
        ans_str wanted = e->c->properties[i];
        uint32_t parent = ans_term_concept_at(item->system, item->place)->parent;
        if (!put_property(e, item, wanted, &is_open) && ans_str_is(wanted, "parent") && parent != ANS_TERM_NONE) {
            begin_property(w, wanted, &is_open);
            ans_jw_kv(w, ANS_STR("valueCode"), ans_term_concept_at(item->system, parent)->code);
            end_property(w);
        }
    }
    if (is_open) {
        ans_jw_end(w, ']');
    }
}

/* Left open: what stands below it may follow. */
static ans_err begin_item(expand_call *e, const ans_term_item *item)
{
    ans_jw *w = &e->c->w;
    ans_jw_begin(w, '{');
    put_properties(e, item);
    if (item->system_url.n) {
        ans_jw_kv(w, ANS_STR("system"), item->system_url);
    }
    if (item->version.n) {
        ans_jw_kv(w, ANS_STR("version"), item->version);
    }
    if (item->is_abstract) {
        ans_jw_key(w, ANS_STR("abstract"));
        ans_jw_bool(w, true);
    }
    if (item->is_inactive) {
        ans_jw_key(w, ANS_STR("inactive"));
        ans_jw_bool(w, true);
    }
    ans_jw_kv(w, ANS_STR("code"), item->code);
    if (item->display.n) {
        ans_jw_kv(w, ANS_STR("display"), item->display);
    }
    return e->with_designations ? put_designations(e, item) : ANS_OK;
}

static ans_err put_items(expand_call *e)
{
    ans_jw *w = &e->c->w;
    ans_err err = ANS_OK;
    uint32_t depth = 0;
    if (!e->x.count) {
        return ANS_OK;
    }
    ans_jw_key(w, ANS_STR("contains"));
    ans_jw_begin(w, '[');
    for (uint32_t i = 0; err == ANS_OK && i < e->x.count; i++) {
        const ans_term_item *item = &e->x.items[i];
        for (; depth > item->depth; depth--) {
            ans_jw_end(w, ']');
            ans_jw_end(w, '}');
        }
        err = begin_item(e, item);
        if (i + 1 < e->x.count && e->x.items[i + 1].depth > item->depth) {
            ans_jw_key(w, ANS_STR("contains"));
            ans_jw_begin(w, '[');
            depth++;
        } else {
            ans_jw_end(w, '}');
        }
    }
    for (; depth > 0; depth--) {
        ans_jw_end(w, ']');
        ans_jw_end(w, '}');
    }
    ans_jw_end(w, ']');
    return err;
}

static ans_err put_expansion(expand_call *e)
{
    char now[ANS_INSTANT_BYTES];
    ans_jw *w = &e->c->w;
    ans_instant_print(ans_now_us(), now);
    ans_jw_begin(w, '{');
    put_head(e);
    ans_jw_key(w, ANS_STR("expansion"));
    ans_jw_begin(w, '{');
    if (e->x.is_incomplete) {
        ans_jw_key(w, ANS_STR("extension"));
        ans_jw_begin(w, '[');
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("url"), ans_str_of(UNCLOSED_URL));
        ans_jw_key(w, ANS_STR("valueBoolean"));
        ans_jw_bool(w, true);
        ans_jw_end(w, '}');
        ans_jw_end(w, ']');
    }
    put_identifier(w);
    ans_jw_kv(w, ANS_STR("timestamp"), (ans_str){now, ANS_INSTANT_BYTES});
    ans_jw_key(w, ANS_STR("total"));
    ans_jw_int(w, e->x.total);
    ans_jw_key(w, ANS_STR("offset"));
    ans_jw_int(w, e->o.offset);
    put_parameters(e);
    ans_err err = put_items(e);
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
    return err;
}

static ans_err find_names(expand_call *e)
{
    ans_err err = ANS_OK;
    e->names = ANS_NEW_N(e->c->cx->arena, ans_term_names, e->x.system_count + 1);
    if (!e->names) {
        return ans_cx_nomem(e->c->cx);
    }
    for (uint32_t i = 0; err == ANS_OK && e->with_designations && i < e->x.system_count; i++) {
        err = ans_term_names_of(e->c->cx, &e->c->scope, e->x.systems[i], &e->names[i]);
    }
    return err;
}

static ans_err expand(term_call *c)
{
    expand_call e = {.c = c};
    ans_err err = read_options(&e);
    err = err == ANS_OK ? term_set(c, &e.set, &e.doc, &e.root) : err;
    err = err == ANS_OK ? ans_term_expand(c->cx, &c->scope, e.set, &e.o, &e.x) : err;
    err = err == ANS_OK ? find_names(&e) : err;
    return err == ANS_OK ? put_expansion(&e) : err;
}

ans_err term_expand(job *j, ans_reader *rd)
{
    (void)rd;
    return term_run(j, expand);
}
