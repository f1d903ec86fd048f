/* What the server says of itself: the CapabilityStatement from the same tables that answer requests, health and metrics. */
#include "rest/rest_int.h"

#include <stdio.h>

#include "base/os.h"

static const char *const interactions[] = {"read", "vread", "update", "patch", "delete", "history-instance", "history-type",
                                           "create", "search-type", NULL};
static const char *const of_audit[] = {"read", "vread", "search-type", NULL}; /* this program alone writes its entries */

static void write_codes(ans_jw *w, const char *const *codes)
{
    ans_jw_key(w, ANS_STR("interaction"));
    ans_jw_begin(w, '[');
    for (; *codes; codes++) {
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("code"), ans_str_of(*codes));
        ans_jw_end(w, '}');
    }
    ans_jw_end(w, ']');
}

static void write_param(ans_jw *w, const char *code, const char *url, const char *type)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ans_str_of(code));
    if (url) {
        ans_jw_kv(w, ANS_STR("definition"), ans_str_of(url));
    }
    ans_jw_kv(w, ANS_STR("type"), ans_str_of(type));
    ans_jw_end(w, '}');
}

static bool is_searchable(const ans_sp *sp)
{
    return sp->expression && sp->type != ANS_SP_SPECIAL;
}

static void write_params(ans_jw *w, const ans_search *search, ans_type t, bool is_audit)
{
    static const char *const bases[] = {NULL, "DomainResource", "Resource"};
    ans_jw_key(w, ANS_STR("searchParam"));
    ans_jw_begin(w, '[');
    write_param(w, "_id", "http://hl7.org/fhir/SearchParameter/Resource-id", "token");
    write_param(w, "_lastUpdated", "http://hl7.org/fhir/SearchParameter/Resource-lastUpdated", "date");
    if (!is_audit) {
        write_param(w, "_list", NULL, "token");
        write_param(w, "_has", NULL, "string");
    }
    for (int i = 0; i < 3; i++) {
        ans_type base = bases[i] ? ans_fhir_type_named(ans_str_of(bases[i])) : t;
        uint16_t count = 0;
        const ans_sp *sp = ans_fhir_is_a(t, base) ? ans_sp_of(base, &count) : NULL;
        for (uint16_t k = 0; sp && k < count; k++) {
            bool is_said = strcmp(sp[k].code, "_id") == 0 || strcmp(sp[k].code, "_lastUpdated") == 0;
            if (is_searchable(&sp[k]) && !is_said && (!is_audit || audit_is_searched_by(sp[k].code))) {
                write_param(w, sp[k].code, sp[k].url, ans_sp_type_name((ans_sp_type)sp[k].type));
            }
        }
    }
    uint32_t at = 0;
    for (const ans_sp *sp; !is_audit && (sp = ans_search_extra(search, t, &at)) != NULL;) {
        write_param(w, sp->code, sp->url, ans_sp_type_name((ans_sp_type)sp->type));
    }
    ans_jw_end(w, ']');
}

/* "Type:code" */
static void write_rule(ans_jw *w, ans_type t, const char *code)
{
    char name[160];
    size_t n = 0;
    ans_str parts[] = {ans_fhir_type_name(t), ANS_STR(":"), ans_str_of(code)};
    for (int i = 0; i < 3 && n + parts[i].n < sizeof name; i++) {
        memcpy(name + n, parts[i].p, parts[i].n);
        n += parts[i].n;
    }
    ans_jw_str(w, (ans_str){name, n});
}

static void write_includes(ans_jw *w, ans_type t)
{
    uint16_t count = 0;
    const ans_sp *sp = ans_sp_of(t, &count);
    ans_jw_key(w, ANS_STR("searchInclude"));
    ans_jw_begin(w, '[');
    ans_jw_str(w, ANS_STR("*"));
    for (uint16_t k = 0; sp && k < count; k++) {
        if (sp[k].type == ANS_SP_REFERENCE && is_searchable(&sp[k])) {
            write_rule(w, t, sp[k].code);
        }
    }
    ans_jw_end(w, ']');
}

static bool refers_to(const ans_sp *sp, ans_type t)
{
    bool found = sp->target_count == 0;
    for (uint8_t i = 0; !found && i < sp->target_count; i++) {
        found = sp->targets[i] == t;
    }
    return found;
}

/* FHIR has no empty lists: the list opens with the first. */
static void write_revincludes(ans_jw *w, const ans_rest *rest, ans_type t)
{
    bool is_open = false;
    for (ans_type from = 1; from < ans_fhir_type_count; from++) {
        uint16_t count = 0;
        const ans_sp *sp = ans_fhir_is_resource(from) && !audit_owns(rest, from) ? ans_sp_of(from, &count) : NULL;
        for (uint16_t k = 0; sp && k < count; k++) {
            if (sp[k].type != ANS_SP_REFERENCE || !is_searchable(&sp[k]) || !refers_to(&sp[k], t)) {
                continue;
            }
            if (!is_open) {
                ans_jw_key(w, ANS_STR("searchRevInclude"));
                ans_jw_begin(w, '[');
                is_open = true;
            }
            write_rule(w, from, sp[k].code);
        }
    }
    if (is_open) {
        ans_jw_end(w, ']');
    }
}

static void write_flag(ans_jw *w, const char *name)
{
    ans_jw_key(w, ans_str_of(name));
    ans_jw_bool(w, true);
}

static void write_policies(ans_jw *w)
{
    ans_jw_kv(w, ANS_STR("versioning"), ANS_STR("versioned-update"));
    write_flag(w, "readHistory");
    write_flag(w, "updateCreate");
    write_flag(w, "conditionalCreate");
    ans_jw_kv(w, ANS_STR("conditionalRead"), ANS_STR("full-support"));
    write_flag(w, "conditionalUpdate");
    ans_jw_kv(w, ANS_STR("conditionalDelete"), ANS_STR("single"));
    ans_jw_key(w, ANS_STR("referencePolicy"));
    ans_jw_begin(w, '[');
    ans_jw_str(w, ANS_STR("literal"));
    ans_jw_str(w, ANS_STR("logical"));
    ans_jw_end(w, ']');
}

static void write_resource(const job *j, ans_jw *w, ans_type t)
{
    const ans_rest *rest = j->rest;
    bool is_audit = audit_owns(rest, t);
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("type"), ans_fhir_type_name(t));
    write_codes(w, is_audit ? of_audit : interactions);
    if (!is_audit) {
        write_policies(w);
        write_includes(w, t);
        write_revincludes(w, rest, t);
    }
    write_params(w, rest->o.search, t, is_audit);
    operation_list(j, w, ans_fhir_types[t].name);
    ans_jw_end(w, '}');
}

static void write_compartments(ans_jw *w)
{
    static const char *const list[] = {"device", "encounter", "patient", "practitioner", "relatedPerson"};
    ans_jw_key(w, ANS_STR("compartment"));
    ans_jw_begin(w, '[');
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        char url[80];
        int n = snprintf(url, sizeof url, "http://hl7.org/fhir/CompartmentDefinition/%s", list[i]);
        ans_jw_str(w, (ans_str){url, (size_t)n});
    }
    ans_jw_end(w, ']');
}

static void write_head(job *j, ans_jw *w)
{
    ans_jw_kv(w, ANS_STR("resourceType"), ANS_STR("CapabilityStatement"));
    ans_jw_kv(w, ANS_STR("status"), ANS_STR("active"));
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(j->rest->started_us, when);
    ans_jw_kv(w, ANS_STR("date"), (ans_str){when, sizeof when});
    ans_jw_kv(w, ANS_STR("kind"), ANS_STR("instance"));
    ans_jw_key(w, ANS_STR("software"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ANS_STR("An Sinh"));
    ans_jw_kv(w, ANS_STR("version"), ans_str_of(j->rest->o.version));
    ans_jw_end(w, '}');
    ans_jw_key(w, ANS_STR("implementation"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("description"), ANS_STR("An Sinh: health records of labour-social care facilities"));
    ans_jw_kv(w, ANS_STR("url"), j->base);
    ans_jw_end(w, '}');
    ans_jw_kv(w, ANS_STR("fhirVersion"), ANS_STR("4.0.1"));
    ans_jw_key(w, ANS_STR("format"));
    ans_jw_begin(w, '[');
    ans_jw_str(w, ANS_STR("application/fhir+json"));
    ans_jw_str(w, ANS_STR("json"));
    ans_jw_end(w, ']');
    ans_jw_key(w, ANS_STR("patchFormat"));
    ans_jw_begin(w, '[');
    ans_jw_str(w, ANS_STR("application/json-patch+json"));
    ans_jw_str(w, ANS_STR("application/fhir+json"));
    ans_jw_str(w, ANS_STR("application/merge-patch+json"));
    ans_jw_end(w, ']');
}

ans_err capabilities_run(job *j)
{
    static const char *const system[] = {"transaction", "batch", "search-system", "history-system", NULL};
    ans_buf b;
    ans_jw w;
    format f;
    ans_err err = format_read(j->cx, j->rq.query, &f);
    ans_buf_init_arena(&b, j->cx->arena, (size_t)32 << 20);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    write_head(j, &w);
    ans_jw_key(&w, ANS_STR("rest"));
    ans_jw_begin(&w, '[');
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("mode"), ANS_STR("server"));
    ans_jw_kv(&w, ANS_STR("documentation"), ANS_STR("POST [base]/ViewDefinition/$run (SQL on FHIR v2) works, too: R4 has no such type to list it under"));
    smart_security(j, &w);
    ans_jw_key(&w, ANS_STR("resource"));
    ans_jw_begin(&w, '[');
    for (ans_type t = 1; t < ans_fhir_type_count; t++) {
        if (ans_fhir_is_resource(t)) {
            write_resource(j, &w, t);
        }
    }
    ans_jw_end(&w, ']');
    write_codes(&w, system);
    operation_list(j, &w, NULL);
    write_compartments(&w);
    ans_jw_end(&w, '}');
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    j->an.status = 200;
    err = err == ANS_OK ? ans_buf_finish(&b, &j->an.body) : err;
    err = err == ANS_OK ? format_resource(j->cx, &f, j->an.body, &j->an.body) : err;
    err = err == ANS_OK ? format_pretty(j->cx, &f, &j->an.body) : err;
    if (err == ANS_OK) { /* changes with what it says: http.html#capabilities */
        j->an.etag = ans_arena_fmt(j->cx->arena, "W/\"%016llx\"", (unsigned long long)ans_hash64(ans_store_hash_key(j->rest->o.store), j->an.body));
    }
    if (err == ANS_OK && j->an.etag.n && ans_str_eq(ans_str_trim(j->rq.if_none_match), j->an.etag)) {
        j->an.status = 304;
        j->an.body = ANS_STR_NONE;
    }
    return err;
}

/* Up means: the store answers a read now. */
ans_err health_run(job *j, ans_reader *rd)
{
    ans_pos pos;
    ans_rid rid;
    ans_err err = ans_store_head(j->cx, rd, &pos, &rid);
    if (err != ANS_OK) {
        return err;
    }
    j->an.status = 200;
    j->an.content_type = "application/json";
    const char *disk = limit_disk_is_low(j->rest) ? "low" : "enough";
    /* how much is written is nobody's business who has not signed in */
    ans_str more = j->rest->o.accounts ? ANS_STR("") : ans_arena_fmt(j->cx->arena, ",\"position\":%llu", (unsigned long long)pos);
    j->an.body = ans_arena_fmt(j->cx->arena, "{\"status\":\"up\",\"version\":\"%s\",\"disk\":\"%s\",\"clock\":\"%s\"%.*s}", j->rest->o.version, disk, ans_clock_name(clock_state(j->rest)),
                               ANS_FMT(more));
    return j->an.body.p ? ANS_OK : ans_cx_nomem(j->cx);
}

static void metric(ans_buf *b, const char *name, const char *kind, const char *help, uint64_t value)
{
    ans_buf_fmt(b, "# HELP ansinh_%s %s\n# TYPE ansinh_%s %s\nansinh_%s %llu\n", name, help, name, kind, name,
                (unsigned long long)value);
}

ans_err metrics_run(job *j)
{
    ans_store_stats s;
    ans_buf b;
    ans_rest *rest = j->rest;
    ans_store_stats_get(rest->o.store, &s);
    ans_buf_init_arena(&b, j->cx->arena, 65536);
    metric(&b, "uptime_seconds", "gauge", "Seconds since the start.", (uint64_t)((ans_now_us() - rest->started_us) / 1000000));
    metric(&b, "log_position", "gauge", "Position of the last version written.", s.pos);
    metric(&b, "commits_total", "counter", "Commits on disk.", s.commits);
    metric(&b, "changes_total", "counter", "Changes committed.", s.changes);
    metric(&b, "changes_queued", "gauge", "Changes waiting for the writer.", s.queued);
    metric(&b, "store_bytes", "gauge", "Size of the store's file.", s.file_bytes);
    metric(&b, "jobs_running", "gauge", "Calls being worked on.", atomic_load(&rest->running));
    metric(&b, "unfit_refused_total", "counter", "Resources refused because they break their definitions.", atomic_load(&rest->unfit_refused));
    metric(&b, "unfit_kept_total", "counter", "Resources written although they break their definitions.", atomic_load(&rest->unfit_kept));
    metric(&b, "throttled_total", "counter", "Requests refused because their account or address asked too often.", atomic_load(&rest->throttled));
    metric(&b, "disk_low", "gauge", "1: the disk is nearly full and nothing new is written.", limit_disk_is_low(rest));
    metric(&b, "clock_doubtful", "gauge", "1: the wall clock is in doubt and signing waits.", clock_state(rest) != ANS_CLOCK_RIGHT);
    if (rest->o.packs) {
        int64_t oldest = rest->o.packs->oldest_us(rest->o.packs->arg);
        metric(&b, "packs_failed", "gauge", "Facilities whose 24-hour pack could not be made.", rest->o.packs->failed_count(rest->o.packs->arg));
        metric(&b, "pack_age_seconds", "gauge", "Age of the oldest newest pack of a facility (0: none was made yet).",
               oldest ? (uint64_t)((ans_now_us() - oldest) / 1000000) : 0);
    }
    metric(&b, "disk_free_bytes", "gauge", "Free on the data folder's disk, as it was within the last second (0: not watched).", atomic_load(&rest->disk_free_bytes));
    ANS_BUF_LIT(&b, "# HELP ansinh_answers_total Answers by class of status.\n# TYPE ansinh_answers_total counter\n");
    for (int i = 1; i < 6; i++) {
        ans_buf_fmt(&b, "ansinh_answers_total{status=\"%dxx\"} %llu\n", i, (unsigned long long)atomic_load(&rest->by_status[i]));
    }
    if (rest->http) {
        ans_http_stats h;
        ans_http_stats_get(rest->http, &h);
        metric(&b, "connections_open", "gauge", "Connections open now.", h.open);
        metric(&b, "connections_total", "counter", "Connections accepted.", h.accepted);
        metric(&b, "requests_total", "counter", "Requests framed.", h.requests);
        metric(&b, "refused_total", "counter", "Requests the framer refused.", h.refused);
    }
    j->an.status = 200;
    j->an.content_type = "text/plain; version=0.0.4";
    return ans_buf_finish(&b, &j->an.body);
}
