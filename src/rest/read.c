/* read, vread and their conditions. http://hl7.org/fhir/R4/http.html#read */
#include "rest/rest_int.h"

#include <stdio.h>
#include <time.h>

/* These two are in every answer to a read, where printf is a twentieth of the work. */

ans_str etag_of(ans_cx *cx, uint32_t vid)
{
    char text[20] = "W/\"";
    ans_buf b = {.p = text, .n = 3, .cap_ = sizeof text, .max_ = sizeof text};
    ans_buf_u64(&b, vid);
    ans_buf_add_c(&b, '"');
    return ans_arena_dup(cx->arena, (ans_str){text, b.n});
}

static void put_digits(char *p, int value, int digits)
{
    for (int i = digits - 1; i >= 0; i--, value /= 10) {
        p[i] = (char)('0' + value % 10);
    }
}

bool etag_vid(ans_str etag, uint32_t *out)
{
    uint64_t v;
    etag = ans_str_trim(etag);
    if (ans_str_starts(etag, ANS_STR("W/"))) {
        etag = ans_str_from(etag, 2);
    }
    if (etag.n >= 2 && etag.p[0] == '"' && etag.p[etag.n - 1] == '"') {
        etag = (ans_str){etag.p + 1, etag.n - 2};
    }
    if (!ans_str_u64(etag, &v) || v == 0 || v >= ANS_VID_ABSENT) {
        return false;
    }
    *out = (uint32_t)v;
    return true;
}

ans_str http_date(ans_cx *cx, int64_t us)
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t seconds = us / 1000000, day = seconds / 86400, rest = seconds % 86400;
    int year, month, date;
    ans_civil_from_days(day, &year, &month, &date);
    char text[] = "Day, 00 Mon 0000 00:00:00 GMT";
    memcpy(text, days + 3 * ((day + 4) % 7), 3);
    put_digits(text + 5, date, 2);
    memcpy(text + 8, months + 3 * (month - 1), 3);
    put_digits(text + 12, year, 4);
    put_digits(text + 17, (int)(rest / 3600), 2);
    put_digits(text + 20, (int)(rest / 60 % 60), 2);
    put_digits(text + 23, (int)(rest % 60), 2);
    return ans_arena_dup(cx->arena, (ans_str){text, sizeof text - 1});
}

/* "Sat, 21 Nov 2026 07:41:00 GMT" -> seconds; -1 when it is not that form */
static int64_t http_date_seconds(ans_str s)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char name[4] = "";
    char text[40];
    int date, year, hour, minute, second;
    if (s.n >= sizeof text) {
        return -1;
    }
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    if (sscanf(text, "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &date, name, &year, &hour, &minute, &second) != 6) {
        return -1;
    }
    const char *at = strlen(name) == 3 ? strstr(months, name) : NULL;
    if (!at || (at - months) % 3) {
        return -1;
    }
    return ans_days_from_civil(year, (int)(at - months) / 3 + 1, date) * 86400 + hour * 3600 + minute * 60 + second;
}

static bool lists_etag(ans_str list, uint32_t vid)
{
    ans_str one;
    uint32_t v;
    for (bool more = list.n > 0; more;) {
        more = ans_str_cut(&list, ',', &one);
        if (ans_str_is(ans_str_trim(one), "*") || (etag_vid(one, &v) && v == vid)) {
            return true;
        }
    }
    return false;
}

void answer_version(job *j, const ans_version *v)
{
    j->an.etag = etag_of(j->cx, v->vid);
    j->an.when_us = v->when_us;
}

static ans_err gone(job *j, const ans_version *v)
{
    if (v) {
        answer_version(j, v);
    }
    return ans_issue_add(j->cx, ANS_E_GONE, ANS_STR_NONE, "this %s was deleted", ans_fhir_types[j->route.type].name);
}

/* The current version is read, whatever the address; others are history. */
static ans_right right_of(job *j, ans_reader *rd, const ans_version *v)
{
    ans_version now;
    if (gate_is_open(j) || j->route.what == I_READ) {
        return ANS_RIGHT_READ;
    }
    bool current = !v->is_delete && ans_store_read_rid(j->cx, rd, v->rid, false, &now) == ANS_OK && now.vid == v->vid;
    return current ? ANS_RIGHT_READ : ANS_RIGHT_HISTORY;
}

static ans_err find_version(job *j, ans_reader *rd, ans_version *out)
{
    ans_version v;
    ans_cx *cx = j->cx;
    ans_ref ref = {ans_search_type_number(j->rest->o.search, j->route.type), j->route.id};
    ans_err err = j->route.what == I_VREAD ? ans_store_vread(cx, rd, ref, j->route.vid, &v) : ans_store_read(cx, rd, ref, &v);
    bool found = err == ANS_OK || err == ANS_E_GONE;
    if (found && !gate_shows(j, rd, &v, right_of(j, rd, &v))) {
        err = ANS_E_NOTFOUND;
    }
    if (err == ANS_E_GONE || (err == ANS_OK && v.is_delete)) {
        return gone(j, &v);
    }
    if (err == ANS_E_NOTFOUND) {
        return ans_issue_add(cx, err, ANS_STR_NONE, "there is no such %s", ans_fhir_types[j->route.type].name);
    }
    if (err != ANS_OK) {
        return err;
    }
    *out = v;
    return ANS_OK;
}

ans_err read_run(job *j, ans_reader *rd)
{
    ans_version v;
    format f;
    ans_cx *cx = j->cx;
    ans_err err = find_version(j, rd, &v);
    if (err == ANS_E_NOTFOUND && operation_is_defined(j)) {
        return operation_define(j);
    }
    if (err != ANS_OK) {
        return err;
    }
    audit_touch(j, &v);
    answer_version(j, &v);
    int64_t since = j->rq.if_modified_since.n ? http_date_seconds(j->rq.if_modified_since) : -1;
    if (lists_etag(j->rq.if_none_match, v.vid) || (!j->rq.if_none_match.n && since >= 0 && v.when_us / 1000000 <= since)) {
        j->an.status = 304;
        return ANS_OK;
    }
    j->an.status = 200;
    j->an.body = ans_search_body(cx->arena, &v);
    if (!j->an.body.p) {
        return ans_cx_nomem(cx);
    }
    if (j->rq.query.n == 0) {
        return ANS_OK;
    }
    err = format_read(cx, j->rq.query, &f);
    err = err == ANS_OK ? format_resource(cx, &f, j->an.body, &j->an.body) : err;
    return err == ANS_OK ? format_pretty(cx, &f, &j->an.body) : err;
}

/* The meta of the current version, without the resource. http://hl7.org/fhir/R4/resource-operation-meta.html */
ans_err meta_run(job *j, ans_reader *rd)
{
    ans_version v;
    ans_json doc;
    ans_buf b;
    ans_jw w;
    j->route.what = I_READ; /* who may read it may read this; the answer is an operation's */
    ans_err err = j->pass ? gate_check_route(j, &j->route) : ANS_OK;
    err = err == ANS_OK ? find_version(j, rd, &v) : err;
    j->route.what = I_OPERATION;
    if (err != ANS_OK) {
        return err;
    }
    audit_touch(j, &v);
    ans_str text = ans_search_body(j->cx->arena, &v);
    err = text.p ? ans_json_parse(j->cx, text, NULL, &doc) : ans_cx_nomem(j->cx);
    ans_jnode meta = err == ANS_OK ? ans_json_get(&doc, 0, ANS_STR("meta")) : ANS_JNONE;
    ans_buf_init_arena(&b, j->cx->arena, (size_t)16 << 20);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("Parameters"));
    if (meta != ANS_JNONE) {
        ans_jw_key(&w, ANS_STR("parameter"));
        ans_jw_begin(&w, '[');
        ans_jw_begin(&w, '{');
        ans_jw_kv(&w, ANS_STR("name"), ANS_STR("return"));
        ans_jw_key(&w, ANS_STR("valueMeta"));
        ans_jw_copy(&w, &doc, meta);
        ans_jw_end(&w, '}');
        ans_jw_end(&w, ']');
    }
    ans_jw_end(&w, '}');
    return err == ANS_OK ? operation_answer(j, &b) : err;
}
