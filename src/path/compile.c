/* From the parsed tree to one that runs fast: names are looked up once. Types flow from the context
 * through the steps as far as they are known; where they are, a member step carries its members,
 * and the evaluator goes straight to them when the item at hand is of that type. Where they are
 * not, it looks them up then: the types here never change what a path means, except in the strict
 * check, which refuses names the known type does not have.
 *
 * Three shapes that search parameters are full of become shorter: a chain in brackets at a head is
 * spliced in, a choice followed by ofType keeps only the fitting members, where(resolve() is T) is
 * one step. */
#include "path/path_int.h"

typedef struct compiler {
    ans_cx *cx;
    ans_arena *arena;
    ans_type context;
    bool strict, is_form;
} compiler;

/* What is known of a collection before it exists. */
typedef struct known {
    ans_type type; /* of every item; 0: not known */
    bool unordered;
} known;

static ans_err compile_expr(compiler *c, pexpr *e, ans_type self, known *out);

/* ---- type names ---- */

static uint8_t system_type(ans_str name)
{
    static const struct {
        const char *name;
        uint8_t kind;
    } types[] = {
        {"Boolean", ANS_ITEM_BOOLEAN},
        {"Integer", ANS_ITEM_INTEGER},
        {"Long", ANS_ITEM_INTEGER},
        {"Decimal", ANS_ITEM_DECIMAL},
        {"String", ANS_ITEM_STRING},
        {"Date", ANS_ITEM_DATE},
        {"DateTime", ANS_ITEM_DATETIME},
        {"Time", ANS_ITEM_TIME},
        {"Quantity", ANS_ITEM_QUANTITY},
        {"Any", PSYSTEM_ANY},
        {"SimpleTypeInfo", ANS_ITEM_TYPEINFO},
        {"ClassInfo", ANS_ITEM_TYPEINFO},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (ans_str_is(name, types[i].name)) {
            return types[i].kind;
        }
    }
    return PSYSTEM_NONE;
}

static ans_err find_type(compiler *c, pstep *s)
{
    ans_str name = s->name, space = ANS_STR_NONE;
    if (ans_str_starts(name, ANS_STR("System.")) || ans_str_starts(name, ANS_STR("FHIR."))) {
        (void)ans_str_cut(&name, '.', &space);
    }
    ans_type fhir = ans_fhir_type_named(name);
    uint8_t system = system_type(name);
    if (fhir == 0 && system == PSYSTEM_NONE) {
        return ans_path_syntax(c->cx, s->pos, "no type has the name %.*s", ANS_FMT(s->name));
    }
    s->type.fhir = ans_str_is(space, "System") ? 0 : fhir;
    s->type.system = ans_str_is(space, "FHIR") ? PSYSTEM_NONE : system;
    return ANS_OK;
}

/* Items of an abstract type (or of none that is known) have elements of their own. */
static bool may_be_more(ans_type t)
{
    return t == 0 || ans_fhir_types[t].is_abstract;
}

/* ---- heads ---- */

static ans_err constant(compiler *c, pstep *s, ans_str text)
{
    ans_item *value = ANS_NEW(c->arena, ans_item);
    if (!value || !text.p) {
        return ans_arena_err(c->arena);
    }
    value->kind = ANS_ITEM_STRING;
    value->text = text;
    s->var = PVAR_CONSTANT;
    s->value = value;
    return ANS_OK;
}

static ans_err variable(compiler *c, pstep *s, known *out)
{
    static const struct {
        const char *name, *value;
    } constants[] = {{"ucum", "http://unitsofmeasure.org"},
                     {"sct", "http://snomed.info/sct"},
                     {"loinc", "http://loinc.org"}};
    ans_str name = s->name;
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        if (ans_str_is(name, constants[i].name)) {
            return constant(c, s, ans_str_of(constants[i].value));
        }
    }
    if (ans_str_starts(name, ANS_STR("vs-"))) {
        return constant(c, s,
                        ans_path_concat(c->arena, ANS_STR("http://hl7.org/fhir/ValueSet/"),
                                        ans_str_from(name, 3)));
    }
    if (ans_str_starts(name, ANS_STR("ext-"))) {
        return constant(c, s,
                        ans_path_concat(c->arena,
                                        ANS_STR("http://hl7.org/fhir/StructureDefinition/"),
                                        ans_str_from(name, 4)));
    }
    if (ans_str_is(name, "context")) {
        s->var = PVAR_CONTEXT;
        out->type = c->context;
    } else if (ans_str_is(name, "resource")) {
        s->var = PVAR_RESOURCE;
    } else if (ans_str_is(name, "rootResource")) {
        s->var = PVAR_ROOT_RESOURCE;
    }
    return ANS_OK;
}

/* Element names begin with small letters, all types that may begin a path with capitals. */
static ans_err root(compiler *c, pstep *s, ans_type self, known *out)
{
    bool capital = s->name.n > 0 && s->name.p[0] >= 'A' && s->name.p[0] <= 'Z';
    ans_type type = capital ? ans_fhir_type_named(s->name) : 0;
    if (!type) {
        return ANS_OK;
    }
    if (c->strict && !may_be_more(self) && !ans_fhir_is_a(self, type)) {
        return ans_path_syntax(c->cx, s->pos, "the path begins with %.*s, the context is %s",
                               ANS_FMT(s->name), ans_fhir_types[self].name);
    }
    s->kind = PSTEP_ROOT;
    s->type.fhir = type;
    out->type = ans_fhir_is_a(self, type) ? self : type;
    return ANS_OK;
}

/* ---- members ---- */

static ans_err member(compiler *c, pstep *s, known *k)
{
    ans_type of = k->type;
    ans_err err = ans_path_members_of(c->arena, of, s->name, &s->members, &s->member_count);
    if (err) {
        return err;
    }
    if (c->is_form && s->member_count == 0 && of) {
        err = ans_path_choice_named(c->arena, of, s->name, &s->members, &s->member_count);
    }
    if (c->strict && s->member_count == 0 && !may_be_more(of)) {
        return ans_path_syntax(c->cx, s->pos, "%s has no element %.*s", ans_fhir_types[of].name,
                               ANS_FMT(s->name));
    }
    s->of = of;
    k->type = s->member_count == 1 ? s->members[0]->type : 0;
    if (k->type && ans_fhir_types[k->type].is_abstract) {
        k->type = 0; /* contained, Bundle.entry.resource: each item has its own */
    }
    return err;
}

/* value followed by ofType(Quantity): of its members only valueQuantity is looked for. The type
 * step stays: it costs little, and items that are not of the type foreseen still meet it. */
static ans_err narrow(compiler *c, pstep *s, const pstep *type)
{
    const ans_fhir_member **kept = ANS_NEW_N(c->arena, const ans_fhir_member *, s->member_count);
    uint16_t count = 0;
    if (!kept) {
        return ans_arena_err(c->arena);
    }
    for (unsigned i = 0; i < s->member_count; i++) {
        ans_item item = {.kind = ANS_ITEM_NODE, .type = s->members[i]->type};
        if (ans_path_is_exactly(&item, type->type)) {
            kept[count++] = s->members[i];
        }
    }
    s->members = kept;
    s->member_count = count;
    return ANS_OK;
}

/* ---- calls ---- */

static bool is_call(const pstep *s, const char *name)
{
    return s->kind == PSTEP_CALL && ans_str_is(s->name, name);
}

/* where(resolve() is T) or where($this.resolve() is T) */
static bool is_where_resolves(const pstep *s)
{
    if (!is_call(s, "where") || s->arg_count != 1 || s->args[0]->kind != PEXPR_CHAIN) {
        return false;
    }
    const pexpr *arg = s->args[0];
    const pstep *first = arg->steps;
    unsigned count = arg->count;
    if (count == 3 && first->kind == PSTEP_THIS) {
        first++;
        count--;
    }
    return count == 2 && is_call(first, "resolve") && first->arg_count == 0 &&
           first[1].kind == PSTEP_IS;
}

static ans_err check_arity(compiler *c, const pstep *s)
{
    const pfunc *f = s->fn;
    if (s->arg_count >= f->min_args && s->arg_count <= f->max_args) {
        return ANS_OK;
    }
    return ans_path_syntax(c->cx, s->pos, "%s() takes %u to %u arguments, not %u", f->name,
                           f->min_args, f->max_args, s->arg_count);
}

static ans_err literal_regex(compiler *c, pstep *s)
{
    const pexpr *arg = s->args[0];
    if (s->arg_count > s->fn->min_args || arg->kind != PEXPR_CHAIN || arg->count != 1 ||
        arg->steps[0].kind != PSTEP_LITERAL || arg->steps[0].value->kind != ANS_ITEM_STRING) {
        return ANS_OK;
    }
    return ans_path_regex_compile(c->cx, c->arena, arg->steps[0].value->text, ANS_STR_NONE,
                                  &s->regex);
}

/* The type an argument is evaluated on. */
static ans_type arg_self(const pstep *s, unsigned i, ans_type input, ans_type self)
{
    unsigned flags = s->fn->flags;
    if (flags & PFN_KEYS) {
        return input;
    }
    if (flags & PFN_LAMBDA && i == 0) {
        return flags & PFN_DYNAMIC ? 0 : input;
    }
    return flags & PFN_COLLECTION && i + 1u == s->arg_count ? input : self;
}

static ans_err call(compiler *c, pstep *s, ans_type self, known *k)
{
    known arg = {0}, input = *k;
    s->fn = ans_path_func_named(s->name);
    if (!s->fn) {
        return ans_path_syntax(c->cx, s->pos, "there is no function %.*s()", ANS_FMT(s->name));
    }
    ans_err err = check_arity(c, s);
    if (!err && c->strict && s->fn->flags & PFN_ORDERED && input.unordered) {
        err = ans_path_syntax(c->cx, s->pos, "%s() on a collection without order", s->fn->name);
    }
    bool is_type_arg = is_call(s, "getReferenceKey");
    for (unsigned i = 0; !err && i < s->arg_count && !is_type_arg; i++) {
        err = compile_expr(c, s->args[i], arg_self(s, i, input.type, self), &arg);
    }
    if (!err && s->fn->flags & PFN_REGEX) {
        err = literal_regex(c, s);
    }
    if (!(s->fn->flags & PFN_SAME)) {
        k->type = is_call(s, "select") ? arg.type : 0;
    }
    if (is_call(s, "extension")) {
        k->type = ans_fhir_type_named(ANS_STR("Extension"));
    }
    k->unordered = (s->fn->flags & PFN_UNORDERED) || (s->fn->flags & PFN_SAME && input.unordered);
    return err;
}

/* ---- chains ---- */

static bool defines(const pexpr *e)
{
    for (unsigned i = 0; i < e->count; i++) {
        if (is_call(&e->steps[i], "defineVariable")) {
            return true;
        }
    }
    return false;
}

/* (a.b).c is a.b.c, unless a variable would leave its brackets. */
static ans_err splice(compiler *c, pexpr *e)
{
    while (e->steps[0].kind == PSTEP_PAREN && e->steps[0].args[0]->kind == PEXPR_CHAIN) {
        const pexpr *inner = e->steps[0].args[0];
        unsigned count = inner->count + e->count - 1u;
        if (defines(inner) || count > UINT16_MAX) {
            return ANS_OK;
        }
        if (e->count == 1) {
            e->steps = inner->steps;
            e->count = inner->count;
            continue;
        }
        pstep *steps = ANS_NEW_N(c->arena, pstep, count);
        if (!steps) {
            return ans_arena_err(c->arena);
        }
        memcpy(steps, inner->steps, inner->count * sizeof *steps);
        memcpy(steps + inner->count, e->steps + 1, (e->count - 1u) * sizeof *steps);
        e->steps = steps;
        e->count = (uint16_t)count;
    }
    return ANS_OK;
}

static ans_err type_step(compiler *c, pstep *s, known *k)
{
    ans_err err = find_type(c, s);
    if (s->kind == PSTEP_IS) {
        k->type = 0;
    } else if (!err && !ans_fhir_is_a(k->type, s->type.fhir)) {
        k->type = may_be_more(s->type.fhir) ? 0 : s->type.fhir;
    }
    return err;
}

static ans_err compile_step(compiler *c, pstep *s, bool is_head, ans_type self, known *k)
{
    known arg;
    switch (s->kind) {
    case PSTEP_THIS:
        k->type = self;
        return ANS_OK;
    case PSTEP_VAR:
        return variable(c, s, k);
    case PSTEP_PAREN:
        return compile_expr(c, s->args[0], self, k);
    case PSTEP_MEMBER:
        if (is_head) {
            ans_err err = root(c, s, self, k);
            if (err || s->kind == PSTEP_ROOT) {
                return err;
            }
        }
        return member(c, s, k);
    case PSTEP_CALL:
        if (is_where_resolves(s)) {
            const pexpr *condition = s->args[0];
            s->kind = PSTEP_WHERE_RESOLVES;
            s->name = condition->steps[condition->count - 1].name;
            return find_type(c, s);
        }
        return call(c, s, self, k);
    case PSTEP_INDEX:
        if (c->strict && k->unordered) {
            return ans_path_syntax(c->cx, s->pos, "an index into a collection without order");
        }
        return compile_expr(c, s->args[0], self, &arg);
    case PSTEP_IS:
    case PSTEP_AS:
    case PSTEP_OF_TYPE:
        return type_step(c, s, k);
    default:
        return ANS_OK;
    }
}

/* children() and descendants() mix types, so as() behind them can only mean to choose: R4's own
 * constraints (dom-3) use it so. Elsewhere as() takes one item. */
static void loosen(pstep *s, const pstep *before)
{
    if (s->kind == PSTEP_AS && before->kind == PSTEP_CALL && before->fn->flags & PFN_UNORDERED) {
        s->kind = PSTEP_OF_TYPE;
    }
}

static ans_err compile_chain(compiler *c, pexpr *e, ans_type self, known *out)
{
    known k = {0};
    ans_err err = splice(c, e);
    if (!err && e->steps[0].kind > PSTEP_ROOT) {
        k.type = self; /* the head is $this, unsaid */
    }
    for (unsigned i = 0; !err && i < e->count; i++) {
        err = compile_step(c, &e->steps[i], i == 0, self, &k);
        if (!err && i > 0) {
            loosen(&e->steps[i], &e->steps[i - 1]);
        }
        if (!err && i > 0 && e->steps[i - 1].kind == PSTEP_MEMBER &&
            e->steps[i - 1].member_count > 1 &&
            (e->steps[i].kind == PSTEP_OF_TYPE || e->steps[i].kind == PSTEP_AS)) {
            err = narrow(c, &e->steps[i - 1], &e->steps[i]);
        }
    }
    *out = k;
    return err;
}

static ans_err compile_expr(compiler *c, pexpr *e, ans_type self, known *out)
{
    known each = {0};
    *out = (known){0};
    if (e->kind == PEXPR_CHAIN) {
        return compile_chain(c, e, self, out);
    }
    bool is_union = e->kind == PEXPR_BINARY && e->ops[0] == POP_UNION;
    for (unsigned i = 0; i < e->count; i++) {
        ans_err err = compile_expr(c, e->operands[i], self, &each);
        if (err) {
            return err;
        }
        if (is_union) {
            out->type = i == 0 || out->type == each.type ? each.type : 0;
        }
    }
    return ANS_OK;
}

static ans_err compile(ans_cx *cx, ans_arena *arena, ans_str text, ans_type context, bool strict,
                       bool is_form, const ans_path **out)
{
    compiler c = {cx, arena, context, strict, is_form};
    known k;
    pexpr *root_expr;
    if (text.n > PATH_MAX_TEXT_BYTES) {
        return ans_issue_add(cx, ANS_E_SYNTAX, ANS_STR_NONE,
                             "FHIRPath: expression longer than %zu bytes", PATH_MAX_TEXT_BYTES);
    }
    if (!ans_str_utf8(text)) {
        return ans_issue_add(cx, ANS_E_SYNTAX, ANS_STR_NONE, "FHIRPath: expression is no UTF-8");
    }
    ans_path *path = ANS_NEW(arena, ans_path);
    if (!path) {
        return ans_arena_err(arena);
    }
    path->context = context;
    path->is_form = is_form;
    path->text = ans_arena_dup(arena, text);
    if (!path->text.p) {
        return ans_arena_err(arena);
    }
    ans_err err = ans_path_parse(cx, arena, path->text, &root_expr);
    err = err ? err : compile_expr(&c, root_expr, context, &k);
    if (err) {
        return err;
    }
    path->root = root_expr;
    *out = path;
    return ANS_OK;
}

ans_err ans_path_compile(ans_cx *cx, ans_arena *arena, ans_str text, ans_type context,
                         const ans_path **out)
{
    return compile(cx, arena, text, context, false, false, out);
}

ans_err ans_path_compile_strict(ans_cx *cx, ans_arena *arena, ans_str text, ans_type context,
                                const ans_path **out)
{
    return compile(cx, arena, text, context, true, false, out);
}

ans_err ans_path_compile_form(ans_cx *cx, ans_arena *arena, ans_str text, ans_type context,
                              const ans_path **out)
{
    return compile(cx, arena, text, context, false, true, out);
}
