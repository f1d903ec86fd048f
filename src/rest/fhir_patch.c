/* FHIRPath Patch: a Parameters resource whose operations name what they change by FHIRPath. Each operation is looked up in the text as it stands
 * and becomes one of JSON Patch, so that what is not touched keeps its text here, too. http://hl7.org/fhir/R4/fhirpatch.html */
#include "rest/rest_int.h"

#include "json/patch.h"
#include "path/path.h"

enum { MOST_OPERATIONS = 1000, MOST_ITEMS = 100000 };
#define MOST_STEPS UINT64_C(5000000)       /* of all paths together */
#define MOST_TEXT ((size_t)16 << 20)       /* of one operation */
#define MOST_REWRITTEN ((size_t)256 << 20) /* of all together */

typedef struct patching {
    ans_cx *cx;
    const ans_zone *zone;
    const ans_json *said; /* the Parameters */
    ans_jnode operation;
    uint32_t number;
    uint64_t allowance;
    size_t rewritten;
    ans_str text;         /* of the resource, so far */
    ans_json doc;
} patching;

static ans_err wrong(patching *p, ans_err err, const char *what)
{
    return ans_issue_add(p->cx, err, ans_arena_fmt(p->cx->arena, "Parameters.parameter[%u]", p->number), "%s", what);
}

/* ---- what an operation says ---- */

static ans_jnode part_of(patching *p, const char *name)
{
    ans_jnode list = ans_json_get(p->said, p->operation, ANS_STR("part"));
    if (list == ANS_JNONE || ans_json_kind_of(p->said, list) != ANS_JSON_ARRAY) {
        return ANS_JNONE;
    }
    ANS_JSON_EACH(p->said, list, part)
    {
        if (ans_str_is(ans_json_get_string(p->cx, p->said, part, ANS_STR("name")), name)) {
            return part;
        }
    }
    return ANS_JNONE;
}

/* The value[x] of a part; ANS_JNONE: none. */
static ans_jnode value_of(const patching *p, ans_jnode part)
{
    if (part == ANS_JNONE || ans_json_kind_of(p->said, part) != ANS_JSON_OBJECT) {
        return ANS_JNONE;
    }
    ANS_JSON_EACH(p->said, part, m)
    {
        ans_str key = ans_json_key(p->said, m);
        if (ans_str_starts(key, ANS_STR("value")) && key.n > 5) {
            return m;
        }
    }
    return ANS_JNONE;
}

static ans_str said(patching *p, const char *name)
{
    ans_jnode value = value_of(p, part_of(p, name));
    return value == ANS_JNONE ? ANS_STR_NONE : ans_json_string(p->cx, p->said, value);
}

static ans_err said_index(patching *p, const char *name, uint64_t *out)
{
    ans_jnode value = value_of(p, part_of(p, name));
    bool is_number = value != ANS_JNONE && ans_json_kind_of(p->said, value) == ANS_JSON_NUMBER;
    return is_number && ans_str_u64(ans_json_raw(p->said, value), out) && *out < MOST_ITEMS ? ANS_OK
                                                                                          : wrong(p, ANS_E_INVALID, "an operation's index, source and destination are numbers from 0");
}

/* ---- places ---- */

/* The JSON Pointer of a node, and the node that holds it. */
static ans_jnode pointer(patching *p, ans_jnode node, ans_buf *b)
{
    ans_jnode at = 0, up = ANS_JNONE;
    while (at != node) {
        bool is_list = ans_json_kind_of(&p->doc, at) == ANS_JSON_ARRAY;
        uint32_t i = 0;
        ans_jnode c = ans_json_first(&p->doc, at);
        for (ans_jnode n; (n = ans_json_next(&p->doc, at, c)) != ANS_JNONE && n <= node; c = n) {
            i++;
        }
        if (is_list) {
            ans_buf_fmt(b, "/%u", i);
        } else {
            ans_buf_fmt(b, "/%.*s", ANS_FMT(ans_json_key(&p->doc, c))); /* names of FHIR hold no ~ and no / */
        }
        up = at;
        at = c;
    }
    return up;
}

static ans_err items_of(patching *p, ans_items *out)
{
    const ans_path *path;
    ans_str text = said(p, "path");
    ans_item root = ans_item_of_resource(&p->doc, 0);
    ans_path_env env = {.resource = &root, .zone = p->zone, .allowance = &p->allowance};
    if (!text.n) {
        return wrong(p, ANS_E_INVALID, "an operation needs a path");
    }
    ans_err err = ans_path_compile(p->cx, p->cx->arena, text, root.type, &path);
    err = err == ANS_OK ? ans_path_eval(p->cx, path, &env, &root, out) : err;
    for (uint32_t i = 0; err == ANS_OK && i < out->count; i++) {
        const ans_item *it = &out->at[i];
        if (it->kind != ANS_ITEM_NODE || it->doc != &p->doc || it->node == ANS_JNONE) {
            err = wrong(p, ANS_E_INVALID, "the path leads to what is no element of the resource");
        }
    }
    return err;
}

static ans_err one_item(patching *p, ans_item *out)
{
    ans_items items = {0};
    ans_err err = items_of(p, &items);
    if (err == ANS_OK && items.count != 1) {
        return wrong(p, ANS_E_RULE, items.count ? "the path leads to several elements, one is due" : "the path leads nowhere");
    }
    if (err == ANS_OK) {
        *out = items.at[0];
    }
    return err;
}

/* A list of values whose ids and extensions stand in another list beside it: that they still belong together is not looked after here. */
static bool has_sibling_list(patching *p, ans_jnode list)
{
    ans_buf ignored;
    ans_buf_init_arena(&ignored, p->cx->arena, 4096);
    ans_jnode object = pointer(p, list, &ignored);
    ans_str name = object == ANS_JNONE ? ANS_STR_NONE : ans_arena_fmt(p->cx->arena, "_%.*s", ANS_FMT(ans_json_key(&p->doc, list)));
    return object != ANS_JNONE && ans_json_get(&p->doc, object, name) != ANS_JNONE;
}

/* ---- values ---- */

/* A choice is named without its type ("value"), which the value says. */
static const ans_fhir_member *member_named(patching *p, ans_type type, ans_str name, ans_jnode part, ans_str *out_key)
{
    ans_jnode value = value_of(p, part);
    *out_key = name;
    const ans_fhir_member *m = type ? ans_fhir_member_of(type, name) : NULL;
    if (!m && type && value != ANS_JNONE) {
        *out_key = ans_arena_fmt(p->cx->arena, "%.*s%.*s", ANS_FMT(name), ANS_FMT(ans_str_from(ans_json_key(p->said, value), 5)));
        m = out_key->p ? ans_fhir_member_of(type, *out_key) : NULL;
    }
    return m;
}

static ans_err value_out(patching *p, ans_type type, ans_jnode part, ans_buf *b);

/* All parts of one name, as the member they make. */
static ans_err member_out(patching *p, ans_type type, ans_jnode list, ans_jnode first, ans_str name, ans_buf *b)
{
    ans_str key;
    const ans_fhir_member *m = member_named(p, type, name, first, &key);
    ans_err err = m ? ANS_OK : wrong(p, ANS_E_INVALID, "a part of the value names no element of its type");
    uint32_t count = 0;
    if (err == ANS_OK) {
        ans_buf_fmt(b, "\"%.*s\":%s", ANS_FMT(key), m->is_array ? "[" : "");
    }
    for (ans_jnode n = first; err == ANS_OK && n != ANS_JNONE; n = ans_json_next(p->said, list, n)) {
        if (!ans_str_eq(ans_json_get_string(p->cx, p->said, n, ANS_STR("name")), name)) {
            continue;
        }
        ans_buf_add(b, count++ ? ANS_STR(",") : ANS_STR_NONE);
        err = count > 1 && !m->is_array ? wrong(p, ANS_E_INVALID, "the value has an element several times that may stand once") : value_out(p, m->type, n, b);
    }
    ans_buf_add(b, err == ANS_OK && m->is_array ? ANS_STR("]") : ANS_STR_NONE);
    return err;
}

/* A part with a value is that value; one with parts is an object of them. Depth: the parser's limit. */
static ans_err value_out(patching *p, ans_type type, ans_jnode part, ans_buf *b)
{
    ans_jnode value = value_of(p, part), list = part == ANS_JNONE ? ANS_JNONE : ans_json_get(p->said, part, ANS_STR("part"));
    if (value != ANS_JNONE) {
        ans_json_print(p->said, value, false, b);
        return ANS_OK;
    }
    if (list == ANS_JNONE || ans_json_kind_of(p->said, list) != ANS_JSON_ARRAY || ans_json_count(p->said, list) > MOST_OPERATIONS) {
        return wrong(p, ANS_E_INVALID, "an operation needs a value, or parts of one");
    }
    ans_err err = ANS_OK;
    bool comma = false;
    ans_buf_add_c(b, '{');
    for (ans_jnode n = ans_json_first(p->said, list); err == ANS_OK && n != ANS_JNONE; n = ans_json_next(p->said, list, n)) {
        ans_str name = ans_json_get_string(p->cx, p->said, n, ANS_STR("name"));
        bool is_first = true;
        for (ans_jnode before = ans_json_first(p->said, list); is_first && before != n; before = ans_json_next(p->said, list, before)) {
            is_first = !ans_str_eq(ans_json_get_string(p->cx, p->said, before, ANS_STR("name")), name);
        }
        if (is_first) {
            ans_buf_add(b, comma ? ANS_STR(",") : ANS_STR_NONE);
            comma = true;
            err = member_out(p, type, list, n, name, b);
        }
    }
    ans_buf_add_c(b, '}');
    return err;
}

/* ---- operations: each writes one of JSON Patch; nothing written: there is nothing to do ---- */

static ans_err do_add(patching *p, ans_buf *b)
{
    ans_item it;
    ans_str key, name = said(p, "name");
    ans_jnode part = part_of(p, "value");
    ans_err err = one_item(p, &it);
    if (err != ANS_OK) {
        return err;
    }
    const ans_fhir_member *m = name.n ? member_named(p, it.type, name, part, &key) : NULL;
    if (!m || ans_json_kind_of(&p->doc, it.node) != ANS_JSON_OBJECT) {
        return wrong(p, ANS_E_INVALID, "the element that the path leads to has none of that name");
    }
    ans_jnode list = m->is_array ? ans_json_get(&p->doc, it.node, key) : ANS_JNONE;
    if (list != ANS_JNONE && has_sibling_list(p, list)) {
        return wrong(p, ANS_E_UNSUPPORTED, "a list whose values have ids or extensions is not changed in this way: send a JSON Patch");
    }
    ANS_BUF_LIT(b, "{\"op\":\"add\",\"path\":\"");
    (void)pointer(p, it.node, b);
    ans_buf_fmt(b, "/%.*s%s\",\"value\":%s", ANS_FMT(key), list != ANS_JNONE ? "/-" : "", m->is_array && list == ANS_JNONE ? "[" : "");
    err = value_out(p, m->type, part, b);
    ans_buf_add(b, m->is_array && list == ANS_JNONE ? ANS_STR("]}") : ANS_STR("}"));
    return err;
}

static ans_err do_replace(patching *p, ans_buf *b)
{
    ans_item it;
    ans_err err = one_item(p, &it);
    if (err != ANS_OK) {
        return err;
    }
    ANS_BUF_LIT(b, "{\"op\":\"replace\",\"path\":\"");
    (void)pointer(p, it.node, b);
    ANS_BUF_LIT(b, "\",\"value\":");
    err = value_out(p, it.type, part_of(p, "value"), b);
    ans_buf_add_c(b, '}');
    return err;
}

/* FHIR has no empty lists: with the last element its list goes. */
static ans_err do_delete(patching *p, ans_buf *b)
{
    ans_items items = {0};
    ans_buf at;
    ans_str text;
    ans_err err = items_of(p, &items);
    if (err != ANS_OK || items.count == 0) {
        return err;
    }
    if (items.count > 1) {
        return wrong(p, ANS_E_RULE, "the path leads to several elements, one is due");
    }
    ans_buf_init_arena(&at, p->cx->arena, MOST_TEXT);
    ans_jnode up = pointer(p, items.at[0].node, &at);
    bool in_list = up != ANS_JNONE && ans_json_kind_of(&p->doc, up) == ANS_JSON_ARRAY;
    if (up == ANS_JNONE || (in_list && has_sibling_list(p, up))) {
        return wrong(p, ANS_E_UNSUPPORTED, "this is not deleted in this way: send a JSON Patch");
    }
    err = ans_buf_finish(&at, &text);
    if (err != ANS_OK) {
        return err;
    }
    if (in_list && ans_json_count(&p->doc, up) == 1) {
        text = ans_str_head(text, (size_t)ans_str_rfind(text, '/'));
    }
    ans_buf_fmt(b, "{\"op\":\"remove\",\"path\":\"%.*s\"}", ANS_FMT(text));
    ans_str key = in_list ? ANS_STR_NONE : ans_arena_fmt(p->cx->arena, "_%.*s", ANS_FMT(ans_json_key(&p->doc, items.at[0].node)));
    if (key.n && ans_json_get(&p->doc, up, key) != ANS_JNONE) { /* its id and extensions are part of it */
        ans_buf_fmt(b, ",{\"op\":\"remove\",\"path\":\"%.*s/%.*s\"}", ANS_FMT(ans_str_head(text, (size_t)ans_str_rfind(text, '/'))), ANS_FMT(key));
    }
    return err;
}

/* The list that the elements of the path stand in. */
static ans_err list_of(patching *p, ans_str *out, ans_type *out_type)
{
    ans_items items = {0};
    ans_buf at;
    ans_err err = items_of(p, &items);
    if (err == ANS_OK && items.count == 0) {
        err = wrong(p, ANS_E_RULE, "the path leads nowhere");
    }
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&at, p->cx->arena, MOST_TEXT);
    ans_jnode up = pointer(p, items.at[0].node, &at);
    if (up == ANS_JNONE || ans_json_kind_of(&p->doc, up) != ANS_JSON_ARRAY) {
        return wrong(p, ANS_E_RULE, "the path leads to no list");
    }
    if (has_sibling_list(p, up)) {
        return wrong(p, ANS_E_UNSUPPORTED, "a list whose values have ids or extensions is not changed in this way: send a JSON Patch");
    }
    err = ans_buf_finish(&at, out);
    if (err != ANS_OK) {
        return err;
    }
    *out = ans_str_head(*out, (size_t)ans_str_rfind(*out, '/'));
    *out_type = items.at[0].type;
    return ANS_OK;
}

static ans_err do_insert(patching *p, ans_buf *b)
{
    ans_str at;
    ans_type type;
    uint64_t index;
    ans_err err = list_of(p, &at, &type);
    err = err == ANS_OK ? said_index(p, "index", &index) : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_fmt(b, "{\"op\":\"add\",\"path\":\"%.*s/%u\",\"value\":", ANS_FMT(at), (unsigned)index);
    err = value_out(p, type, part_of(p, "value"), b);
    ans_buf_add_c(b, '}');
    return err;
}

static ans_err do_move(patching *p, ans_buf *b)
{
    ans_str at;
    ans_type type;
    uint64_t from, to;
    ans_err err = list_of(p, &at, &type);
    err = err == ANS_OK ? said_index(p, "source", &from) : err;
    err = err == ANS_OK ? said_index(p, "destination", &to) : err;
    if (err == ANS_OK) {
        ans_buf_fmt(b, "{\"op\":\"move\",\"from\":\"%.*s/%u\",\"path\":\"%.*s/%u\"}", ANS_FMT(at), (unsigned)from, ANS_FMT(at), (unsigned)to);
    }
    return err;
}

static ans_err operate(patching *p)
{
    static const struct {
        const char *name;
        ans_err (*write)(patching *p, ans_buf *b);
    } kinds[] = {{"add", do_add}, {"insert", do_insert}, {"delete", do_delete}, {"replace", do_replace}, {"move", do_move}};
    ans_str type = said(p, "type"), text;
    ans_json patch;
    ans_buf b;
    size_t k = 0;
    while (k < sizeof kinds / sizeof *kinds && !ans_str_is(type, kinds[k].name)) {
        k++;
    }
    if (k == sizeof kinds / sizeof *kinds) {
        return wrong(p, ANS_E_INVALID, "the type of an operation is add, insert, delete, replace or move");
    }
    ans_err err = ans_json_parse(p->cx, p->text, NULL, &p->doc);
    p->rewritten += p->text.n;
    if (p->rewritten > MOST_REWRITTEN) {
        return wrong(p, ANS_E_TOOBIG, "the operations rewrite too much text: send fewer");
    }
    ans_buf_init_arena(&b, p->cx->arena, MOST_TEXT);
    ans_buf_add_c(&b, '[');
    err = err == ANS_OK ? kinds[k].write(p, &b) : err;
    ans_buf_add_c(&b, ']');
    err = err == ANS_OK ? ans_buf_finish(&b, &text) : err;
    err = err == ANS_OK ? ans_json_parse(p->cx, text, NULL, &patch) : err;
    return err == ANS_OK ? ans_json_patch(p->cx, p->text, &patch, &p->text) : err;
}

ans_err fhir_patch(ans_cx *cx, const ans_zone *zone, ans_str text, const ans_json *parameters, ans_str *out)
{
    patching p = {.cx = cx, .zone = zone, .said = parameters, .allowance = MOST_STEPS, .text = text};
    ans_jnode list = ans_json_get(parameters, 0, ANS_STR("parameter"));
    ans_err err = ANS_OK;
    if (!ans_str_is(ans_json_get_string(cx, parameters, 0, ANS_STR("resourceType")), "Parameters")) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("http.body"), "a patch of this type is a Parameters resource");
    }
    if (list == ANS_JNONE || ans_json_kind_of(parameters, list) != ANS_JSON_ARRAY || ans_json_count(parameters, list) > MOST_OPERATIONS) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("Parameters.parameter"), "a patch has 1 to %d operations", MOST_OPERATIONS);
    }
    for (ans_jnode op = ans_json_first(parameters, list); err == ANS_OK && op != ANS_JNONE; op = ans_json_next(parameters, list, op), p.number++) {
        p.operation = op;
        err = ans_str_is(ans_json_get_string(cx, parameters, op, ANS_STR("name")), "operation") ? operate(&p) : wrong(&p, ANS_E_INVALID, "a parameter of a patch is an operation");
        if (err == ANS_OK && ans_cx_is_late(cx)) {
            err = wrong(&p, ANS_E_TIMEOUT, "the patch took too long");
        }
    }
    *out = p.text;
    return err;
}
