/* From tokens to the tree of chains and runs. Operators are read by climbing precedence; all
 * operands of one level that follow each other become one flat run, all steps behind a head one
 * flat chain, so depth comes only from brackets. spec: http://hl7.org/fhirpath/N1/grammar.html,
 * #operator-precedence */
#include "path/path_int.h"

typedef struct parser {
    plex lx;
    unsigned nesting;
} parser;

/* A list that grows in the arena; what it leaves behind there is small. */
typedef struct list {
    void *at;
    uint32_t count, cap;
} list;

static ans_err list_add(parser *ps, list *l, const void *item, size_t size)
{
    if (l->count == UINT16_MAX) {
        return ans_path_syntax(ps->lx.cx, ps->lx.tok.pos, "more than %u parts in a row",
                               UINT16_MAX);
    }
    if (l->count == l->cap) {
        uint32_t cap = l->cap ? l->cap * 2 : 4;
        void *at = ans_arena_alloc(ps->lx.arena, cap * size);
        if (!at) {
            return ans_arena_err(ps->lx.arena);
        }
        if (l->count) {
            memcpy(at, l->at, l->count * size);
        }
        l->at = at;
        l->cap = cap;
    }
    memcpy((char *)l->at + l->count * size, item, size);
    l->count++;
    return ANS_OK;
}

static ans_err parse_level(parser *ps, int level, pexpr **out);

static ans_err next(parser *ps)
{
    return ans_path_lex_next(&ps->lx);
}

static bool at_symbol(const parser *ps, char c)
{
    return ps->lx.tok.kind == PTOK_SYMBOL && ps->lx.tok.symbol == c;
}

static bool at_word(const parser *ps, const char *w)
{
    return ps->lx.tok.kind == PTOK_WORD && ans_str_is(ps->lx.tok.text, w);
}

static ans_err expected(parser *ps, const char *what)
{
    const ptok *t = &ps->lx.tok;
    if (t->kind == PTOK_END) {
        return ans_path_syntax(ps->lx.cx, t->pos, "%s expected, the expression ends here", what);
    }
    return ans_path_syntax(ps->lx.cx, t->pos, "%s expected", what);
}

static ans_err take_symbol(parser *ps, char c)
{
    char what[] = "' '";
    what[1] = c;
    return at_symbol(ps, c) ? next(ps) : expected(ps, what);
}

static pexpr *new_expr(parser *ps, pexpr_kind kind, uint32_t pos)
{
    pexpr *e = ANS_NEW(ps->lx.arena, pexpr);
    if (e) {
        e->kind = (uint8_t)kind;
        e->pos = pos;
    }
    return e;
}

static ans_err nested(parser *ps, pexpr **out)
{
    if (++ps->nesting > PATH_MAX_NESTING) {
        return ans_path_syntax(ps->lx.cx, ps->lx.tok.pos, "nested deeper than %d levels",
                               PATH_MAX_NESTING);
    }
    ans_err err = parse_level(ps, 0, out);
    ps->nesting--;
    return err;
}

/* ---- terms ---- */

static ans_err literal(parser *ps, const ans_item *value, pstep *out)
{
    ans_item *copy = ANS_NEW(ps->lx.arena, ans_item);
    if (!copy) {
        return ans_arena_err(ps->lx.arena);
    }
    *copy = *value;
    out->kind = PSTEP_LITERAL;
    out->value = copy;
    return ANS_OK;
}

static ans_err number(parser *ps, pstep *out)
{
    ptok t = ps->lx.tok;
    ans_item v = {.kind = ans_str_find(t.text, '.') < 0 ? ANS_ITEM_INTEGER : ANS_ITEM_DECIMAL};
    int64_t whole;
    while (t.text.n > 1 && t.text.p[0] == '0' && t.text.p[1] != '.') {
        t.text = ans_str_from(t.text, 1); /* leading zeros are allowed here, not in JSON */
    }
    if (!ans_decimal_parse(t.text, &v.number) ||
        (v.kind == ANS_ITEM_INTEGER && !ans_path_dec_int(v.number, &whole))) {
        return ans_path_syntax(ps->lx.cx, t.pos, "number with too many digits");
    }
    ans_err err = next(ps);
    if (err) {
        return err;
    }
    int unit = ps->lx.tok.kind == PTOK_WORD ? ans_path_calendar_unit(ps->lx.tok.text) : PCAL_NONE;
    if (t.kind == PTOK_NUMBER && (ps->lx.tok.kind == PTOK_STRING || unit != PCAL_NONE)) {
        v.kind = ANS_ITEM_QUANTITY;
        v.text = ps->lx.tok.text;
        err = next(ps);
    }
    return err ? err : literal(ps, &v, out);
}

static ans_err external(parser *ps, pstep *out)
{
    ans_err err = next(ps);
    const ptok *t = &ps->lx.tok;
    if (err) {
        return err;
    }
    if (t->kind != PTOK_WORD && t->kind != PTOK_QUOTED && t->kind != PTOK_STRING) {
        return expected(ps, "name behind %");
    }
    out->kind = PSTEP_VAR;
    out->name = t->text;
    return next(ps);
}

static ans_err dollar(parser *ps, pstep *out)
{
    if (ans_str_is(ps->lx.tok.text, "this")) {
        out->kind = PSTEP_THIS;
    } else if (ans_str_is(ps->lx.tok.text, "index")) {
        out->kind = PSTEP_INDEX_VAR;
    } else if (ans_str_is(ps->lx.tok.text, "total")) {
        out->kind = PSTEP_TOTAL;
    } else {
        return expected(ps, "$this, $index or $total");
    }
    return next(ps);
}

static ans_err one_arg(parser *ps, pstep *step, pexpr *arg)
{
    step->args = ANS_NEW(ps->lx.arena, pexpr *);
    if (!step->args) {
        return ans_arena_err(ps->lx.arena);
    }
    step->args[0] = arg;
    step->arg_count = 1;
    return ANS_OK;
}

/* Patient, FHIR.Patient, System.String: kept as it is written, the compiler looks it up. */
static ans_err type_name(parser *ps, pstep *out)
{
    const ptok *t = &ps->lx.tok;
    if (t->kind != PTOK_WORD && t->kind != PTOK_QUOTED) {
        return expected(ps, "type name");
    }
    ans_str first = t->text;
    out->name = first;
    ans_err err = next(ps);
    if (err || !at_symbol(ps, '.') ||
        (!ans_str_is(first, "FHIR") && !ans_str_is(first, "System"))) {
        return err;
    }
    err = next(ps);
    if (err) {
        return err;
    }
    if (t->kind != PTOK_WORD && t->kind != PTOK_QUOTED) {
        return expected(ps, "type name");
    }
    out->name = ans_arena_fmt(ps->lx.arena, "%.*s.%.*s", ANS_FMT(first), ANS_FMT(t->text));
    return out->name.p ? next(ps) : ans_arena_err(ps->lx.arena);
}

static ans_err arguments(parser *ps, pstep *step)
{
    list args = {0};
    bool sorts = ans_str_is(step->name, "sort");
    while (!at_symbol(ps, ')')) {
        pexpr *arg;
        ans_err err = args.count ? take_symbol(ps, ',') : ANS_OK;
        err = err ? err : nested(ps, &arg);
        if (!err && sorts && (at_word(ps, "asc") || at_word(ps, "desc"))) {
            arg->descending = at_word(ps, "desc");
            err = next(ps);
        }
        err = err ? err : list_add(ps, &args, &arg, sizeof arg);
        if (err) {
            return err;
        }
        if (!at_symbol(ps, ',') && !at_symbol(ps, ')')) {
            return expected(ps, "',' or ')'");
        }
    }
    step->args = args.at;
    step->arg_count = (uint16_t)args.count;
    return take_symbol(ps, ')');
}

/* A name: a member, or with brackets behind it a function. */
static ans_err invocation(parser *ps, pstep *out)
{
    out->name = ps->lx.tok.text;
    out->kind = PSTEP_MEMBER;
    ans_err err = next(ps);
    if (err || !at_symbol(ps, '(')) {
        return err;
    }
    err = next(ps);
    if (err) {
        return err;
    }
    out->kind = PSTEP_CALL;
    if (ans_str_is(out->name, "is") || ans_str_is(out->name, "as") ||
        ans_str_is(out->name, "ofType")) {
        out->kind = out->name.p[0] == 'i'   ? PSTEP_IS
                    : out->name.p[0] == 'a' ? PSTEP_AS
                                            : PSTEP_OF_TYPE;
        err = type_name(ps, out);
        return err ? err : take_symbol(ps, ')');
    }
    return arguments(ps, out);
}

static bool is_reserved(ans_str w)
{
    static const char *const words[] = {"and", "or", "xor", "implies", "div", "mod"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (ans_str_is(w, words[i])) {
            return true;
        }
    }
    return false;
}

static ans_err bracketed(parser *ps, pstep *out)
{
    pexpr *inner;
    ans_err err = next(ps);
    err = err ? err : nested(ps, &inner);
    err = err ? err : take_symbol(ps, ')');
    if (err) {
        return err;
    }
    out->kind = PSTEP_PAREN;
    return one_arg(ps, out, inner);
}

static ans_err head(parser *ps, pstep *out)
{
    const ptok *t = &ps->lx.tok;
    ans_item v = {.text = t->text};
    switch (t->kind) {
    case PTOK_NUMBER:
    case PTOK_LONG:
        return number(ps, out);
    case PTOK_STRING:
        v.kind = ANS_ITEM_STRING;
        break;
    case PTOK_WHEN:
        v = (ans_item){.kind = t->when_kind, .when = t->when};
        break;
    case PTOK_DOLLAR:
        return dollar(ps, out);
    case PTOK_QUOTED:
        return invocation(ps, out);
    case PTOK_WORD:
        if (is_reserved(t->text)) {
            return expected(ps, "value");
        }
        if (!ans_str_is(t->text, "true") && !ans_str_is(t->text, "false")) {
            return invocation(ps, out);
        }
        v = (ans_item){.kind = ANS_ITEM_BOOLEAN, .flag = t->text.p[0] == 't'};
        break;
    default:
        if (at_symbol(ps, '(')) {
            return bracketed(ps, out);
        }
        if (at_symbol(ps, '%')) {
            return external(ps, out);
        }
        if (at_symbol(ps, '{')) {
            out->kind = PSTEP_EMPTY;
            ans_err err = next(ps);
            return err ? err : take_symbol(ps, '}');
        }
        return expected(ps, "value");
    }
    ans_err err = literal(ps, &v, out);
    return err ? err : next(ps);
}

/* ---- chains ---- */

static ans_err follow(parser *ps, pstep *out)
{
    ans_err err = ANS_OK;
    if (at_symbol(ps, '.')) {
        err = next(ps);
        if (err) {
            return err;
        }
        if (ps->lx.tok.kind != PTOK_WORD && ps->lx.tok.kind != PTOK_QUOTED) {
            return expected(ps, "name behind '.'");
        }
        out->pos = ps->lx.tok.pos;
        return invocation(ps, out);
    }
    pexpr *index;
    err = next(ps);
    err = err ? err : nested(ps, &index);
    err = err ? err : take_symbol(ps, ']');
    out->kind = PSTEP_INDEX;
    return err ? err : one_arg(ps, out, index);
}

static ans_err chain(parser *ps, pexpr **out)
{
    list steps = {0};
    uint32_t pos = ps->lx.tok.pos;
    pstep step = {.pos = pos};
    ans_err err = head(ps, &step);
    err = err ? err : list_add(ps, &steps, &step, sizeof step);
    while (!err && (at_symbol(ps, '.') || at_symbol(ps, '['))) {
        step = (pstep){.pos = ps->lx.tok.pos};
        err = follow(ps, &step);
        err = err ? err : list_add(ps, &steps, &step, sizeof step);
    }
    pexpr *e = err ? NULL : new_expr(ps, PEXPR_CHAIN, pos);
    if (!e) {
        return err ? err : ans_arena_err(ps->lx.arena);
    }
    e->steps = steps.at;
    e->count = (uint16_t)steps.count;
    *out = e;
    return ANS_OK;
}

/* Signs bind looser than '.' and tighter than any operator: -7.combine(3) is -(7.combine(3)). */
static ans_err signed_chain(parser *ps, pexpr **out)
{
    bool minus = false, any = false;
    uint32_t pos = ps->lx.tok.pos;
    while (at_symbol(ps, '-') || at_symbol(ps, '+')) {
        minus = minus != at_symbol(ps, '-');
        any = true;
        ans_err err = next(ps);
        if (err) {
            return err;
        }
    }
    pexpr *inner = NULL;
    ans_err err = chain(ps, &inner);
    if (err || !any) {
        *out = inner;
        return err;
    }
    pexpr *e = new_expr(ps, minus ? PEXPR_NEGATE : PEXPR_PLUS, pos);
    pexpr **operand = ANS_NEW(ps->lx.arena, pexpr *);
    if (!e || !operand) {
        return ans_arena_err(ps->lx.arena);
    }
    operand[0] = inner;
    e->operands = operand;
    e->count = 1;
    *out = e;
    return ANS_OK;
}

/* ---- operators ---- */

#define LEVELS 10
#define TYPE_LEVEL 7

static int symbol_op(char c, int *level)
{
    static const struct {
        char symbol;
        uint8_t level, op;
    } ops[] = {
        {'*', 9, POP_MUL},    {'/', 9, POP_DIV},        {'+', 8, POP_ADD}, {'-', 8, POP_SUB},
        {'&', 8, POP_CAT},    {'|', 6, POP_UNION},      {'<', 5, POP_LT},  {PSYM_LE, 5, POP_LE},
        {'>', 5, POP_GT},     {PSYM_GE, 5, POP_GE},     {'=', 4, POP_EQ},  {'~', 4, POP_EQV},
        {PSYM_NE, 4, POP_NE}, {PSYM_NEQV, 4, POP_NEQV},
    };
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        if (ops[i].symbol == c) {
            *level = ops[i].level;
            return ops[i].op;
        }
    }
    return POP_NONE;
}

static int word_op(ans_str w, int *level)
{
    static const struct {
        const char *word;
        uint8_t level, op;
    } ops[] = {
        {"div", 9, POP_IDIV},        {"mod", 9, POP_MOD}, {"is", TYPE_LEVEL, POP_IS},
        {"as", TYPE_LEVEL, POP_AS},  {"in", 3, POP_IN},   {"contains", 3, POP_CONTAINS},
        {"and", 2, POP_AND},         {"or", 1, POP_OR},   {"xor", 1, POP_XOR},
        {"implies", 0, POP_IMPLIES},
    };
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        if (ans_str_is(w, ops[i].word)) {
            *level = ops[i].level;
            return ops[i].op;
        }
    }
    return POP_NONE;
}

static int operator_here(const parser *ps, int *level)
{
    if (ps->lx.tok.kind == PTOK_SYMBOL) {
        return symbol_op(ps->lx.tok.symbol, level);
    }
    return ps->lx.tok.kind == PTOK_WORD ? word_op(ps->lx.tok.text, level) : POP_NONE;
}

/* left is T as U ...: more steps behind those of left, or behind left in brackets. */
static ans_err typed(parser *ps, pexpr **left)
{
    list steps = {0};
    pexpr *inner = *left;
    int level = 0, op = operator_here(ps, &level);
    ans_err err = ANS_OK;
    if (inner->kind == PEXPR_CHAIN) {
        for (unsigned i = 0; !err && i < inner->count; i++) {
            err = list_add(ps, &steps, &inner->steps[i], sizeof inner->steps[i]);
        }
    } else {
        pstep wrap = {.kind = PSTEP_PAREN, .pos = inner->pos};
        err = one_arg(ps, &wrap, inner);
        err = err ? err : list_add(ps, &steps, &wrap, sizeof wrap);
    }
    while (!err && (op == POP_IS || op == POP_AS)) {
        pstep step = {.kind = op == POP_IS ? PSTEP_IS : PSTEP_OF_TYPE, .pos = ps->lx.tok.pos};
        err = next(ps);
        err = err ? err : type_name(ps, &step);
        err = err ? err : list_add(ps, &steps, &step, sizeof step);
        op = operator_here(ps, &level);
    }
    pexpr *e = err ? NULL : new_expr(ps, PEXPR_CHAIN, inner->pos);
    if (!e) {
        return err ? err : ans_arena_err(ps->lx.arena);
    }
    e->steps = steps.at;
    e->count = (uint16_t)steps.count;
    *left = e;
    return ANS_OK;
}

/* left op x op y ... with operators of one level. */
static ans_err run(parser *ps, int level, pexpr **left)
{
    list operands = {0}, ops = {0};
    uint32_t pos = (*left)->pos;
    int at = level, op = operator_here(ps, &at);
    ans_err err = list_add(ps, &operands, left, sizeof *left);
    while (!err && op != POP_NONE && at == level) {
        uint8_t byte = (uint8_t)op;
        pexpr *right;
        err = next(ps);
        err = err ? err : parse_level(ps, level + 1, &right);
        err = err ? err : list_add(ps, &operands, &right, sizeof right);
        err = err ? err : list_add(ps, &ops, &byte, sizeof byte);
        op = operator_here(ps, &at);
    }
    pexpr *e = err ? NULL : new_expr(ps, PEXPR_BINARY, pos);
    if (!e) {
        return err ? err : ans_arena_err(ps->lx.arena);
    }
    e->operands = operands.at;
    e->ops = ops.at;
    e->count = (uint16_t)operands.count;
    *left = e;
    return ANS_OK;
}

/* An expression whose operators all bind at least as tightly as level. Each turn of the loop goes
 * on with a looser operator than the last, so the tree grows by at most LEVELS for each bracket. */
static ans_err parse_level(parser *ps, int level, pexpr **out)
{
    pexpr *left;
    int at = 0, lowest = LEVELS;
    ans_err err = signed_chain(ps, &left);
    while (!err) {
        int op = operator_here(ps, &at);
        if (op == POP_NONE || at < level || at > lowest) {
            break;
        }
        lowest = at;
        err = op == POP_IS || op == POP_AS ? typed(ps, &left) : run(ps, at, &left);
    }
    *out = err ? NULL : left;
    return err;
}

ans_err ans_path_parse(ans_cx *cx, ans_arena *arena, ans_str text, pexpr **out)
{
    parser ps = {.lx = {.cx = cx, .arena = arena, .text = text}};
    pexpr *e;
    ans_err err = next(&ps);
    err = err ? err : nested(&ps, &e);
    if (err) {
        return err;
    }
    if (ps.lx.tok.kind != PTOK_END) {
        return expected(&ps, "operator or end");
    }
    *out = e;
    return ANS_OK;
}
