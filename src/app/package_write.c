/* A package into the record: in pages of one transaction each, and the list of them last, so that an interrupted add is seen as not
 * added and can be repeated. */
#include <stdio.h>

#include "app/package.h"
#include "base/hash.h"

enum { PAGE = 200, MOST_TOLD = 20 };
#define PAGE_BYTES ((size_t)16 << 20)

/* What stands under the item's id: nothing, this definition (of this package or of somebody else), or another one. */
static ans_err look_at_id(package_job *j, package_item *item, bool *out_is_taken)
{
    ans_rest_answer a;
    ans_json there;
    const char *type = ans_fhir_types[item->type].name;
    *out_is_taken = false;
    ans_err err = package_ask(j, &j->page, "GET", ans_arena_fmt(j->page.arena, "%s/%.*s", type, ANS_FMT(item->id)), ANS_STR_NONE, &a);
    bool is_there = err == ANS_OK && a.status == 200;
    err = is_there ? ans_json_parse(&j->page, a.body, NULL, &there) : err;
    if (err == ANS_OK && is_there) {
        ans_jnode meta = ans_json_get(&there, 0, ANS_STR("meta"));
        *out_is_taken = !ans_str_eq(ans_json_get_string(&j->page, &there, 0, ANS_STR("url")), item->url);
        if (!*out_is_taken && package_is_tagged(&j->page, &there, j->p.name)) {
            item->old_vid = ans_arena_dup(j->cx->arena, ans_json_get_string(&j->page, &there, meta, ANS_STR("versionId")));
        } else if (!*out_is_taken) {
            say("%s %.*s is here already and not of this package: left as it is", type, ANS_FMT(item->url));
            item->type = 0;
        }
    }
    err = ans_issue_pass(j->cx, &j->page, err);
    package_forget_page(j);
    return err;
}

/* An id is kept unless another definition has it: then one is made of the URL, the same every time. */
static ans_err settle_id(package_job *j, package_item *item)
{
    bool is_taken;
    ans_err err = look_at_id(j, item, &is_taken);
    if (err != ANS_OK || !is_taken) {
        return err;
    }
    ans_hash h = ans_hash_content(item->url);
    item->id = ans_arena_fmt(j->cx->arena, "p-%02x%02x%02x%02x%02x%02x%02x%02x%02x%02x", h.b[0], h.b[1], h.b[2], h.b[3], h.b[4], h.b[5], h.b[6],
                             h.b[7], h.b[8], h.b[9]);
    err = item->id.p ? look_at_id(j, item, &is_taken) : ans_cx_nomem(j->cx);
    if (err == ANS_OK && is_taken) {
        say("%s %.*s cannot be put: its id is taken", ans_fhir_types[item->type].name, ANS_FMT(item->url));
        item->type = 0;
    }
    return err;
}

ans_err package_settle_ids(package_job *j)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < j->p.count; i++) {
        err = settle_id(j, &j->p.at[i]);
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; err == ANS_OK && i < j->p.count; i++) {
        if (j->p.at[i].type) {
            j->p.at[kept++] = j->p.at[i];
        }
    }
    j->p.count = err == ANS_OK ? kept : j->p.count;
    return err;
}

/* ---- resources ---- */

static void put_tag(const package_job *j, ans_jw *w)
{
    ans_jw_key(w, ANS_STR("tag"));
    ans_jw_begin(w, '[');
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("system"), ANS_STR(PACKAGE_TAG));
    ans_jw_kv(w, ANS_STR("code"), j->p.name);
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
}

/* meta keeps its profiles; tags of the publisher go. */
static void put_resource(const package_job *j, ans_jw *w, const package_item *item)
{
    ans_jnode profile = ans_json_get(&item->doc, ans_json_get(&item->doc, 0, ANS_STR("meta")), ANS_STR("profile"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("resourceType"), ans_fhir_type_name(item->type));
    ans_jw_kv(w, ANS_STR("id"), item->id);
    ans_jw_key(w, ANS_STR("meta"));
    ans_jw_begin(w, '{');
    if (profile != ANS_JNONE) {
        ans_jw_key(w, ANS_STR("profile"));
        ans_jw_copy(w, &item->doc, profile);
    }
    put_tag(j, w);
    ans_jw_end(w, '}');
    ANS_JSON_EACH(&item->doc, 0, member)
    {
        ans_str key = ans_json_key(&item->doc, member);
        if (!ans_str_is(key, "resourceType") && !ans_str_is(key, "id") && !ans_str_is(key, "meta")) {
            ans_jw_key(w, key);
            ans_jw_copy(w, &item->doc, member);
        }
    }
    ans_jw_end(w, '}');
}

static void count_answers(package_job *j, const package_item *from, uint32_t count, ans_str body)
{
    ans_json doc;
    ans_jnode entries = ans_json_parse(&j->page, body, NULL, &doc) == ANS_OK ? ans_json_get(&doc, 0, ANS_STR("entry")) : ANS_JNONE;
    if (entries == ANS_JNONE) {
        return;
    }
    uint32_t i = 0;
    ANS_JSON_EACH(&doc, entries, e)
    {
        if (i == count) {
            return;
        }
        ans_jnode response = ans_json_get(&doc, e, ANS_STR("response"));
        ans_str etag = ans_json_get_string(&j->page, &doc, response, ANS_STR("etag"));
        ans_str same = ans_arena_fmt(j->page.arena, "W/\"%.*s\"", ANS_FMT(from[i].old_vid));
        j->created += !from[i].old_vid.n;
        j->same += from[i].old_vid.n && ans_str_eq(etag, same);
        j->changed += from[i].old_vid.n && !ans_str_eq(etag, same);
        i++;
    }
}

static ans_err write_bundle(package_job *j, const package_item *from, uint32_t count, ans_rest_answer *out)
{
    ans_buf b;
    ans_jw w;
    ans_str body;
    package_begin_bundle(&b, &w, j->page.arena);
    for (uint32_t i = 0; i < count; i++) {
        ans_jw_begin(&w, '{');
        ans_jw_key(&w, ANS_STR("resource"));
        put_resource(j, &w, &from[i]);
        package_put_request(&w, "PUT", ans_arena_fmt(j->page.arena, "%s/%.*s", ans_fhir_types[from[i].type].name, ANS_FMT(from[i].id)));
        ans_jw_end(&w, '}');
    }
    ans_err err = package_end_bundle(&b, &w, &body);
    return err == ANS_OK ? package_ask(j, &j->page, "POST", ANS_STR(""), body, out) : ans_cx_nomem(j->cx);
}

/* All of a page, or, when something of it is refused, each by itself: one bad definition costs one definition. */
static ans_err write_page(package_job *j, package_item *from, uint32_t count)
{
    ans_rest_answer a;
    ans_err err = write_bundle(j, from, count, &a);
    if (err == ANS_OK && a.status == 200) {
        count_answers(j, from, count, a.body);
    } else if (err == ANS_OK && count > 1) {
        for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
            package_forget_page(j);
            err = write_page(j, &from[i], 1);
        }
    } else if (err == ANS_OK) {
        (void)record_refused(&j->page, &a); /* said here, the rest goes on */
        if (j->refused++ < MOST_TOLD) {
            say("%s %.*s: %.*s", ans_fhir_types[from->type].name, ANS_FMT(from->url), ANS_FMT(j->page.last_->text));
        }
        from->type = 0; /* not listed */
    }
    err = ans_issue_pass(j->cx, &j->page, err);
    package_forget_page(j);
    return err;
}

static ans_err write_items(package_job *j)
{
    progress bar;
    ans_err err = ANS_OK;
    progress_start(&bar, "package", "resources", j->o->quiet);
    for (uint32_t at = 0, count; err == ANS_OK && at < j->p.count; at += count) {
        size_t bytes = 0;
        for (count = 0; at + count < j->p.count && count < PAGE && (count == 0 || bytes < PAGE_BYTES); count++) {
            bytes += ans_json_at(&j->p.at[at + count].doc, 0)->len;
        }
        err = write_page(j, &j->p.at[at], count);
        progress_show(&bar, at + count, j->p.count, at + count);
    }
    progress_end(&bar);
    return err;
}

/* ---- the list ---- */

static void put_needs(const package_job *j, ans_jw *w)
{
    if (j->p.need_count == 0) {
        return;
    }
    ans_jw_key(w, ANS_STR("dependsOn"));
    ans_jw_begin(w, '[');
    for (uint32_t i = 0; i < j->p.need_count; i++) {
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("uri"), ans_arena_fmt(j->cx->arena, PACKAGE_URL "%.*s", ANS_FMT(j->p.needs[i].name)));
        ans_jw_kv(w, ANS_STR("packageId"), j->p.needs[i].name);
        if (j->p.needs[i].version.n) {
            ans_jw_kv(w, ANS_STR("version"), j->p.needs[i].version);
        }
        ans_jw_end(w, '}');
    }
    ans_jw_end(w, ']');
}

static void put_listed(const package_job *j, ans_jw *w)
{
    ans_jw_key(w, ANS_STR("definition"));
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("resource"));
    ans_jw_begin(w, '[');
    for (uint32_t i = 0; i < j->p.count; i++) {
        if (j->p.at[i].type) {
            ans_jw_begin(w, '{');
            ans_jw_key(w, ANS_STR("reference"));
            ans_jw_begin(w, '{');
            ans_jw_kv(w, ANS_STR("reference"),
                      ans_arena_fmt(j->cx->arena, "%s/%.*s", ans_fhir_types[j->p.at[i].type].name, ANS_FMT(j->p.at[i].id)));
            ans_jw_end(w, '}');
            ans_jw_kv(w, ANS_STR("name"), j->p.at[i].url);
            ans_jw_end(w, '}');
        }
    }
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}

static void put_list(const package_job *j, ans_jw *w)
{
    ans_str name = j->p.name;
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("resourceType"), ANS_STR("ImplementationGuide"));
    ans_jw_kv(w, ANS_STR("id"), ans_arena_fmt(j->cx->arena, "package-%.*s", ANS_FMT(name)));
    ans_jw_key(w, ANS_STR("meta"));
    ans_jw_begin(w, '{');
    put_tag(j, w);
    ans_jw_end(w, '}');
    ans_jw_kv(w, ANS_STR("url"), ans_arena_fmt(j->cx->arena, PACKAGE_URL "%.*s", ANS_FMT(name)));
    ans_jw_kv(w, ANS_STR("version"), j->p.version);
    ans_jw_kv(w, ANS_STR("name"), name);
    ans_jw_kv(w, ANS_STR("status"), ANS_STR("active"));
    if (j->p.description.n) {
        ans_jw_kv(w, ANS_STR("description"), j->p.description);
    }
    ans_jw_kv(w, ANS_STR("packageId"), name);
    ans_jw_key(w, ANS_STR("fhirVersion"));
    ans_jw_raw(w, ANS_STR("[\"4.0.1\"]"));
    put_needs(j, w);
    put_listed(j, w);
    ans_jw_end(w, '}');
}

static bool is_in(const package *p, ans_str ref)
{
    for (uint32_t i = 0; i < p->count; i++) {
        ans_str type = ans_fhir_type_name(p->at[i].type), rest = ref, head;
        if (p->at[i].type && ans_str_cut(&rest, '/', &head) && ans_str_eq(head, type) && ans_str_eq(rest, p->at[i].id)) {
            return true;
        }
    }
    return false;
}

/* The list of the new version, and with it what the old one had and the new one has not. */
static ans_err write_list(package_job *j)
{
    ans_buf b;
    ans_jw w;
    ans_str body;
    ans_rest_answer a;
    ans_jnode old = package_listed(&j->old);
    ans_err err = ANS_OK;
    package_begin_bundle(&b, &w, j->cx->arena);
    for (ans_jnode r = old == ANS_JNONE ? ANS_JNONE : ans_json_first(&j->old, old); r != ANS_JNONE; r = ans_json_next(&j->old, old, r)) {
        ans_str ref = package_listed_ref(j->cx, &j->old, r);
        err = ref.n && !is_in(&j->p, ref) ? package_put_deletion(j, &w, ref) : ANS_OK;
        if (err != ANS_OK) {
            return err;
        }
    }
    ans_jw_begin(&w, '{');
    ans_jw_key(&w, ANS_STR("resource"));
    put_list(j, &w);
    package_put_request(&w, "PUT", ans_arena_fmt(j->cx->arena, "ImplementationGuide/package-%.*s", ANS_FMT(j->p.name)));
    ans_jw_end(&w, '}');
    err = package_end_bundle(&b, &w, &body);
    err = err == ANS_OK ? package_ask(j, j->cx, "POST", ANS_STR(""), body, &a) : ans_cx_nomem(j->cx);
    return err == ANS_OK && a.status != 200 ? record_refused(j->cx, &a) : err;
}

ans_err package_write(package_job *j)
{
    ans_err err = write_items(j);
    return err == ANS_OK ? write_list(j) : err;
}
