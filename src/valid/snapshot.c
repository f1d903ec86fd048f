/* A profile that was given without a snapshot gets one: the elements of what it is derived from, in their order, with what its
 * differential says laid over them. Each line of the list is one element to come: where its words stand in the base, and where in the
 * differential. Nothing is unfolded that the differential does not go into: a slice is a copy of the element it is of, and the children of
 * a type come from that type's definition.
 * spec: http://hl7.org/fhir/R4/profiling.html#snapshot, http://hl7.org/fhir/R4/elementdefinition.html#interpretation */
#include "valid/valid_int.h"

enum { MOST_LINES = 5000, MOST_LEVELS = 32, MOST_BASES = 8, MOST_MADE = 40000 };

#define CORE "http://hl7.org/fhir/StructureDefinition/"
#define MOST_BYTES ((size_t)64 << 20)

typedef struct line {
    ans_str id, path;        /* id: the path with names of slices, "Observation.component:sys.code" */
    const ans_json *doc;     /* of base */
    ans_jnode base, over;    /* over: in the differential, or ANS_JNONE */
    ans_str slice;
    ans_str types_in_short;  /* of a choice whose slices the differential wrote in short, "valueQuantity": no other ones, "Quantity Range" */
    bool is_copied_slice;    /* base is the element it is a slice of: its slicing and its least number are not the slice's */
    bool is_sliced_here;     /* has slices that the differential names: where nothing says by what, by type, or extensions by URL */
} line;

typedef struct snapshot {
    ans_cx *cx;
    ans_cx own; /* strings that stay */
    const ans_defs_view *view;
    const ans_json *doc; /* the profile */
    line *lines;
    uint32_t count, cap;
    uint32_t level, *left; /* left: lines that may still be made, of all that is unfolded for this one */
    bool leans;            /* on a definition of the record */
    const char *wrong;
    ans_str wrong_at;
} snapshot;

static ans_str text(snapshot *s, const ans_json *doc, ans_jnode n, const char *name)
{
    return ans_json_get_string(&s->own, doc, n, ans_str_of(name));
}

static ans_err no_memory(snapshot *s)
{
    return ans_issue_add(s->cx, ans_arena_err(s->own.arena), ANS_STR_NONE, "a definition needs more memory than there is");
}

static ans_err refuse(snapshot *s, const char *why, ans_str at)
{
    if (!s->wrong) {
        s->wrong = why;
        s->wrong_at = at;
    }
    return ANS_OK;
}

static ans_str joined(snapshot *s, ans_str a, const char *between, ans_str b)
{
    return ans_arena_fmt(s->own.arena, "%.*s%s%.*s", ANS_FMT(a), between, ANS_FMT(b));
}

/* ---- names ---- */

/* "Observation.component:sys.code" -> "Observation.component:sys" and "code" */
static ans_str parent_of(ans_str id)
{
    ptrdiff_t dot = ans_str_rfind(id, '.');
    return dot < 0 ? ANS_STR_NONE : ans_str_head(id, (size_t)dot);
}

static ans_str last_of(ans_str id)
{
    return ans_str_from(id, (size_t)(ans_str_rfind(id, '.') + 1));
}

/* The id of what an id is a slice of: "a.b:x/y" -> "a.b:x" -> "a.b"; empty: it is no slice. */
static ans_str sliced_of(ans_str id)
{
    ans_str last = last_of(id);
    ptrdiff_t colon = ans_str_find(last, ':'), slash = ans_str_rfind(last, '/');
    size_t before = id.n - last.n;
    return colon < 0 ? ANS_STR_NONE : ans_str_head(id, before + (size_t)(slash > colon ? slash : colon));
}

/* Elements met on the way down: what an element that does not tell its own id stands in. */
typedef struct trail {
    ans_str ids[MOST_LEVELS], paths[MOST_LEVELS]; /* of the last element at each depth */
    uint32_t depth;
} trail;

static bool is_id_of_path(ans_str id, ans_str path)
{
    size_t at = 0;
    for (size_t i = 0; i < id.n; i++) {
        bool is_slice = id.p[i] == ':';
        while (is_slice && i + 1 < id.n && id.p[i + 1] != '.') {
            i++;
        }
        if (!is_slice && (at >= path.n || path.p[at++] != id.p[i])) {
            return false;
        }
    }
    return id.n > 0 && at == path.n;
}

static uint32_t depth_of(ans_str path)
{
    uint32_t depth = 0;
    for (size_t i = 0; i < path.n; i++) {
        depth += path.p[i] == '.';
    }
    return depth;
}

/* The element's id as it tells it, or else from its path, its slice and the elements above it. */
static ans_str id_of(snapshot *s, trail *t, const ans_json *doc, ans_jnode e, ans_str path, ans_str slice)
{
    ans_str id = text(s, doc, e, "id"), above = path;
    uint32_t depth = depth_of(path);
    if (!is_id_of_path(id, path)) {
        id = path;
        for (uint32_t d = depth; d-- > 0;) {
            above = parent_of(above);
            if (d < t->depth && ans_str_eq(t->paths[d], above)) {
                id = joined(s, t->ids[d], "", ans_str_from(path, above.n));
                break;
            }
        }
    }
    if (slice.n && ans_str_find(last_of(id), ':') < 0) {
        id = joined(s, id, ":", slice);
    }
    for (; t->depth < depth; t->depth++) {
        t->paths[t->depth] = ANS_STR_NONE; /* a level that was left out */
    }
    t->ids[depth] = id;
    t->paths[depth] = path;
    t->depth = depth + 1;
    return id;
}

/* ---- the list ---- */

static line *find(snapshot *s, ans_str id)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (ans_str_eq(s->lines[i].id, id)) {
            return &s->lines[i];
        }
    }
    return NULL;
}

static bool is_below(ans_str id, ans_str above)
{
    return id.n > above.n && id.p[above.n] == '.' && ans_str_starts(id, above);
}

/* Below it, or a slice of it, or below one. */
static bool is_of(ans_str id, ans_str above)
{
    return is_below(id, above) || (id.n > above.n && (id.p[above.n] == ':' || id.p[above.n] == '/') && ans_str_starts(id, above));
}

static ans_err insert(snapshot *s, uint32_t at, const line *lines, uint32_t count)
{
    if (s->count + count > MOST_LINES) {
        return refuse(s, "has too many elements", ANS_STR_NONE);
    }
    if (s->count + count > s->cap) {
        uint32_t cap = (s->count + count) * 2;
        line *more = ANS_NEW_N(s->own.arena, line, cap);
        if (!more) {
            return no_memory(s);
        }
        if (s->count) {
            memcpy(more, s->lines, s->count * sizeof *more);
        }
        s->lines = more;
        s->cap = cap;
    }
    memmove(&s->lines[at + count], &s->lines[at], (s->count - at) * sizeof *lines);
    memcpy(&s->lines[at], lines, count * sizeof *lines);
    s->count += count;
    return ANS_OK;
}

static ans_jnode elements_of(const ans_json *doc, const char *which)
{
    ans_jnode part = ans_json_get(doc, 0, ans_str_of(which));
    ans_jnode list = part == ANS_JNONE ? ANS_JNONE : ans_json_get(doc, part, ANS_STR("element"));
    return list != ANS_JNONE && ans_json_kind_of(doc, list) == ANS_JSON_ARRAY ? list : ANS_JNONE;
}

/* The lines of a definition's snapshot in a new list: from its root, whose id and path become those given. */
static ans_err read_lines(snapshot *s, const ans_json *doc, ans_str id, ans_str path, line **out, uint32_t *out_count)
{
    ans_jnode list = elements_of(doc, "snapshot");
    uint32_t count = list == ANS_JNONE ? 0 : ans_json_count(doc, list);
    trail t = {.depth = 0};
    size_t root = 0;
    if (count > *s->left) {
        return refuse(s, "goes into too many types", id);
    }
    *s->left -= count;
    *out = ANS_NEW_N(s->own.arena, line, count + 1u);
    *out_count = 0;
    if (!*out) {
        return no_memory(s);
    }
    for (ans_jnode e = count ? ans_json_first(doc, list) : ANS_JNONE; e != ANS_JNONE && count <= MOST_LINES; e = ans_json_next(doc, list, e)) {
        ans_str p = text(s, doc, e, "path"), slice = text(s, doc, e, "sliceName");
        root = *out_count ? root : p.n;
        if (p.n < root || depth_of(p) >= MOST_LEVELS) {
            return refuse(s, "what it is derived from cannot be read", p);
        }
        ans_str own = id_of(s, &t, doc, e, p, slice);
        (*out)[(*out_count)++] = (line){.id = joined(s, id, "", ans_str_from(own, root)), .path = joined(s, path, "", ans_str_from(p, root)),
                                        .doc = doc, .base = e, .over = ANS_JNONE, .slice = slice};
    }
    return ANS_OK;
}

/* ---- going into an element ---- */

static void write_line(snapshot *s, const line *l, ans_jw *w);

/* A copy of a line: what the differential says of it so far becomes its base, so that more can be said of the copy. */
static ans_err copy_of(snapshot *s, const line *from, line *out)
{
    ans_buf b;
    ans_jw w;
    ans_str written;
    *out = *from;
    if (from->over == ANS_JNONE) {
        return ANS_OK;
    }
    ans_json *doc = ANS_NEW(s->own.arena, ans_json);
    ans_buf_init_arena(&b, s->own.arena, MOST_BYTES);
    ans_jw_init(&w, &b);
    write_line(s, from, &w);
    if (!doc || ans_buf_finish(&b, &written) != ANS_OK) {
        return no_memory(s);
    }
    out->doc = doc;
    out->base = 0;
    out->over = ANS_JNONE;
    out->is_copied_slice = false;
    out->types_in_short = ANS_STR_NONE;
    return ans_issue_pass(s->cx, &s->own, ans_json_parse(&s->own, written, NULL, doc));
}

/* The members of one list from another place of this list: the children of `from` as children of `to`. */
static ans_err copy_below(snapshot *s, ans_str from, ans_str to, ans_str to_path)
{
    uint32_t count = 0, at = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        count += is_below(s->lines[i].id, from);
    }
    line *copies = count <= *s->left ? ANS_NEW_N(s->own.arena, line, count + 1u) : NULL;
    if (!copies) {
        return count <= *s->left ? no_memory(s) : refuse(s, "goes into too many types", to);
    }
    *s->left -= count;
    size_t path_n = 0;
    count = 0;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < s->count; i++) {
        at = ans_str_eq(s->lines[i].id, to) ? i + 1 : at;
        path_n = ans_str_eq(s->lines[i].id, from) ? s->lines[i].path.n : path_n;
        if (is_below(s->lines[i].id, from)) {
            err = copy_of(s, &s->lines[i], &copies[count]);
            copies[count].id = joined(s, to, "", ans_str_from(s->lines[i].id, from.n));
            copies[count].path = joined(s, to_path, "", ans_str_from(s->lines[i].path, path_n));
            count++;
        }
    }
    return err == ANS_OK ? insert(s, at, copies, count) : err;
}

/* What says something of an element: the differential, or else the base. */
static ans_jnode member_of(const snapshot *s, const line *l, const char *name, const ans_json **out_doc)
{
    ans_jnode n = l->over == ANS_JNONE ? ANS_JNONE : ans_json_get(s->doc, l->over, ans_str_of(name));
    *out_doc = n == ANS_JNONE ? l->doc : s->doc;
    return n == ANS_JNONE ? ans_json_get(l->doc, l->base, ans_str_of(name)) : n;
}

/* The definition of the one type an element has, its profile before its type; NULL: it has several, or one nobody knows. */
static const ans_def *type_of(snapshot *s, const line *l)
{
    const ans_json *doc;
    ans_jnode types = member_of(s, l, "type", &doc), first = ANS_JNONE;
    ans_str code = ans_str_find(l->types_in_short, ' ') < 0 ? l->types_in_short : ANS_STR_NONE, profile = ANS_STR_NONE;
    if (!code.n && types != ANS_JNONE && ans_json_kind_of(doc, types) == ANS_JSON_ARRAY && ans_json_count(doc, types) == 1) {
        first = ans_json_first(doc, types);
        code = text(s, doc, first, "code");
        ans_jnode profiles = ans_json_get(doc, first, ANS_STR("profile"));
        bool has_one = profiles != ANS_JNONE && ans_json_kind_of(doc, profiles) == ANS_JSON_ARRAY && ans_json_count(doc, profiles) == 1;
        profile = has_one ? ans_json_string(&s->own, doc, ans_json_first(doc, profiles)) : ANS_STR_NONE;
    }
    ans_type structure = ans_fhir_type_named(ANS_STR("StructureDefinition"));
    const ans_def *def = profile.n ? ans_defs_find(s->view, structure, profile) : NULL;
    s->leans = s->leans || (profile.n && !def);
    bool is_system = ans_str_starts(code, ANS_STR("http:"));
    return def || !code.n ? def : ans_defs_find(s->view, structure, is_system ? code : joined(s, ANS_STR(CORE), "", code));
}

static ans_err document_with_snapshot(snapshot *s, const ans_def *def, const ans_json **out);

static ans_err unfold_type(snapshot *s, uint32_t at)
{
    const line *l = &s->lines[at];
    const ans_def *def = type_of(s, l);
    const ans_json *doc;
    line *lines;
    uint32_t count;
    if (!def) {
        return refuse(s, "goes into an element of no type, or of several", l->id);
    }
    ans_err err = document_with_snapshot(s, def, &doc);
    if (err != ANS_OK || s->wrong) {
        return err;
    }
    err = read_lines(s, doc, l->id, l->path, &lines, &count);
    return err == ANS_OK && count > 1 ? insert(s, at + 1, lines + 1, count - 1) : err;
}

/* The children of a line, from whatever tells them. */
static ans_err unfold(snapshot *s, ans_str id)
{
    const line *l = find(s, id);
    const ans_json *doc;
    ans_str of = sliced_of(id);
    for (uint32_t i = 0; of.n && i < s->count; i++) {
        if (is_below(s->lines[i].id, of)) {
            return copy_below(s, of, id, l->path);
        }
    }
    ans_jnode n = member_of(s, l, "contentReference", &doc);
    ans_str content = n == ANS_JNONE ? ANS_STR_NONE : ans_json_string(&s->own, doc, n);
    ptrdiff_t hash = ans_str_find(content, '#');
    if (hash >= 0) {
        return copy_below(s, ans_str_from(content, (size_t)hash + 1), id, l->path);
    }
    return unfold_type(s, (uint32_t)(l - s->lines));
}

/* ---- the differential ---- */

/* "Quantity" and "string" of valueQuantity and valueString. */
static ans_str type_in(snapshot *s, ans_str written)
{
    char *p = ans_arena_dup(s->own.arena, written).p ? ans_arena_alloc(s->own.arena, written.n) : NULL;
    if (!p || ans_fhir_type_named(written)) {
        return p ? written : ANS_STR_NONE;
    }
    memcpy(p, written.p, written.n);
    p[0] = (char)(p[0] >= 'A' && p[0] <= 'Z' ? p[0] - 'A' + 'a' : p[0]);
    ans_str small = {p, written.n};
    return ans_fhir_type_named(small) ? small : ANS_STR_NONE;
}

/* "valueQuantity" below a parent that has "value[x]": the slice by type "value[x]:valueQuantity". NULL: no choice goes by that name. */
static const line *choice_named(snapshot *s, ans_str parent, ans_str name, ans_str *out_type)
{
    for (uint32_t i = 0; i < s->count; i++) {
        ans_str id = s->lines[i].id, last = is_below(id, parent) ? ans_str_from(id, parent.n + 1) : ANS_STR_NONE;
        bool is_choice = last.n > 3 && ans_str_find(last, '.') < 0 && ans_str_is(ans_str_from(last, last.n - 3), "[x]");
        ans_str stem = ans_str_head(last, is_choice ? last.n - 3 : 0);
        if (is_choice && name.n > stem.n && ans_str_starts(name, stem)) {
            *out_type = type_in(s, ans_str_from(name, stem.n));
            if (out_type->n) {
                return &s->lines[i];
            }
        }
    }
    return NULL;
}

static bool is_sliced(const snapshot *s, const line *l)
{
    const ans_json *doc;
    bool is_extension = ans_str_is(last_of(l->path), "extension") || ans_str_is(last_of(l->path), "modifierExtension");
    bool is_choice = l->path.n > 3 && ans_str_is(ans_str_from(l->path, l->path.n - 3), "[x]");
    return is_extension || is_choice || l->slice.n || member_of(s, l, "slicing", &doc) != ANS_JNONE;
}

/* A slice's name on an element that nobody slices is only a name: the element and what is below it are called so. */
static void rename_line(snapshot *s, ans_str of, ans_str id, ans_str slice)
{
    for (uint32_t i = 0; i < s->count; i++) {
        line *l = &s->lines[i];
        l->slice = ans_str_eq(l->id, of) ? slice : l->slice;
        l->id = ans_str_eq(l->id, of) ? id : is_below(l->id, of) ? joined(s, id, "", ans_str_from(l->id, of.n)) : l->id;
    }
}

/* A slice of what is at an id: behind it, what is below it, and its earlier slices. only_type: it was written in short, and so were
 * all slices of that choice, which has no other types then. */
static ans_err add_slice(snapshot *s, ans_str of, ans_str id, ans_str slice, ans_str only_type)
{
    line *from = find(s, of), copy;
    uint32_t at = (uint32_t)(from - s->lines) + 1;
    if (!is_sliced(s, from)) {
        rename_line(s, of, id, slice);
        return ANS_OK;
    }
    from->is_sliced_here = true;
    if (only_type.n && from->over == ANS_JNONE) {
        from->types_in_short = from->types_in_short.n ? joined(s, from->types_in_short, " ", only_type) : only_type;
    }
    while (at < s->count && is_of(s->lines[at].id, of)) {
        at++;
    }
    ans_err err = copy_of(s, from, &copy);
    copy.id = id;
    copy.slice = slice;
    copy.types_in_short = only_type;
    copy.over = ANS_JNONE;
    copy.is_copied_slice = true;
    copy.is_sliced_here = false;
    return err == ANS_OK ? insert(s, at, &copy, 1) : err;
}

static bool is_open(const snapshot *s, ans_str id)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (is_below(s->lines[i].id, id)) {
            return true;
        }
    }
    return false;
}

/* One step further down from a line that is there: to its slice or its child. *at becomes that line's id, empty: there is none such. */
static ans_err step(snapshot *s, ans_str *at, ans_str next)
{
    ans_str last = last_of(next), type;
    ptrdiff_t colon = ans_str_find(last, ':');
    ans_err err = ANS_OK;
    if (find(s, next)) {
        *at = next;
        return ANS_OK;
    }
    if (colon >= 0) {
        err = add_slice(s, *at, next, ans_str_from(last, (size_t)colon + 1), ANS_STR_NONE);
    } else if (!is_open(s, *at)) {
        err = unfold(s, *at);
    }
    const line *choice = err == ANS_OK && !s->wrong && !find(s, next) ? choice_named(s, parent_of(next), last, &type) : NULL;
    if (choice) {
        next = joined(s, choice->id, ":", last);
        err = find(s, next) ? ANS_OK : add_slice(s, choice->id, next, last, type);
    }
    *at = err == ANS_OK && find(s, next) ? next : ANS_STR_NONE;
    return err;
}

/* The line of an id, made when it is not there yet, from the nearest line above it that is. */
static ans_err line_at(snapshot *s, ans_str id, line **out)
{
    ans_str missing[MOST_LEVELS * 2], at = id;
    uint32_t count = 0;
    ans_err err = ANS_OK;
    for (; at.n && !find(s, at) && count < MOST_LEVELS * 2; at = sliced_of(at).n ? sliced_of(at) : parent_of(at)) {
        missing[count++] = at;
    }
    size_t known = at.n; /* of the id as it was asked for; the line itself may be called otherwise */
    while (err == ANS_OK && count-- > 0 && at.n) {
        err = step(s, &at, joined(s, at, "", ans_str_from(missing[count], known)));
        known = missing[count].n;
    }
    *out = err == ANS_OK && at.n && !s->wrong ? find(s, at) : NULL;
    return err == ANS_OK && !*out ? refuse(s, "speaks of an element that its base does not have", id) : err;
}

static ans_err lay_over(snapshot *s)
{
    ans_jnode list = elements_of(s->doc, "differential");
    trail t = {.depth = 0};
    ans_err err = ANS_OK;
    for (ans_jnode e = list == ANS_JNONE ? ANS_JNONE : ans_json_first(s->doc, list); err == ANS_OK && e != ANS_JNONE && !s->wrong;
         e = ans_json_next(s->doc, list, e)) {
        ans_str path = text(s, s->doc, e, "path"), slice = text(s, s->doc, e, "sliceName");
        line *l = NULL;
        if (!path.n || depth_of(path) >= MOST_LEVELS) {
            return refuse(s, "has an element without a path, or one too deep", path);
        }
        err = line_at(s, id_of(s, &t, s->doc, e, path, slice), &l);
        if (l && l->over != ANS_JNONE) {
            return refuse(s, "speaks of an element twice", l->id);
        }
        if (l) {
            l->over = e;
        }
    }
    return err;
}

/* ---- writing it ---- */

static bool is_told_by_line(ans_str key)
{
    return ans_str_is(key, "id") || ans_str_is(key, "path") || ans_str_is(key, "sliceName") || ans_str_is(key, "constraint");
}

static bool is_replaced(const snapshot *s, const line *l, ans_str key)
{
    if (l->is_copied_slice && (ans_str_is(key, "slicing") || ans_str_is(key, "min"))) {
        return true;
    }
    return (l->types_in_short.n && ans_str_is(key, "type")) || (l->over != ANS_JNONE && ans_json_get(s->doc, l->over, key) != ANS_JNONE);
}

static bool has_constraint(snapshot *s, ans_jnode list, ans_str key)
{
    for (ans_jnode c = list == ANS_JNONE ? ANS_JNONE : ans_json_first(s->doc, list); c != ANS_JNONE; c = ans_json_next(s->doc, list, c)) {
        if (ans_str_eq(text(s, s->doc, c, "key"), key)) {
            return true;
        }
    }
    return false;
}

/* Both are asked; one that the differential says anew takes the place of the base's. */
static void write_constraints(snapshot *s, const line *l, ans_jw *w)
{
    ans_jnode ours = l->over == ANS_JNONE ? ANS_JNONE : ans_json_get(s->doc, l->over, ANS_STR("constraint"));
    ans_jnode theirs = ans_json_get(l->doc, l->base, ANS_STR("constraint"));
    ours = ours != ANS_JNONE && ans_json_kind_of(s->doc, ours) == ANS_JSON_ARRAY ? ours : ANS_JNONE;
    theirs = theirs != ANS_JNONE && ans_json_kind_of(l->doc, theirs) == ANS_JSON_ARRAY ? theirs : ANS_JNONE;
    if (ours == ANS_JNONE && theirs == ANS_JNONE) {
        return;
    }
    ans_jw_key(w, ANS_STR("constraint"));
    ans_jw_begin(w, '[');
    for (ans_jnode c = theirs == ANS_JNONE ? ANS_JNONE : ans_json_first(l->doc, theirs); c != ANS_JNONE; c = ans_json_next(l->doc, theirs, c)) {
        if (!has_constraint(s, ours, text(s, l->doc, c, "key"))) {
            ans_jw_copy(w, l->doc, c);
        }
    }
    for (ans_jnode c = ours == ANS_JNONE ? ANS_JNONE : ans_json_first(s->doc, ours); c != ANS_JNONE; c = ans_json_next(s->doc, ours, c)) {
        ans_jw_copy(w, s->doc, c);
    }
    ans_jw_end(w, ']');
}

static void write_short_types(const snapshot *s, const line *l, ans_jw *w)
{
    ans_str rest = l->types_in_short, type;
    if (!rest.n || (l->over != ANS_JNONE && ans_json_get(s->doc, l->over, ANS_STR("type")) != ANS_JNONE)) {
        return;
    }
    ans_jw_key(w, ANS_STR("type"));
    ans_jw_begin(w, '[');
    for (bool more = true; more;) {
        more = ans_str_cut(&rest, ' ', &type);
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("code"), type);
        ans_jw_end(w, '}');
    }
    ans_jw_end(w, ']');
}

/* What a line says that neither of its sources does. */
static void write_own(const snapshot *s, const line *l, ans_jw *w)
{
    bool has_min = l->over != ANS_JNONE && ans_json_get(s->doc, l->over, ANS_STR("min")) != ANS_JNONE;
    bool has_slicing = ans_json_get(l->doc, l->base, ANS_STR("slicing")) != ANS_JNONE ||
                       (l->over != ANS_JNONE && ans_json_get(s->doc, l->over, ANS_STR("slicing")) != ANS_JNONE);
    ans_jw_kv(w, ANS_STR("id"), l->id);
    ans_jw_kv(w, ANS_STR("path"), l->path);
    if (l->slice.n) {
        ans_jw_kv(w, ANS_STR("sliceName"), l->slice);
    }
    if (l->is_copied_slice && !has_min) {
        ans_jw_key(w, ANS_STR("min"));
        ans_jw_int(w, 0);
    }
    write_short_types(s, l, w);
    if (l->is_sliced_here && !has_slicing) {
        bool is_choice = l->path.p[l->path.n - 1] == ']';
        ans_jw_key(w, ANS_STR("slicing"));
        ans_jw_raw(w, !is_choice            ? ANS_STR("{\"discriminator\":[{\"type\":\"value\",\"path\":\"url\"}],\"rules\":\"open\"}")
                      : l->types_in_short.n ? ANS_STR("{\"discriminator\":[{\"type\":\"type\",\"path\":\"$this\"}],\"rules\":\"closed\"}")
                                            : ANS_STR("{\"discriminator\":[{\"type\":\"type\",\"path\":\"$this\"}],\"rules\":\"open\"}"));
    }
}

static void write_line(snapshot *s, const line *l, ans_jw *w)
{
    ans_jw_begin(w, '{');
    write_own(s, l, w);
    ANS_JSON_EACH(l->doc, l->base, m) {
        ans_str key = ans_json_key(l->doc, m);
        if (!is_told_by_line(key) && !is_replaced(s, l, key)) {
            ans_jw_key(w, key);
            ans_jw_copy(w, l->doc, m);
        }
    }
    for (ans_jnode m = l->over == ANS_JNONE ? ANS_JNONE : ans_json_first(s->doc, l->over); m != ANS_JNONE; m = ans_json_next(s->doc, l->over, m)) {
        ans_str key = ans_json_key(s->doc, m);
        if (!is_told_by_line(key)) {
            ans_jw_key(w, key);
            ans_jw_copy(w, s->doc, m);
        }
    }
    write_constraints(s, l, w);
    ans_jw_end(w, '}');
}

/* The definition whole, its differential left out: what is made of it needs the snapshot alone. */
static ans_err write_document(snapshot *s, ans_json *out)
{
    ans_buf b;
    ans_jw w;
    ans_str written;
    ans_buf_init_arena(&b, s->own.arena, MOST_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ANS_JSON_EACH(s->doc, 0, m) {
        ans_str key = ans_json_key(s->doc, m);
        if (!ans_str_is(key, "snapshot") && !ans_str_is(key, "differential") && !ans_str_is(key, "text")) {
            ans_jw_key(&w, key);
            ans_jw_copy(&w, s->doc, m);
        }
    }
    ans_jw_key(&w, ANS_STR("snapshot"));
    ans_jw_begin(&w, '{');
    ans_jw_key(&w, ANS_STR("element"));
    ans_jw_begin(&w, '[');
    for (uint32_t i = 0; i < s->count; i++) {
        write_line(s, &s->lines[i], &w);
    }
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    ans_jw_end(&w, '}');
    ans_err err = ans_buf_finish(&b, &written);
    return err == ANS_OK ? ans_issue_pass(s->cx, &s->own, ans_json_parse(&s->own, written, NULL, out)) : no_memory(s);
}

/* ---- the whole ---- */

static ans_err make(snapshot *s, ans_json *out)
{
    ans_type structure = ans_fhir_type_named(ANS_STR("StructureDefinition"));
    ans_str url = text(s, s->doc, 0, "baseDefinition");
    const ans_def *base = url.n ? ans_defs_find(s->view, structure, url) : NULL;
    const ans_json *doc;
    s->leans = !base; /* it may come */
    if (!base) {
        return refuse(s, "is derived from what is not known here", url);
    }
    ans_err err = document_with_snapshot(s, base, &doc);
    if (err != ANS_OK || s->wrong) {
        return err;
    }
    ans_jnode list = elements_of(doc, "snapshot");
    ans_str root = list != ANS_JNONE && ans_json_count(doc, list) ? text(s, doc, ans_json_first(doc, list), "path") : ANS_STR_NONE;
    err = read_lines(s, doc, root, root, &s->lines, &s->count);
    s->cap = s->count;
    err = err == ANS_OK && !s->wrong ? lay_over(s) : err;
    return err == ANS_OK && !s->wrong ? write_document(s, out) : err;
}

static ans_err document_with_snapshot(snapshot *s, const ans_def *def, const ans_json **out)
{
    const ans_json *doc;
    ans_err err = ans_def_doc(s->cx, s->view, def, &doc);
    s->leans = s->leans || !def->is_core;
    *out = doc;
    if (err != ANS_OK || elements_of(doc, "snapshot") != ANS_JNONE) {
        return err;
    }
    if (s->level == MOST_BASES) {
        return refuse(s, "is derived through too many others", def->url);
    }
    ans_json *made = ANS_NEW(s->own.arena, ans_json);
    snapshot inner = {.cx = s->cx, .own = s->own, .view = s->view, .doc = doc, .level = s->level + 1, .left = s->left};
    err = made ? make(&inner, made) : no_memory(s);
    s->leans = s->leans || inner.leans;
    *out = made;
    return err == ANS_OK && inner.wrong ? refuse(s, inner.wrong, inner.wrong_at) : err;
}

ans_err ans_valid_snapshot(ans_cx *cx, const ans_defs_view *view, const ans_json *doc, ans_arena *arena, ans_valid_made *out)
{
    uint32_t left = MOST_MADE;
    snapshot s = {.cx = cx, .own = {.arena = arena}, .view = view, .doc = doc, .left = &left};
    *out = (ans_valid_made){.doc = doc};
    if (elements_of(doc, "snapshot") != ANS_JNONE || elements_of(doc, "differential") == ANS_JNONE) {
        return ANS_OK;
    }
    ans_json *made = ANS_NEW(arena, ans_json);
    ans_err err = made ? make(&s, made) : no_memory(&s);
    if (err == ANS_OK && s.wrong) {
        out->why = s.wrong_at.n ? ans_arena_fmt(arena, "%s (%.*s)", s.wrong, ANS_FMT(s.wrong_at)) : ans_str_of(s.wrong);
    } else if (err == ANS_OK) {
        out->doc = made;
    }
    out->leans = s.leans;
    return err;
}
