/* By definition: items that say which element of a resource they ask for (Questionnaire.item.definition) become that element.
 *
 * An item with an extraction context begins a resource. What is below it and has a definition within that type is put there: a question
 * gives the values of its answers, a group gives an element of its own for each of its instances, and what stands below the group goes
 * into that element. The tree is made first and then written, since the order of a form is not the order of a resource.
 * spec: http://hl7.org/fhir/uv/sdc/extraction.html#definition-based-extraction */
#include "form/extract_int.h"

enum { MOST_ELEMENTS = 20000, MOST_STEPS_DEEP = 12 };

typedef struct element element;
struct element {
    const ans_fhir_member *m; /* NULL: the resource */
    const ans_json *doc;      /* a value: what was answered; NULL: an object made of what is below */
    ans_jnode node;
    element *first, *next; /* below, in the order of the definition */
};

typedef struct defining {
    extracting *x;
    ans_type type;
    element top;
    uint32_t count;
} defining;

/* Where definitions go from: the resource, or the element of a group. */
typedef struct position {
    element *at;
    ans_str path; /* "Patient.contact" */
} position;

/* ---- names ---- */

/* "http://hl7.org/fhir/StructureDefinition/Patient#Patient.name.family" -> "Patient.name.family", if it is within the type. */
static ans_str path_of(const defining *d, ans_str definition)
{
    ptrdiff_t hash = ans_str_find(definition, '#');
    ans_str path = hash < 0 ? ANS_STR_NONE : ans_str_from(definition, (size_t)hash + 1), type = ans_fhir_type_name(d->type);
    bool fits = ans_str_starts(path, type) && path.n > type.n && path.p[type.n] == '.';
    return fits ? path : ANS_STR_NONE;
}

static ans_str bare_step(ans_str step)
{
    ptrdiff_t colon = ans_str_find(step, ':');
    step = colon < 0 ? step : ans_str_head(step, (size_t)colon);
    return step.n > 3 && memcmp(step.p + step.n - 3, "[x]", 3) == 0 ? ans_str_head(step, step.n - 3) : step;
}

/* Of a choice the member that a value can be: the best of those its JSON lets it be. */
static const ans_fhir_member *choose(ans_type of, const ans_fhir_member *any, const ans_json *doc, ans_jnode value)
{
    static const char *const texts[] = {"dateTime", "date", "string", "CodeableConcept", "uri", NULL}, *const plain[] = {"string", "markdown", "CodeableConcept", "uri", NULL};
    static const char *const numbers[] = {"integer", "decimal", "Quantity", "Age", NULL}, *const flags[] = {"boolean", NULL};
    static const char *const codes[] = {"CodeableConcept", "Coding", "code", NULL}, *const quantities[] = {"Quantity", "Age", NULL},
                             *const references[] = {"Reference", NULL};
    ans_json_kind kind = ans_json_kind_of(doc, value);
    ans_datetime when;
    const char *const *names = flags;
    if (kind == ANS_JSON_STRING) {
        names = ans_datetime_parse(ans_json_raw(doc, value), false, &when) ? texts : plain;
    } else if (kind == ANS_JSON_NUMBER) {
        names = numbers;
    } else if (kind == ANS_JSON_OBJECT) {
        names = ans_json_get(doc, value, ANS_STR("value")) != ANS_JNONE       ? quantities
                : ans_json_get(doc, value, ANS_STR("reference")) != ANS_JNONE ? references
                                                                              : codes;
    }
    const ans_fhir_type *t = &ans_fhir_types[of];
    for (; *names; names++) {
        for (uint16_t i = 0; i < t->member_count; i++) {
            if (t->members[i].order == any->order && strcmp(ans_fhir_types[t->members[i].type].name, *names) == 0) {
                return &t->members[i];
            }
        }
    }
    return NULL;
}

static const ans_fhir_member *member_for(ans_type of, ans_str step, const ans_json *doc, ans_jnode value)
{
    const ans_fhir_member *m = ans_fhir_member_of(of, step);
    if (m) {
        return m;
    }
    m = ans_fhir_element_of(of, step);
    return m && m->is_choice ? (doc ? choose(of, m, doc, value) : NULL) : m;
}

/* ---- the tree ---- */

/* A new element below another, behind those the definition has before it. */
static element *add_element(defining *d, element *below, const ans_fhir_member *m, const ans_json *doc, ans_jnode node)
{
    element **at = &below->first;
    element *e = d->count++ < MOST_ELEMENTS ? ANS_NEW(d->x->u.cx->arena, element) : NULL;
    if (!e) {
        return NULL;
    }
    while (*at && (*at)->m->order <= m->order) {
        if (!form_look(&d->x->u, 1)) {
            return NULL;
        }
        at = &(*at)->next;
    }
    *e = (element){.m = m, .doc = doc, .node = node, .next = *at};
    *at = e;
    return e;
}

/* The last element of this member, to be gone into. */
static element *open_element(defining *d, element *below, const ans_fhir_member *m)
{
    element *found = NULL;
    for (element *e = below->first; e && form_look(&d->x->u, 1); e = e->next) {
        found = e->m == m && !e->doc ? e : found;
    }
    return found ? found : add_element(d, below, m, NULL, ANS_JNONE);
}

static ans_err full(defining *d)
{
    return ans_arena_is_full(d->x->u.cx->arena)
               ? ans_cx_nomem(d->x->u.cx)
               : ans_issue_add(d->x->u.cx, ANS_E_COSTLY, ANS_STR("Questionnaire"), "more than 20000 elements in one resource");
}

static ans_err no_element(defining *d, uint32_t item)
{
    ans_issue_warn(d->x->u.cx, "processing", form_place(d->x->u.cx, d->x->u.form, item), "R4 has no element of this definition that takes the answer");
    return ANS_OK;
}

/* Put a value where a path leads; or, without one, begin an element there. */
static ans_err put(defining *d, uint32_t item, const position *from, ans_str path, const ans_json *doc, ans_jnode value, element **out)
{
    bool is_below = from->path.n < path.n && ans_str_starts(path, from->path) && path.p[from->path.n] == '.';
    element *at = is_below ? from->at : &d->top;
    ans_str rest = ans_str_from(path, is_below ? from->path.n + 1 : ans_fhir_type_name(d->type).n + 1), step;
    uint32_t steps = 0;
    for (bool more = true; more;) {
        more = ans_str_cut(&rest, '.', &step);
        ans_type of = at->m ? at->m->type : d->type;
        const ans_fhir_member *m = member_for(of, bare_step(step), more ? NULL : doc, value);
        if (!m || ++steps > MOST_STEPS_DEEP || (more && ans_fhir_types[m->type].kind == ANS_FHIR_PRIMITIVE)) {
            return no_element(d, item);
        }
        at = more ? open_element(d, at, m) : add_element(d, at, m, doc, value);
        if (!at) {
            return full(d);
        }
    }
    if (out) {
        *out = at;
    }
    return ANS_OK;
}

/* ---- what the form says ---- */

/* definitionExtractValue: a definition, and an expression or a fixed value. */
static ans_err put_stated(defining *d, const scope *s, const position *from)
{
    const ans_form *f = d->x->u.form;
    ans_jnode element_node = f->items[s->item].node;
    ans_err err = ANS_OK;
    for (ans_jnode n = form_extension(f->doc, element_node, SDC_URL "definitionExtractValue", ANS_JNONE); err == ANS_OK && n != ANS_JNONE;
         n = form_extension(f->doc, element_node, SDC_URL "definitionExtractValue", n)) {
        ans_str key;
        ans_jnode named = form_extension(f->doc, n, "definition", ANS_JNONE), fixed = form_extension(f->doc, n, "fixed-value", ANS_JNONE);
        ans_str path = path_of(d, ans_json_get_string(d->x->u.cx, f->doc, named, ANS_STR("valueUri")));
        ans_jnode value = form_value_of(f->doc, fixed, &key);
        ans_items items = {0};
        if (path.n && value != ANS_JNONE) {
            err = put(d, s->item, from, path, f->doc, value, NULL);
        } else if (path.n) {
            err = form_evaluate_part(d->x, s, n, "expression", &items);
        }
        for (uint32_t i = 0; err == ANS_OK && i < items.count; i++) {
            const ans_json *doc;
            ans_jnode node;
            err = form_node_of(d->x, &items.at[i], &doc, &node);
            err = err == ANS_OK && node != ANS_JNONE ? put(d, s->item, from, path, doc, node, NULL) : err;
        }
    }
    return err;
}

static ans_err put_answers(defining *d, uint32_t item, ans_jnode node, const position *from, ans_str path)
{
    const ans_json *doc = d->x->u.response.doc;
    ans_jnode answers = form_list(doc, node, "answer");
    ans_err err = ANS_OK;
    for (ans_jnode a = answers == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, answers); err == ANS_OK && a != ANS_JNONE;
         a = ans_json_next(doc, answers, a)) {
        ans_str key;
        ans_jnode value = form_value_of(doc, a, &key);
        err = value == ANS_JNONE ? ANS_OK : put(d, item, from, path, doc, value, NULL);
    }
    return err;
}

/* An item of the response and those below it. As deep as the form. */
static ans_err gather(defining *d, const scope *up, uint32_t at, const position *from, bool is_first)
{
    const laid *r = &d->x->u.response;
    const ans_form *f = d->x->u.form;
    uint32_t item = r->at[at].item;
    scope s;
    bool is_enabled = false;
    position here = *from;
    if (item == NO_ITEM || (!is_first && form_extracted_type(d->x, item).n)) {
        return ANS_OK; /* not of the form, or a resource of its own */
    }
    ans_err err = form_enter(&d->x->u, up, item, at, r->at[at].node, &s);
    err = err == ANS_OK ? form_is_enabled(&d->x->u, &s, &is_enabled) : err;
    if (err != ANS_OK || !is_enabled) {
        return err;
    }
    ans_str path = item == 0 ? ANS_STR_NONE : path_of(d, ans_json_get_string(d->x->u.cx, f->doc, f->items[item].node, ANS_STR("definition")));
    if (path.n && f->items[item].type == ITEM_GROUP) {
        element *e = NULL;
        err = put(d, item, from, path, NULL, ANS_JNONE, &e);
        here = e ? (position){e, path} : here;
    } else if (path.n) {
        err = put_answers(d, item, r->at[at].node, from, path);
    }
    err = err == ANS_OK ? put_stated(d, &s, &here) : err;
    for (uint32_t i = at + 1; err == ANS_OK && i < r->at[at].end; i = r->at[i].end) {
        err = gather(d, &s, i, &here, false);
    }
    return err;
}

/* ---- writing ---- */

static bool is_type(ans_type t, const char *name)
{
    return strcmp(ans_fhir_types[t].name, name) == 0;
}

static void write_around(ans_jw *w, const char *key, bool in_list, const ans_json *doc, ans_jnode n)
{
    ans_jw_begin(w, '{');
    ans_jw_key(w, ans_str_of(key));
    if (in_list) {
        ans_jw_begin(w, '[');
    }
    form_put(w, doc, n);
    if (in_list) {
        ans_jw_end(w, ']');
    }
    ans_jw_end(w, '}');
}

/* A text where an object is due goes where people read it. */
static const char *text_member(ans_type t)
{
    static const struct {
        const char *type, *key;
    } members[] = {{"CodeableConcept", "text"}, {"Annotation", "text"}, {"HumanName", "text"}, {"Address", "text"},
                   {"Identifier", "value"},     {"ContactPoint", "value"}, {"Reference", "reference"}, {"Coding", "display"}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (is_type(t, members[i].type)) {
            return members[i].key;
        }
    }
    return NULL;
}

/* The value as its element wants it. False: it cannot be that. */
static bool write_leaf(defining *d, const element *e)
{
    ans_jw *w = &d->x->w;
    ans_json_kind kind = ans_json_kind_of(e->doc, e->node);
    ans_type t = e->m->type;
    bool is_primitive = ans_fhir_types[t].kind == ANS_FHIR_PRIMITIVE;
    if (kind == ANS_JSON_OBJECT && is_primitive) {
        ans_jnode n = ans_json_get(e->doc, e->node, is_type(t, "string") ? ANS_STR("display") : is_type(t, "decimal") ? ANS_STR("value") : ANS_STR("code"));
        if (n != ANS_JNONE) {
            form_put(w, e->doc, n);
        }
        return n != ANS_JNONE;
    }
    bool is_coding = kind == ANS_JSON_OBJECT && ans_json_get(e->doc, e->node, ANS_STR("coding")) == ANS_JNONE &&
                     (ans_json_get(e->doc, e->node, ANS_STR("code")) != ANS_JNONE || ans_json_get(e->doc, e->node, ANS_STR("display")) != ANS_JNONE);
    if (is_coding && is_type(t, "CodeableConcept")) {
        write_around(w, "coding", true, e->doc, e->node);
        return true;
    }
    if (kind == ANS_JSON_STRING && is_type(t, "date")) {
        ans_jw_str(w, ans_str_head(ans_json_raw(e->doc, e->node), 10));
        return true;
    }
    if (kind == ANS_JSON_STRING && !is_primitive) {
        const char *key = text_member(t);
        if (key) {
            write_around(w, key, false, e->doc, e->node);
        }
        return key != NULL;
    }
    if (kind == ANS_JSON_NUMBER && !is_primitive) {
        write_around(w, "value", false, e->doc, e->node);
        return true;
    }
    form_put(w, e->doc, e->node);
    return true;
}

static bool write_object(defining *d, const element *e);

static bool write_element(defining *d, const element *e)
{
    form_mark m = form_mark_here(&d->x->w);
    bool done = e->doc ? write_leaf(d, e) : write_object(d, e);
    if (!done) {
        form_take_back(&d->x->w, m);
    }
    return done;
}

/* The members of an object; those of one name stand together. As deep as MOST_STEPS_DEEP and the form. */
static bool write_members(defining *d, const element *e)
{
    ans_jw *w = &d->x->w;
    bool any = false;
    for (const element *c = e->first; c;) {
        const ans_fhir_member *m = c->m;
        form_mark mark = form_mark_here(w);
        bool one = false;
        ans_jw_key(w, (ans_str){m->key, m->key_len});
        if (m->is_array) {
            ans_jw_begin(w, '[');
        }
        for (; c && c->m == m; c = c->next) {
            one = (!one || m->is_array) ? write_element(d, c) || one : one; /* of several for one place the first */
        }
        if (m->is_array) {
            ans_jw_end(w, ']');
        }
        if (!one) {
            form_take_back(w, mark);
        }
        any = any || one;
    }
    return any;
}

static bool write_object(defining *d, const element *e)
{
    ans_jw_begin(&d->x->w, '{');
    bool any = write_members(d, e);
    ans_jw_end(&d->x->w, '}');
    return any;
}

static ans_str stated_id(const defining *d)
{
    for (const element *e = d->top.first; e; e = e->next) {
        if (strcmp(e->m->key, "id") == 0 && e->doc && ans_json_kind_of(e->doc, e->node) == ANS_JSON_STRING) {
            return ans_json_raw(e->doc, e->node);
        }
    }
    return ANS_STR_NONE;
}

/* ---- contexts ---- */

/* The type that an item's extraction context begins: a code, the type of a query, or the definition named; empty: none. */
ans_str form_extracted_type(extracting *x, uint32_t item)
{
    const ans_form *f = x->u.form;
    ans_cx *cx = x->u.cx;
    ans_jnode node = f->items[item].node;
    ans_jnode old = form_look_extension(&x->u, f->doc, node, SDC_URL "itemExtractionContext", ANS_JNONE);
    ans_jnode now = form_look_extension(&x->u, f->doc, node, SDC_URL "definitionExtract", ANS_JNONE);
    ans_str name = ans_json_get_string(cx, f->doc, old, ANS_STR("valueCode"));
    if (old != ANS_JNONE && !name.n) {
        ans_str query = ans_json_get_string(cx, f->doc, ans_json_get(f->doc, old, ANS_STR("valueExpression")), ANS_STR("expression"));
        (void)ans_str_cut(&query, '?', &name);
    }
    if (now != ANS_JNONE) {
        ans_jnode part = form_extension(f->doc, now, "definition", ANS_JNONE);
        ans_str url = ans_json_get_string(cx, f->doc, part, ANS_STR("valueCanonical"));
        ptrdiff_t slash = ans_str_rfind(url, '/');
        name = slash < 0 ? ANS_STR_NONE : ans_str_from(url, (size_t)slash + 1);
    }
    return ans_fhir_is_resource(ans_fhir_type_named(name)) ? name : ANS_STR_NONE;
}

ans_err form_apply_definitions(extracting *x, const scope *up, uint32_t at)
{
    uint32_t item = x->u.response.at[at].item;
    ans_str name = form_extracted_type(x, item);
    defining d = {.x = x, .type = ans_fhir_type_named(name)};
    if (!name.n) {
        return ANS_OK;
    }
    position top = {&d.top, ans_fhir_type_name(d.type)};
    ans_err err = gather(&d, up, at, &top, true);
    if (err != ANS_OK) {
        return err;
    }
    ans_str id = stated_id(&d);
    form_mark m = form_mark_here(&x->w);
    form_begin_entry(x, ANS_STR_NONE);
    ans_jw_begin(&x->w, '{');
    ans_jw_kv(&x->w, ANS_STR("resourceType"), name);
    bool any = write_members(&d, &d.top);
    ans_jw_end(&x->w, '}');
    form_end_entry(x, name, ans_id_is_valid(id) ? id : ANS_STR_NONE);
    if (!any) {
        form_take_back(&x->w, m);
    }
    return ANS_OK;
}
