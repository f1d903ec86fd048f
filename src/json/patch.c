/* JSON Patch by cutting text. Each operation parses the text as it stands, finds its place, and copies what lies before and
 * behind it around the new value: nothing else is ever printed anew, so 105.00 stays 105.00. */
#include "json/patch.h"

#include "json/json_int.h"

#define MOST_OPERATIONS 1000u
#define MOST_TEXT ((size_t)16 << 20)
#define MOST_STEPS 10000000u /* of comparing members by name */

typedef struct patching {
    ans_cx *cx;
    ans_json doc;      /* of text */
    ans_str text;
    uint32_t number;   /* of the operation, for messages */
    size_t rewritten;
    uint32_t steps;
} patching;

/* Where a pointer leads: the value, and where it is or would stand. */
typedef struct place {
    ans_jnode node;    /* ANS_JNONE: nothing is there */
    ans_jnode parent;  /* ANS_JNONE: node is the root */
    ans_str name;      /* of a member, decoded */
    ans_jnode before;  /* in an array, the element that stands there now; ANS_JNONE: behind the last */
} place;

static ans_err fails(patching *p, ans_err err, const char *member, const char *why)
{
    ans_str where = ans_arena_fmt(p->cx->arena, "[%u].%s", p->number, member);
    return ans_issue_add(p->cx, err, where, "%s", why);
}

/* ---- places in the text ---- */

static bool is_string(const ans_json *doc, ans_jnode n)
{
    return ans_json_kind_of(doc, n) == ANS_JSON_STRING;
}

/* First byte of a value with its name. */
static size_t begin_of(const ans_json *doc, ans_jnode n)
{
    const ans_json_node *node = ans_json_at(doc, n);
    return node->key_at ? node->key_at - 1 : node->at - is_string(doc, n);
}

static size_t value_of(const ans_json *doc, ans_jnode n)
{
    return ans_json_at(doc, n)->at - is_string(doc, n);
}

static size_t end_of(const ans_json *doc, ans_jnode n)
{
    return (size_t)ans_json_at(doc, n)->at + ans_json_at(doc, n)->len + is_string(doc, n);
}

static ans_str value_text(const ans_json *doc, ans_jnode n)
{
    return (ans_str){doc->text + value_of(doc, n), end_of(doc, n) - value_of(doc, n)};
}

/* The text with [from, to) replaced by the pieces, parsed. */
static ans_err splice(patching *p, size_t from, size_t to, const ans_str *pieces, int count)
{
    size_t n = p->text.n - (to - from), at = from;
    for (int i = 0; i < count; i++) {
        n += pieces[i].n;
    }
    p->rewritten += n;
    if (p->rewritten > MOST_TEXT) {
        return fails(p, ANS_E_TOOBIG, "op", "so many operations on so large a resource are too many");
    }
    char *text = ans_arena_alloc(p->cx->arena, n + 1);
    if (!text) {
        return ans_arena_err(p->cx->arena);
    }
    memcpy(text, p->text.p, from);
    for (int i = 0; i < count; i++) {
        memcpy(text + at, pieces[i].p, pieces[i].n);
        at += pieces[i].n;
    }
    memcpy(text + at, p->text.p + to, p->text.n - to);
    text[n] = '\0';
    p->text = (ans_str){text, n};
    return ans_json_parse(p->cx, p->text, NULL, &p->doc);
}

/* ---- pointers (RFC 6901) ---- */

/* One step's name, "~1" and "~0" decoded in place of the copy. p is NULL when the step is malformed or memory is short. */
static ans_str step_name(ans_cx *cx, ans_str step)
{
    char *to = ans_arena_alloc(cx->arena, step.n + 1);
    size_t n = 0;
    for (size_t i = 0; to && i < step.n; i++) {
        if (step.p[i] != '~') {
            to[n++] = step.p[i];
        } else if (i + 1 < step.n && (step.p[i + 1] == '0' || step.p[i + 1] == '1')) {
            to[n++] = step.p[++i] == '0' ? '~' : '/';
        } else {
            return ANS_STR_NONE;
        }
    }
    return (ans_str){to, n};
}

/* The element at an index. False when it is no index, or beyond the place behind the last. */
static bool element_at(const ans_json *doc, ans_jnode array, ans_str step, place *out)
{
    uint64_t index = 0, i = 0;
    bool last = ans_str_is(step, "-");
    if (!last && (!ans_str_u64(step, &index) || (step.n > 1 && step.p[0] == '0'))) {
        return false;
    }
    ans_jnode at = ans_json_first(doc, array);
    for (; at != ANS_JNONE && (last || i < index); i++) {
        at = ans_json_next(doc, array, at);
    }
    *out = (place){.node = at, .parent = array, .before = at};
    return last || i == index;
}

static ans_err find(patching *p, const char *member, ans_str pointer, place *out)
{
    place at = {.node = 0, .parent = ANS_JNONE, .before = ANS_JNONE};
    ans_str rest = ans_str_from(pointer, 1), step;
    if (pointer.n && pointer.p[0] != '/') {
        return fails(p, ANS_E_INVALID, member, "a JSON pointer is empty or begins with '/'");
    }
    for (bool more = pointer.n > 0; more;) {
        more = ans_str_cut(&rest, '/', &step);
        ans_str name = step_name(p->cx, step);
        if (!name.p) {
            return fails(p, ANS_E_INVALID, member, "'~' in a JSON pointer is followed by 0 or 1");
        }
        ans_json_kind kind = at.node == ANS_JNONE ? ANS_JSON_NULL : ans_json_kind_of(&p->doc, at.node);
        if (kind == ANS_JSON_OBJECT) {
            at = (place){.node = ans_json_get(&p->doc, at.node, name), .parent = at.node, .name = name, .before = ANS_JNONE};
        } else if (kind != ANS_JSON_ARRAY || !element_at(&p->doc, at.node, name, &at)) {
            return fails(p, ANS_E_RULE, member, "there is no such place in the resource");
        }
    }
    *out = at;
    return ANS_OK;
}

static ans_err find_value(patching *p, const char *member, ans_str pointer, place *out)
{
    ans_err err = find(p, member, pointer, out);
    return err == ANS_OK && out->node == ANS_JNONE ? fails(p, ANS_E_RULE, member, "there is no such place in the resource") : err;
}

/* ---- the operations ---- */

static ans_err put_new(patching *p, const place *at, ans_str value)
{
    const ans_json *doc = &p->doc;
    ans_str pieces[4];
    int count = 0;
    ans_jnode last = ANS_JNONE;
    ANS_JSON_EACH(doc, at->parent, child) {
        last = child;
    }
    if (at->before != ANS_JNONE) { /* an element moves back */
        return splice(p, begin_of(doc, at->before), begin_of(doc, at->before), (ans_str[]){value, ANS_STR(",")}, 2);
    }
    if (last != ANS_JNONE) {
        pieces[count++] = ANS_STR(",");
    }
    if (ans_json_kind_of(doc, at->parent) == ANS_JSON_OBJECT) {
        ans_buf b;
        ans_buf_init_arena(&b, p->cx->arena, MOST_TEXT);
        ans_json_print_string(&b, at->name);
        if (ans_buf_finish(&b, &pieces[count++]) != ANS_OK) {
            return ans_cx_nomem(p->cx);
        }
        pieces[count++] = ANS_STR(":");
    }
    pieces[count++] = value;
    size_t where = last != ANS_JNONE ? end_of(doc, last) : (size_t)ans_json_at(doc, at->parent)->at + 1;
    return splice(p, where, where, pieces, count);
}

static ans_err put_over(patching *p, ans_jnode node, ans_str value)
{
    return splice(p, value_of(&p->doc, node), end_of(&p->doc, node), &value, 1);
}

static ans_err put(patching *p, ans_str path, ans_str value)
{
    place at;
    ans_err err = find(p, "path", path, &at);
    if (err != ANS_OK) {
        return err;
    }
    bool is_member = at.parent == ANS_JNONE || ans_json_kind_of(&p->doc, at.parent) == ANS_JSON_OBJECT;
    return at.node != ANS_JNONE && is_member ? put_over(p, at.node, value) : put_new(p, &at, value);
}

/* With the comma that goes with it. */
static ans_err cut(patching *p, const char *member, const place *at)
{
    const ans_json *doc = &p->doc;
    ans_jnode before = ANS_JNONE;
    if (at->parent == ANS_JNONE) {
        return fails(p, ANS_E_INVALID, member, "the whole resource cannot be taken away: delete it");
    }
    ANS_JSON_EACH(doc, at->parent, child) {
        if (child == at->node) {
            break;
        }
        before = child;
    }
    ans_jnode behind = ans_json_next(doc, at->parent, at->node);
    size_t from = behind == ANS_JNONE && before != ANS_JNONE ? end_of(doc, before) : begin_of(doc, at->node);
    size_t to = behind != ANS_JNONE ? begin_of(doc, behind) : end_of(doc, at->node);
    return splice(p, from, to, NULL, 0);
}

static ans_err move(patching *p, ans_str from, ans_str path)
{
    place at;
    ans_err err = find_value(p, "from", from, &at);
    if (err != ANS_OK || ans_str_eq(from, path)) {
        return err;
    }
    if (ans_str_starts(path, from) && path.p[from.n] == '/') {
        return fails(p, ANS_E_INVALID, "path", "a value cannot be moved into itself");
    }
    ans_str value = value_text(&p->doc, at.node); /* the old text stays in the arena */
    err = cut(p, "from", &at);
    return err == ANS_OK ? put(p, path, value) : err;
}

/* ---- test ---- */

/* 1.50 and 15e-1 are the same number: sign, digits without zeros at either end, and the power of ten of the last. */
typedef struct number {
    bool negative;
    char digits[64];
    uint32_t count;
    int64_t power;
} number;

/* False: longer than anybody writes; such numbers are compared as text. */
static bool number_read(ans_str s, number *out)
{
    size_t i = 0;
    int64_t behind = 0, exponent = 0;
    bool point = false;
    *out = (number){.negative = s.p[0] == '-'};
    for (i = out->negative; i < s.n && s.p[i] != 'e' && s.p[i] != 'E'; i++) {
        if (s.p[i] == '.') {
            point = true;
            continue;
        }
        behind += point;
        if (out->count || s.p[i] != '0') {
            if (out->count == sizeof out->digits) {
                return false;
            }
            out->digits[out->count++] = s.p[i];
        }
    }
    if (i < s.n) {
        bool below = s.p[++i] == '-';
        for (i += s.p[i] == '-' || s.p[i] == '+'; i < s.n; i++) {
            exponent = exponent * 10 + (s.p[i] - '0');
            if (exponent > 1000000) {
                return false;
            }
        }
        exponent = below ? -exponent : exponent;
    }
    out->power = exponent - behind;
    while (out->count && out->digits[out->count - 1] == '0') {
        out->count--;
        out->power++;
    }
    if (out->count == 0) {
        *out = (number){0};
    }
    return true;
}

static bool same_number(ans_str a, ans_str b)
{
    number x, y;
    if (ans_str_eq(a, b) || !number_read(a, &x) || !number_read(b, &y)) {
        return ans_str_eq(a, b);
    }
    return x.negative == y.negative && x.count == y.count && x.power == y.power && memcmp(x.digits, y.digits, x.count) == 0;
}

/* Depth is bounded by the parser's limit. *out is only told when all went well. */
static ans_err same(patching *p, const ans_json *a, ans_jnode x, const ans_json *b, ans_jnode y, bool *out)
{
    ans_json_kind kind = ans_json_kind_of(a, x);
    *out = kind == ans_json_kind_of(b, y);
    if (!*out || kind < ANS_JSON_NUMBER) {
        return ANS_OK;
    }
    if (kind == ANS_JSON_NUMBER) {
        *out = same_number(ans_json_raw(a, x), ans_json_raw(b, y));
        return ANS_OK;
    }
    if (kind == ANS_JSON_STRING) {
        ans_str s = ans_json_string(p->cx, a, x), t = ans_json_string(p->cx, b, y);
        *out = s.p && t.p && ans_str_eq(s, t);
        return s.p && t.p ? ANS_OK : ans_arena_err(p->cx->arena);
    }
    uint32_t count = ans_json_count(a, x);
    ans_jnode other = ans_json_first(b, y);
    ans_err err = ANS_OK;
    *out = count == ans_json_count(b, y);
    for (ans_jnode n = ans_json_first(a, x); err == ANS_OK && *out && n != ANS_JNONE; n = ans_json_next(a, x, n)) {
        if (kind == ANS_JSON_OBJECT) {
            ans_str name = ans_json_at(a, n)->flags & ANS_JSON_KEY_ESCAPED ? ans_json_decode(p->cx->arena, ans_json_key(a, n)) : ans_json_key(a, n);
            p->steps += count;
            if (!name.p || p->steps > MOST_STEPS) {
                return name.p ? fails(p, ANS_E_TOOBIG, "value", "so large a value cannot be tested") : ans_arena_err(p->cx->arena);
            }
            other = ans_json_get(b, y, name);
        }
        *out = other != ANS_JNONE;
        err = *out ? same(p, a, n, b, other, out) : ANS_OK;
        other = kind == ANS_JSON_ARRAY ? ans_json_next(b, y, other) : other;
    }
    return err;
}

static ans_err test(patching *p, ans_str path, const ans_json *patch, ans_jnode value)
{
    place at;
    bool holds = false;
    ans_err err = find_value(p, "path", path, &at);
    err = err == ANS_OK ? same(p, &p->doc, at.node, patch, value, &holds) : err;
    return err == ANS_OK && !holds ? fails(p, ANS_E_RULE, "value", "the test does not hold: the resource has another value there") : err;
}

/* ---- the patch ---- */

static ans_err replace(patching *p, ans_str path, ans_str value)
{
    place at;
    ans_err err = find_value(p, "path", path, &at);
    return err == ANS_OK ? put_over(p, at.node, value) : err;
}

static ans_err remove_at(patching *p, ans_str path)
{
    place at;
    ans_err err = find_value(p, "path", path, &at);
    return err == ANS_OK ? cut(p, "path", &at) : err;
}

static ans_err copy(patching *p, ans_str from, ans_str path)
{
    place at;
    ans_err err = find_value(p, "from", from, &at);
    return err == ANS_OK ? put(p, path, value_text(&p->doc, at.node)) : err;
}

typedef enum verb { ADD, REPLACE, TEST, MOVE, COPY, REMOVE, VERBS } verb;

static verb verb_named(ans_str name)
{
    static const char *const names[VERBS] = {"add", "replace", "test", "move", "copy", "remove"};
    verb v = ADD;
    while (v < VERBS && !ans_str_is(name, names[v])) {
        v++;
    }
    return v;
}

static ans_err operate(patching *p, const ans_json *patch, ans_jnode op)
{
    verb what = verb_named(ans_json_get_string(p->cx, patch, op, ANS_STR("op")));
    ans_str path = ans_json_get_string(p->cx, patch, op, ANS_STR("path"));
    ans_str from = ans_json_get_string(p->cx, patch, op, ANS_STR("from"));
    ans_jnode value = ans_json_get(patch, op, ANS_STR("value"));
    if (what == VERBS) {
        return fails(p, ANS_E_INVALID, "op", "an operation has 'op': add, remove, replace, move, copy or test");
    }
    if (!path.p) {
        return fails(p, ANS_E_INVALID, "path", "an operation has a 'path', a JSON pointer");
    }
    if ((what == MOVE || what == COPY) && !from.p) {
        return fails(p, ANS_E_INVALID, "from", "to move or copy takes 'from', a JSON pointer");
    }
    if (what <= TEST && value == ANS_JNONE) {
        return fails(p, ANS_E_INVALID, "value", "to add, replace or test takes a 'value'");
    }
    switch (what) {
    case ADD:
        return put(p, path, value_text(patch, value));
    case REPLACE:
        return replace(p, path, value_text(patch, value));
    case TEST:
        return test(p, path, patch, value);
    case MOVE:
        return move(p, from, path);
    case COPY:
        return copy(p, from, path);
    default:
        return remove_at(p, path);
    }
}

ans_err ans_json_patch(ans_cx *cx, ans_str text, const ans_json *patch, ans_str *out)
{
    patching p = {.cx = cx, .text = text};
    if (ans_json_kind_of(patch, 0) != ANS_JSON_ARRAY || ans_json_count(patch, 0) > MOST_OPERATIONS) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("http.body"), "a JSON Patch is a list of at most %u operations", MOST_OPERATIONS);
    }
    ans_err err = ans_json_parse(cx, text, NULL, &p.doc);
    for (ans_jnode op = ans_json_first(patch, 0); err == ANS_OK && op != ANS_JNONE; op = ans_json_next(patch, 0, op), p.number++) {
        err = operate(&p, patch, op);
    }
    if (err == ANS_OK) {
        *out = p.text;
    }
    return err;
}
