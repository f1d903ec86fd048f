/* package: the command. Removing asks first who stands on what goes. */
#include "app/package.h"

#include <stdio.h>

#include "app/trail.h"

/* ---- add ---- */

static ans_err say_needs(package_job *j)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < j->p.need_count; i++) {
        const package_need *n = &j->p.needs[i];
        ans_json list;
        bool is_built_in = ans_str_starts(n->name, ANS_STR("hl7.fhir.r4."));
        err = is_built_in ? ANS_OK : package_list_of(j, n->name, &list);
        if (err == ANS_OK && !is_built_in && !list.count) {
            say("%.*s needs %.*s %.*s, which is not here: what it takes from there cannot be checked", ANS_FMT(j->p.name), ANS_FMT(n->name),
                ANS_FMT(n->version));
        }
    }
    return err;
}

static uint32_t count_absent(const package_job *j)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < j->p.count; i++) {
        n += !j->p.at[i].old_vid.n;
    }
    return n;
}

static uint32_t count_new_parameters(const package_job *j)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < j->p.count; i++) {
        n += ans_str_is(ans_fhir_type_name(j->p.at[i].type), "SearchParameter");
    }
    return n;
}

static ans_err add(package_job *j)
{
    ans_err err = package_read(j->cx, j->o->args[1], &j->p);
    if (err == ANS_OK && !j->p.is_r4) {
        err = ans_issue_add(j->cx, ANS_E_UNSUPPORTED, ANS_STR_NONE, "%.*s %.*s is not for FHIR R4 (4.0)", ANS_FMT(j->p.name), ANS_FMT(j->p.version));
    }
    err = err == ANS_OK ? record_open(j->cx, j->o, &j->door) : err;
    err = err == ANS_OK ? package_list_of(j, j->p.name, &j->old) : err;
    err = err == ANS_OK ? say_needs(j) : err;
    err = err == ANS_OK ? package_settle_ids(j) : err;
    if (err != ANS_OK || j->o->dry_run) {
        return err;
    }
    err = package_write(j);
    return err == ANS_OK ? trail_tell(j->cx, j->door.audit, ANS_DID_IMPORT, "package-add", j->p.name, ANS_STR_NONE) : err;
}

static int run_add(package_job *j)
{
    ans_err err = add(j);
    if (err != ANS_OK) {
        return fail(j->cx, err);
    }
    ans_str was = j->old.count ? ans_json_get_string(j->cx, &j->old, 0, ANS_STR("version")) : ANS_STR("");
    printf("%.*s %.*s%s%.*s%s: %u definitions", ANS_FMT(j->p.name), ANS_FMT(j->p.version), was.n ? " (was " : "", ANS_FMT(was), was.n ? ")" : "",
           j->p.count);
    if (j->o->dry_run) {
        printf(", %u of them not here yet; nothing written\n", count_absent(j));
        return EXIT_DONE;
    }
    printf(": %u new, %u changed, %u as they were, %u gone, %u refused\n", j->created, j->changed, j->same, j->gone, j->refused);
    if (count_new_parameters(j)) {
        say("its search parameters can be searched by after: ansinh reindex --data %s", j->o->data);
    }
    return j->refused ? EXIT_FINDINGS : EXIT_DONE;
}

/* ---- list ---- */

static int run_list(package_job *j)
{
    ans_rest_answer a;
    ans_json doc;
    ans_err err = record_open(j->cx, j->o, &j->door);
    err = err == ANS_OK ? package_ask(j, j->cx, "GET", ANS_STR("ImplementationGuide?_tag=" PACKAGE_TAG "%7C&_count=1000&_sort=name"), ANS_STR_NONE, &a) : err;
    err = err == ANS_OK && a.status != 200 ? record_refused(j->cx, &a) : err;
    err = err == ANS_OK ? ans_json_parse(j->cx, a.body, NULL, &doc) : err;
    if (err != ANS_OK) {
        return fail(j->cx, err);
    }
    ans_jnode entries = ans_json_get(&doc, 0, ANS_STR("entry"));
    for (ans_jnode e = entries == ANS_JNONE ? ANS_JNONE : ans_json_first(&doc, entries); e != ANS_JNONE; e = ans_json_next(&doc, entries, e)) {
        ans_jnode r = ans_json_get(&doc, e, ANS_STR("resource"));
        ans_jnode list = ans_json_get(&doc, ans_json_get(&doc, r, ANS_STR("definition")), ANS_STR("resource"));
        ans_str name = ans_json_get_string(j->cx, &doc, r, ANS_STR("packageId"));
        if (name.n) {
            printf("%-40.*s %-16.*s %5u definitions\n", ANS_FMT(name), ANS_FMT(ans_json_get_string(j->cx, &doc, r, ANS_STR("version"))),
                   list == ANS_JNONE ? 0 : ans_json_count(&doc, list));
        }
    }
    return EXIT_DONE;
}

/* ---- remove ---- */

static ans_err take_out(package_job *j, ans_str name)
{
    ans_buf b;
    ans_jw w;
    ans_str body;
    ans_rest_answer a;
    ans_jnode list = package_listed(&j->old);
    ans_err err = ANS_OK;
    package_begin_bundle(&b, &w, j->cx->arena);
    for (ans_jnode r = list == ANS_JNONE ? ANS_JNONE : ans_json_first(&j->old, list); r != ANS_JNONE; r = ans_json_next(&j->old, list, r)) {
        err = package_put_deletion(j, &w, package_listed_ref(j->cx, &j->old, r));
        if (err != ANS_OK) {
            return err;
        }
    }
    ans_jw_begin(&w, '{');
    package_put_request(&w, "DELETE", ans_arena_fmt(j->cx->arena, "ImplementationGuide/package-%.*s", ANS_FMT(name)));
    ans_jw_end(&w, '}');
    err = package_end_bundle(&b, &w, &body);
    err = err == ANS_OK ? package_ask(j, j->cx, "POST", ANS_STR(""), body, &a) : ans_cx_nomem(j->cx);
    err = err == ANS_OK && a.status != 200 ? record_refused(j->cx, &a) : err;
    return err == ANS_OK ? trail_tell(j->cx, j->door.audit, ANS_DID_IMPORT, "package-remove", name, ANS_STR_NONE) : err;
}

static int run_remove(package_job *j)
{
    ans_str name = ans_str_of(j->o->args[1]);
    uint64_t uses_found = 0;
    j->p.name = name;
    ans_err err = record_open(j->cx, j->o, &j->door);
    err = err == ANS_OK ? package_list_of(j, name, &j->old) : err;
    if (err == ANS_OK && !j->old.count) {
        say("there is no package %.*s; see: ansinh package list", ANS_FMT(name));
        return EXIT_FINDINGS;
    }
    err = err == ANS_OK ? package_uses(j, name, &uses_found) : err;
    bool goes = err == ANS_OK && !j->o->dry_run && (uses_found == 0 || j->o->force);
    err = goes ? take_out(j, name) : err;
    if (err != ANS_OK) {
        return fail(j->cx, err);
    }
    if (!goes && !j->o->dry_run) {
        say("something stands on it, nothing was removed; --force removes it all the same (its versions stay in the history)");
        return EXIT_FINDINGS;
    }
    printf("%.*s: %u definitions %s\n", ANS_FMT(name), goes ? j->gone : ans_json_count(&j->old, package_listed(&j->old)), goes ? "removed" : "would go");
    return EXIT_DONE;
}

int run_package(ans_cx *cx, const options *o)
{
    static const struct {
        const char *act;
        int (*run)(package_job *j);
        int args;
    } acts[] = {{"add", run_add, 2}, {"list", run_list, 1}, {"remove", run_remove, 2}};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (strcmp(o->args[0], acts[i].act) == 0 && o->arg_count == acts[i].args) {
            package_job j = {.cx = cx, .o = o, .page = {.arena = ans_arena_new((size_t)1 << 30)}};
            int code = j.page.arena ? acts[i].run(&j) : fail(cx, ANS_E_NOMEM);
            record_close(&j.door);
            ans_arena_free(j.page.arena);
            return code;
        }
    }
    say("package knows: add FILE.tgz|DIR, list, remove NAME");
    return EXIT_USAGE;
}
