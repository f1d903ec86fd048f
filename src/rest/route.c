/* From method and path to an interaction. A table would hide more than this ladder shows: the path has at most four parts.
 *
 *   [base]/metadata                 [base]/_history          [base]          POST: batch, transaction; GET: search
 *   [base]/Type  [base]/Type/_search  [base]/Type/_history
 *   [base]/Type/id  [base]/Type/id/_history  [base]/Type/id/_history/vid
 *   [base]/Type/id/Type2  [base]/Type/id/Type2/_search      what is in a compartment
 *   [base]/$name  [base]/Type/$name  [base]/Type/id/$name      GET, or POST of a Parameters resource (operation.c) */
#include "rest/rest_int.h"

static ans_err no_method(ans_cx *cx, const request *rq)
{
    return ans_issue_add(cx, ANS_E_METHOD, ANS_STR("http.method"), "%.*s is not for this address", ANS_FMT(rq->method));
}

static bool is_get(const request *rq)
{
    return ans_str_is(rq->method, "GET") || ans_str_is(rq->method, "HEAD");
}

/* PATCH is an update whose body says what changes. */
static bool is_update(const request *rq, route *out)
{
    out->is_patch = ans_str_is(rq->method, "PATCH");
    return out->is_patch || ans_str_is(rq->method, "PUT");
}

static ans_err operation_level(ans_cx *cx, const request *rq, ans_str type, ans_str name, uint8_t level, route *out)
{
    out->what = I_OPERATION;
    ans_err err = operation_find(cx, name, type, level, &out->op);
    return err != ANS_OK || is_get(rq) || ans_str_is(rq->method, "POST") ? err : no_method(cx, rq);
}

static ans_err system_level(ans_cx *cx, const request *rq, ans_str first, route *out)
{
    bool get = is_get(rq), post = ans_str_is(rq->method, "POST");
    if (first.n == 0) {
        out->what = get ? I_SEARCH : post ? I_BUNDLE : I_NONE;
    } else if (ans_str_is(first, "metadata")) {
        out->what = get ? I_CAPABILITIES : I_NONE;
    } else if (ans_str_is(first, "_history")) {
        out->what = get ? I_HISTORY : I_NONE;
    } else if (ans_str_is(first, "_search")) {
        out->what = post || get ? I_SEARCH : I_NONE;
    } else if (first.p[0] == '$') {
        return operation_level(cx, rq, ANS_STR_NONE, first, OP_SYSTEM, out);
    } else {
        return ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is no resource type of that name in FHIR R4");
    }
    return out->what ? ANS_OK : no_method(cx, rq);
}

static ans_err type_level(ans_cx *cx, const request *rq, ans_str second, route *out)
{
    bool get = is_get(rq), post = ans_str_is(rq->method, "POST");
    if (second.n == 0) {
        out->what = get                               ? I_SEARCH
                    : post                            ? I_CREATE
                    : is_update(rq, out)               ? I_UPDATE
                    : ans_str_is(rq->method, "DELETE") ? I_DELETE
                                                       : I_NONE;
        return out->what ? ANS_OK : no_method(cx, rq);
    }
    if (ans_str_is(second, "_search")) {
        out->what = post || get ? I_SEARCH : I_NONE;
    } else if (ans_str_is(second, "_history")) {
        out->what = get ? I_HISTORY : I_NONE;
    } else if (second.p[0] == '$') {
        return operation_level(cx, rq, ans_fhir_type_name(out->type), second, OP_TYPE, out);
    } else {
        out->id = second;
        out->what = get                               ? I_READ
                    : is_update(rq, out)               ? I_UPDATE
                    : ans_str_is(rq->method, "DELETE") ? I_DELETE
                                                       : I_NONE;
        if (!ans_id_is_valid(second)) {
            return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("http.url"), "an id has 1 to 64 letters, digits, '-' and '.'");
        }
    }
    return out->what ? ANS_OK : no_method(cx, rq);
}

ans_err route_find(ans_cx *cx, ans_rest *rest, const request *rq, route *out)
{
    ans_str parts[5] = {{0}}, rest_of = rq->path;
    int count = 0;
    *out = (route){.query = rq->query};
    for (bool more = rest_of.n > 0; more && count < 5; count++) {
        more = ans_str_cut(&rest_of, '/', &parts[count]);
    }
    if (count && parts[count - 1].n == 0) {
        count--; /* a slash at the end */
    }
    ans_type t = ans_fhir_type_named(parts[0]);
    if (!t && count == 2 && parts[1].p[0] == '$') { /* ViewDefinition is no type of R4 */
        ans_err err = operation_level(cx, rq, parts[0], parts[1], OP_TYPE, out);
        return err != ANS_OK || out->op->type ? err : ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is no resource type of that name in FHIR R4");
    }
    if (!t || !ans_fhir_is_resource(t)) {
        return count <= 1 ? system_level(cx, rq, parts[0], out)
                          : ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is no resource type of that name in FHIR R4");
    }
    out->type = t;
    bool asks = count > 1 && parts[count - 1].n && parts[count - 1].p[0] == '$'; /* operations only read */
    if (audit_owns(rest, t) && !asks && !is_get(rq) && !(ans_str_is(rq->method, "POST") && ans_str_is(parts[1], "_search"))) {
        return ans_issue_add(cx, ANS_E_METHOD, ANS_STR("http.method"), "an AuditEvent is written by this program only");
    }
    if (count <= 2) {
        return type_level(cx, rq, parts[1], out);
    }
    if (count == 3 && parts[2].n && parts[2].p[0] == '$' && ans_id_is_valid(parts[1])) {
        out->id = parts[1];
        return operation_level(cx, rq, parts[0], parts[2], OP_INSTANCE, out);
    }
    ans_type inner = ans_fhir_type_named(parts[2]);
    if (inner && ans_compartment_of(t, inner) && !audit_owns(rest, inner) && ans_id_is_valid(parts[1]) &&
        (count == 3 || (count == 4 && ans_str_is(parts[3], "_search")))) {
        *out = (route){.query = rq->query, .what = I_SEARCH, .type = inner, .within = t, .within_id = parts[1]};
        return is_get(rq) || (count == 4 && ans_str_is(rq->method, "POST")) ? ANS_OK : no_method(cx, rq);
    }
    if (!ans_str_is(parts[2], "_history") || count > 4 || !ans_id_is_valid(parts[1])) {
        return ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is nothing at this address");
    }
    out->id = parts[1];
    out->what = count == 4 ? I_VREAD : I_HISTORY;
    uint64_t vid = 0;
    if (count == 4 && (!ans_str_u64(parts[3], &vid) || vid == 0 || vid >= UINT32_MAX)) {
        return ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "version ids of this server are numbers from 1");
    }
    out->vid = (uint32_t)vid;
    return is_get(rq) ? ANS_OK : no_method(cx, rq);
}

/* What a 405 has to say (RFC 7231, 6.5.5): found by trying, so that it cannot differ from what is done. */
ans_str route_allowed(const job *j)
{
    static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
    ans_str list = ANS_STR_NONE;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        ans_cx brief = {.arena = j->cx->arena};
        request rq = j->rq;
        route r;
        rq.method = ans_str_of(methods[i]);
        if (route_find(&brief, j->rest, &rq, &r) == ANS_OK) {
            list = ans_arena_fmt(j->cx->arena, "%.*s%s%s", ANS_FMT(list), list.n ? ", " : "", methods[i]);
        }
    }
    return list;
}
