/* $validate-code of ValueSet and CodeSystem: is it one, and is it called so?
 * spec: http://hl7.org/fhir/R4/valueset-operation-validate-code.html, http://hl7.org/fhir/R4/codesystem-operation-validate-code.html */
#include "rest/term_int.h"

typedef struct question {
    term_call *c;
    const ans_term_set *set;       /* of a ValueSet; or */
    const ans_term_system *system; /* of a CodeSystem given by id or in the body */
    ans_str about;                 /* URL, for messages */
    bool abstract_is_fine;
} question;

typedef struct finding {
    bool is_valid;
    ans_str message, display;
} finding;

static ans_str message(question *q, const ans_term_code *code, const char *vietnamese, const char *english)
{
    return ans_arena_fmt(q->c->cx->arena, "“%.*s”: %s %.*s (%s)", ANS_FMT(code->code), vietnamese, ANS_FMT(q->about), english);
}

static ans_err verdict_of(question *q, const ans_term_code *code, ans_term_verdict *out)
{
    if (q->set) {
        return ans_term_set_has(q->c->cx, &q->c->scope, q->set, code, out);
    }
    if (!q->system) {
        return ans_term_is_code_at(q->c->cx, &q->c->scope, code, out);
    }
    *out = ans_term_place(q->system, code->code) != ANS_TERM_NONE ? ANS_TERM_IN
           : ans_term_system_is_complete(q->system)               ? ANS_TERM_OUT
                                                                  : ANS_TERM_UNKNOWN;
    return ANS_OK;
}

/* Letters compared without case, runs of blanks as one. */
static bool is_same_name(question *q, ans_str a, ans_str b)
{
    ans_str x = ans_text_tones(q->c->cx->arena, a), y = ans_text_tones(q->c->cx->arena, b);
    return x.p && y.p && ans_str_eq(x, y);
}

/* The name given, against every name the concept has, and the one the value set gives it. */
static ans_err check_display(question *q, const ans_term_code *code, const ans_term_system *s, uint32_t place, finding *f)
{
    ans_term_names names;
    ans_term_designations list;
    const ans_term_concept *concept = ans_term_concept_at(s, place);
    ans_err err = ans_term_names_of(q->c->cx, &q->c->scope, s, &names);
    err = err == ANS_OK ? ans_term_display(q->c->cx, &names, place, q->c->language, &f->display) : err;
    err = err == ANS_OK ? ans_term_designations_of(q->c->cx, &names, place, &list) : err;
    if (err != ANS_OK || !code->display.n || is_same_name(q, code->display, concept->display)) {
        return err;
    }
    if (q->set) {
        ans_str own = ans_term_set_display(q->set, s, code->code);
        f->display = own.n && !q->c->language.n ? own : f->display;
        if (own.n && is_same_name(q, code->display, own)) {
            return ANS_OK;
        }
    }
    for (uint32_t i = 0; i < list.count; i++) {
        if (is_same_name(q, code->display, list.at[i].value)) {
            return ANS_OK;
        }
    }
    f->is_valid = false;
    f->message = ans_arena_fmt(q->c->cx->arena, "“%.*s”: tên không đúng, tên đúng là “%.*s” (the display is wrong, the right one is \"%.*s\")",
                               ANS_FMT(code->code), ANS_FMT(f->display), ANS_FMT(f->display));
    return ANS_OK;
}

static ans_err check_concept(question *q, const ans_term_code *code, finding *f)
{
    const ans_term_system *s = q->system;
    ans_str system = code->system.n ? code->system : q->set ? ans_term_set_system(q->set, code->code) : ANS_STR_NONE;
    ans_err err = s || !system.n ? ANS_OK : ans_term_system_find(q->c->cx, &q->c->scope, system, code->version, &s);
    uint32_t place = err == ANS_OK && s ? ans_term_place(s, code->code) : ANS_TERM_NONE;
    if (err != ANS_OK || place == ANS_TERM_NONE) {
        f->display = err == ANS_OK && q->set ? ans_term_set_display(q->set, NULL, code->code) : ANS_STR_NONE;
        return err;
    }
    if (!q->abstract_is_fine && ans_term_concept_at(s, place)->is_abstract) {
        f->is_valid = false;
        f->message = message(q, code, "là mã nhóm, không dùng trực tiếp, trong", "an abstract code, not for use itself");
        return ANS_OK;
    }
    return check_display(q, code, s, place, f);
}

static ans_err check(question *q, const ans_term_code *code, finding *f)
{
    ans_term_verdict v;
    ans_err err = verdict_of(q, code, &v);
    *f = (finding){.is_valid = err == ANS_OK && v == ANS_TERM_IN};
    if (err != ANS_OK || f->is_valid) {
        return err == ANS_OK ? check_concept(q, code, f) : err;
    }
    f->message = v == ANS_TERM_UNKNOWN
                     ? message(q, code, "không kiểm được, ở đây không có đủ nội dung của", "cannot be told: not all it stands on is here")
                 : q->set ? message(q, code, "không thuộc tập giá trị", "not in the value set")
                          : message(q, code, "không có trong hệ mã", "not in the code system");
    return ANS_OK;
}

/* One of its codings is enough; when none is, the first one's trouble is told. */
static ans_err check_concept_given(question *q, ans_jnode concept, finding *f)
{
    term_call *c = q->c;
    ans_jnode list = ans_json_get(&c->doc, concept, ANS_STR("coding"));
    ans_err err = ANS_OK;
    *f = (finding){.message = ANS_STR("không có mã nào (no coding)")};
    if (list == ANS_JNONE || ans_json_kind_of(&c->doc, list) != ANS_JSON_ARRAY) {
        return ANS_OK;
    }
    bool first = true;
    uint32_t spent = 0;
    c->scope.spent = &spent; /* many codings cost no more than one that is hard to tell */
    for (ans_jnode n = ans_json_first(&c->doc, list); err == ANS_OK && !f->is_valid && n != ANS_JNONE; n = ans_json_next(&c->doc, list, n)) {
        ans_term_code code = term_coding_in(c, n);
        finding one;
        err = check(q, &code, &one);
        if (err == ANS_OK && (one.is_valid || first)) {
            *f = one;
        }
        first = false;
    }
    c->scope.spent = NULL;
    return err;
}

static void put_finding(term_call *c, const finding *f)
{
    term_begin(c);
    term_put_flag(c, "result", f->is_valid);
    term_put(c, "message", "valueString", f->message);
    term_put(c, "display", "valueString", f->display);
    term_end(c);
}

static ans_err ask(question *q, const char *version_name, ans_str system)
{
    term_call *c = q->c;
    finding f;
    ans_term_code code;
    ans_jnode p = term_posted(c, "codeableConcept", ANS_JNONE);
    ans_jnode concept = p == ANS_JNONE ? ANS_JNONE : ans_json_get(&c->doc, p, ANS_STR("valueCodeableConcept"));
    ans_err err = term_flag(c, "abstract", true, &q->abstract_is_fine);
    if (err == ANS_OK && concept != ANS_JNONE) {
        err = check_concept_given(q, concept, &f);
    } else if (err == ANS_OK) {
        err = term_code_asked(c, version_name, &code);
        code.system = code.system.n ? code.system : system;
        err = err == ANS_OK ? check(q, &code, &f) : err;
    }
    if (err == ANS_OK) {
        put_finding(c, &f);
    }
    return err;
}

static ans_err validate_set(term_call *c)
{
    question q = {.c = c};
    const ans_json *doc;
    ans_jnode root;
    ans_err err = term_set(c, &q.set, &doc, &root);
    if (err != ANS_OK) {
        return err;
    }
    q.about = ans_term_set_url(q.set);
    return ask(&q, "systemVersion", ANS_STR_NONE);
}

static ans_err validate_system(term_call *c)
{
    question q = {.c = c};
    ans_term_code coding;
    ans_err err = term_system(c, "url", term_param(c, "version"), &q.system, &q.about);
    if (err == ANS_OK && !q.about.n && term_coding(c, "coding", &coding)) {
        q.about = coding.system;
        err = coding.system.n ? ans_term_system_find(c->cx, &c->scope, coding.system, coding.version, &q.system) : ANS_OK;
    }
    if (err == ANS_OK && !q.system && !ans_term_is_rule(q.about)) {
        return term_bad(c, q.about.n ? ANS_E_NOTFOUND : ANS_E_INVALID, "url", "this code system, or that version of it, is not here");
    }
    return err == ANS_OK ? ask(&q, NULL, q.about) : err;
}

ans_err term_validate_set(job *j, ans_reader *rd)
{
    (void)rd;
    return term_run(j, validate_set);
}

ans_err term_validate_system(job *j, ans_reader *rd)
{
    (void)rd;
    return term_run(j, validate_system);
}
