/* Official lists (ICD-10, techniques, provinces) for whom a role gives `lists`: docs/terminology.md.
 *
 *   GET  CodeSystem/$lists                what is loaded, and the imports that are remembered
 *   POST CodeSystem/$list-import          Parameters: kind, file (Attachment), edition, fromDate, leaveOut, dryRun
 *   POST CodeSystem/$list-undo            Parameters: kind, dryRun
 *
 * A list is one CodeSystem, so an import is one transaction of a few resources: all of it is there or nothing. All the work, reading the file,
 * comparing, checking, packing, is done on a pool thread in memory of its own that goes with the answer; the store's writer only writes. Who
 * may do this need not be allowed to write CodeSystems: what is written is what the table says and nothing else. */
#include "rest/params.h"
#include "rest/rest_int.h"
#include "smart/jose.h"

enum { WAIT_SECONDS = 5 };

static ans_err allowed(job *j, bool is_write)
{
    if (!gate_is_open(j) && !ans_pass_operation(j->pass, "lists")) {
        return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.url"), "no role of this account may look after the official lists");
    }
    if (!j->rest->o.lists) {
        return ans_issue_add(j->cx, ANS_E_UNSUPPORTED, ANS_STR("http.url"), "this server takes no lists");
    }
    if (is_write != ans_str_is(j->rq.method, "POST")) {
        return ans_issue_add(j->cx, ANS_E_METHOD, ANS_STR("http.method"), "%.*s is not for this address", ANS_FMT(j->rq.method));
    }
    return ANS_OK;
}

/* ---- what was sent ---- */

static ans_err read_file(job *j, const ans_json *doc, ans_jnode parameter, ans_str *out)
{
    ans_jnode file = ans_json_get(doc, parameter, ANS_STR("valueAttachment"));
    ans_str text = file == ANS_JNONE ? ANS_STR_NONE : ans_json_get_string(j->cx, doc, file, ANS_STR("data"));
    while (text.n && text.p[text.n - 1] == '=') {
        text.n--;
    }
    if (text.n / 4 * 3 > ANS_LIST_FILE_BYTES) {
        return ans_issue_add(j->cx, ANS_E_TOOBIG, ANS_STR("Parameters.parameter.where(name = 'file')"), "the file has more than %zu MiB", ANS_LIST_FILE_BYTES >> 20);
    }
    char *url = (char *)(uintptr_t)ans_arena_dup(j->cx->arena, text).p;
    if (!url) {
        return ans_cx_nomem(j->cx);
    }
    for (size_t i = 0; i < text.n; i++) {
        url[i] = (char)(url[i] == '+' ? '-' : url[i] == '/' ? '_' : url[i]);
    }
    *out = ans_base64url_read(j->cx->arena, (ans_str){url, text.n});
    return out->n ? ANS_OK : ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("Parameters.parameter.where(name = 'file')"), "the file's data is empty or no base64");
}

typedef struct asked {
    ans_list_ask ask;
    bool is_dry;
} asked;

static ans_err read_asked(job *j, asked *out)
{
    ans_json doc;
    *out = (asked){.ask = {.by = j->who.display.n ? j->who.display : j->who.name}};
    ans_err err = ans_json_parse(j->cx, j->rq.body, NULL, &doc);
    ans_jnode list = err == ANS_OK ? ans_json_get(&doc, 0, ANS_STR("parameter")) : ANS_JNONE;
    if (err != ANS_OK || list == ANS_JNONE) {
        return err != ANS_OK ? err : ans_issue_add(j->cx, ANS_E_INVALID, ANS_STR("Parameters.parameter"), "send Parameters with a kind");
    }
    ANS_JSON_EACH(&doc, list, p)
    {
        ans_str name = ans_json_get_string(j->cx, &doc, p, ANS_STR("name")), text;
        ans_jnode flag = ans_json_get(&doc, p, ANS_STR("valueBoolean"));
        bool is_set = flag != ANS_JNONE && ans_str_is(ans_json_raw(&doc, flag), "true");
        if (ans_str_is(name, "kind")) {
            out->ask.kind = ans_json_get_string(j->cx, &doc, p, ANS_STR("valueCode"));
        } else if (ans_str_is(name, "edition")) {
            text = ans_json_get_string(j->cx, &doc, p, ANS_STR("valueString"));
            out->ask.edition = ans_str_trim(text);
        } else if (ans_str_is(name, "fromDate")) {
            out->ask.from_date = ans_json_get_string(j->cx, &doc, p, ANS_STR("valueDate"));
        } else if (ans_str_is(name, "leaveOut")) {
            out->ask.leave_out = is_set;
        } else if (ans_str_is(name, "dryRun")) {
            out->is_dry = is_set;
        } else if (ans_str_is(name, "file")) {
            err = read_file(j, &doc, p, &out->ask.bytes);
        }
        if (err != ANS_OK) {
            return err;
        }
    }
    return out->ask.kind.n ? ANS_OK : ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("Parameters.parameter.where(name = 'kind')"), "say which list: kind");
}

/* ---- the answers ---- */

static ans_str cell_name(ans_cx *cx, const ans_list_refusal *r)
{
    if (!r->column) {
        return ANS_STR_NONE;
    }
    uint32_t at = r->column - 1;
    return at < 26 ? ans_arena_fmt(cx->arena, "%c%u", 'A' + (int)at, r->line)
                   : ans_arena_fmt(cx->arena, "%c%c%u", 'A' + (int)(at / 26) - 1, 'A' + (int)(at % 26), r->line);
}

static void put_difference(ans_jw *w, const ans_list_difference *d)
{
    static const char *const names[ANS_LIST_SORTS] = {[ANS_LIST_NEW] = "new", [ANS_LIST_RENAMED] = "renamed", [ANS_LIST_GONE] = "gone"};
    params_int(w, "codes", d->codes);
    params_int(w, "same", d->same);
    for (int sort = 0; sort < ANS_LIST_SORTS; sort++) {
        params_int(w, names[sort], d->count[sort]);
    }
    for (int sort = 0; sort < ANS_LIST_SORTS; sort++) {
        for (uint32_t i = 0; i < d->count[sort] && i < ANS_LIST_SHOWN; i++) {
            params_part(w, "change");
            params_text(w, "what", "valueCode", ans_str_of(names[sort]));
            params_text(w, "code", "valueString", d->lines[sort][i].code);
            params_text(w, "name", "valueString", d->lines[sort][i].name);
            params_text(w, "before", "valueString", d->lines[sort][i].before);
            params_end_part(w);
        }
    }
}

static void put_refusals(ans_cx *cx, ans_jw *w, const ans_list_plan *p)
{
    params_int(w, "refused", p->refused);
    for (uint32_t i = 0; i < p->refused && i < ANS_LIST_REFUSED; i++) {
        const ans_list_refusal *r = &p->refusals[i];
        params_part(w, "refusal");
        params_int(w, "line", r->line);
        params_text(w, "cell", "valueString", cell_name(cx, r));
        params_text(w, "why", "valueCode", ans_str_of(r->why));
        if (r->before) {
            params_int(w, "before", r->before);
        }
        params_text(w, "text", "valueString", r->text);
        params_end_part(w);
    }
}

static ans_err answer_plan(job *j, const ans_list_plan *p, bool is_written)
{
    ans_buf b;
    ans_jw w;
    ans_buf_init_arena(&b, j->cx->arena, (size_t)4 << 20);
    ans_jw_init(&w, &b);
    params_open(&w);
    params_text(&w, "kind", "valueCode", ans_str_of(p->kind));
    params_text(&w, "edition", "valueString", p->edition);
    params_text(&w, "from", "valueDate", p->from);
    params_text(&w, "to", "valueDate", p->to);
    params_text(&w, "undoes", "valueInstant", p->undoes);
    params_bool(&w, "written", is_written);
    params_int(&w, "restored", p->restored);
    put_difference(&w, &p->steps[p->main_step].difference);
    put_refusals(j->cx, &w, p);
    for (uint32_t i = 0; i < p->step_count; i++) {
        params_part(&w, "resource");
        params_text(&w, "id", "valueString", ans_arena_fmt(j->cx->arena, "%s/%.*s", p->steps[i].type, ANS_FMT(p->steps[i].id)));
        params_bool(&w, "goes", !p->steps[i].body.n);
        params_end_part(&w);
    }
    params_close(&w);
    return operation_answer(j, &b);
}

/* A refusal that a person can mend, with a code of its own: pages say it in the reader's language. */
static ans_err answer_refusal(job *j, const ans_cx *work, ans_err err, const char *why)
{
    ans_buf b;
    ans_jw w;
    ans_buf_init_arena(&b, j->cx->arena, 65536);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("OperationOutcome"));
    ans_jw_key(&w, ANS_STR("issue"));
    ans_jw_begin(&w, '[');
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("severity"), ANS_STR("error"));
    ans_jw_kv(&w, ANS_STR("code"), ans_str_of(ans_err_issue(err)));
    ans_jw_key(&w, ANS_STR("details"));
    ans_jw_begin(&w, '{');
    ans_jw_key(&w, ANS_STR("coding"));
    ans_jw_begin(&w, '[');
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("system"), ANS_STR("urn:ansinh:list-refusal"));
    ans_jw_kv(&w, ANS_STR("code"), ans_str_of(why));
    ans_jw_end(&w, '}');
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    ans_jw_kv(&w, ANS_STR("diagnostics"), work->last_ ? work->last_->text : ans_str_of(ans_err_text(err)));
    ans_jw_end(&w, '}');
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    ans_err failed = operation_answer(j, &b);
    j->an.status = ans_err_http(err);
    j->an.is_outcome = true;
    return failed;
}

/* ---- planned and done ---- */

static ans_err write_plan(job *j, ans_cx *cx, const ans_list_plan *p, bool is_import)
{
    const ans_lists *lists = j->rest->o.lists;
    ans_err err = limit_room(j);
    err = err == ANS_OK && is_import ? lists->remember(lists->arg, cx, p) : err;
    err = err == ANS_OK ? apply_for(j, cx, p->bundle) : err;
    return err == ANS_OK && !is_import ? lists->remember(lists->arg, cx, p) : err;
}

static ans_err run(job *j, ans_cx *cx, const asked *a, bool is_import)
{
    const ans_lists *lists = j->rest->o.lists;
    ans_list_plan *p = ANS_NEW(cx->arena, ans_list_plan);
    if (!p) {
        return ans_cx_nomem(cx);
    }
    ans_err err = is_import ? lists->plan(lists->arg, cx, &a->ask, p) : lists->plan_undo(lists->arg, cx, &a->ask, p);
    if (err == ANS_OK && !a->is_dry) {
        err = write_plan(j, cx, p, is_import);
        p->why = err == ANS_E_PRECOND || err == ANS_E_RETRY ? "changed" : NULL;
    }
    p->why = err == ANS_E_TOOBIG ? "large" : p->why;
    if (err != ANS_OK && p->why) {
        return answer_refusal(j, cx, err, p->why);
    }
    return err == ANS_OK ? answer_plan(j, p, !a->is_dry) : err;
}

static ans_err run_apart(job *j, const asked *a, bool is_import)
{
    const ans_lists *lists = j->rest->o.lists;
    if (!lists->begin(lists->arg)) {
        j->an.retry_seconds = WAIT_SECONDS;
        return ans_issue_add(j->cx, ANS_E_BUSY, ANS_STR("http"), "another list is being read, nothing was done: wait %d s", WAIT_SECONDS);
    }
    ans_cx work = {.arena = ans_arena_new(ANS_LIST_WORK_BYTES), .request_id = j->cx->request_id};
    ans_err err = work.arena ? run(j, &work, a, is_import) : ANS_E_NOMEM;
    ans_issue_pass(j->cx, &work, err);
    ans_arena_free(work.arena);
    lists->end(lists->arg);
    return err;
}

static ans_err run_asked(job *j, bool is_import)
{
    asked a;
    ans_err err = allowed(j, true);
    err = err == ANS_OK ? read_asked(j, &a) : err;
    if (err == ANS_OK && is_import && !a.ask.bytes.n) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("Parameters.parameter.where(name = 'file')"), "send the file");
    }
    return err == ANS_OK ? run_apart(j, &a, is_import) : err;
}

ans_err list_import_run(job *j, ans_reader *rd)
{
    (void)rd; /* the moment that is looked at begins when it is this one's turn */
    return run_asked(j, true);
}

ans_err list_undo_run(job *j, ans_reader *rd)
{
    (void)rd;
    return run_asked(j, false);
}

/* ---- what is loaded ---- */

static void put_list(ans_jw *w, const ans_list_state *s)
{
    params_part(w, "list");
    params_text(w, "kind", "valueCode", ans_str_of(s->kind));
    params_text(w, "title", "valueString", ans_str_of(s->title));
    params_text(w, "title-en", "valueString", ans_str_of(s->title_en));
    params_text(w, "source", "valueString", ans_str_of(s->source));
    for (uint32_t i = 0; i < s->edition_count; i++) {
        const ans_list_edition *e = &s->editions[i];
        params_part(w, "edition");
        params_text(w, "id", "valueId", e->id);
        params_text(w, "version", "valueString", e->version);
        params_text(w, "from", "valueDate", e->from);
        params_text(w, "to", "valueDate", e->to);
        params_int(w, "codes", e->codes);
        params_instant(w, "written", e->when_us);
        params_end_part(w);
    }
    for (uint32_t i = 0; i < s->import_count; i++) {
        const ans_list_import *m = &s->imports[i];
        params_part(w, "import");
        params_text(w, "at", "valueInstant", m->when);
        params_text(w, "by", "valueString", m->by);
        params_text(w, "edition", "valueString", m->edition);
        params_int(w, "codes", m->codes);
        params_end_part(w);
    }
    params_end_part(w);
}

ans_err lists_run(job *j, ans_reader *rd)
{
    ans_list_state *all;
    uint32_t count;
    ans_buf b;
    ans_jw w;
    (void)rd;
    ans_err err = allowed(j, false);
    const ans_lists *lists = j->rest->o.lists;
    err = err == ANS_OK ? lists->look(lists->arg, j->cx, &all, &count) : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&b, j->cx->arena, (size_t)1 << 20);
    ans_jw_init(&w, &b);
    params_open(&w);
    for (uint32_t i = 0; i < count; i++) {
        put_list(&w, &all[i]);
    }
    params_close(&w);
    return operation_answer(j, &b);
}
