/* Care rules asked in every form: as a call of its own, as an entry of a batch and as one of a transaction. */
#ifndef TEST_CARE_KIT_H
#define TEST_CARE_KIT_H

#include "unit/rest/access_kit.h"

#include "fhir/value.h"

enum form { SINGLE, BATCH, TRANSACTION, FORMS };

#define HOUR 60
#define DAY (24 * HOUR)

/* Now and so many minutes. */
static inline const char *at(country *c, int minutes)
{
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(ans_now_us() + (int64_t)minutes * 60000000, when);
    return text(c, "%.*s", ANS_INSTANT_BYTES, when);
}

static inline const char *in_bundle(country *c, const char *kind, const char *method, const char *url, const char *body)
{
    return text(c, "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[{%s%s%s\"request\":{\"method\":\"%s\",\"url\":\"%s\"}}]}", kind,
                body ? "\"resource\":" : "", body ? body : "", body ? "," : "", method, url);
}

/* The status of one write in one form; *out_where: the place it was refused for. */
static inline int write_as(country *c, const char *as, enum form form, const char *method, const char *url, const char *body, const char **out_where)
{
    const char *before = form == BATCH ? "entry.0.response.outcome." : "";
    int status = form == SINGLE ? ask(c, as, text(c, "%s %s", method, url), body)
                                : ask(c, as, "POST ", in_bundle(c, form == BATCH ? "batch" : "transaction", method, url, body));
    if (form != SINGLE && status == 200) {
        status = atoi(look(c, "entry.0.response.status"));
    }
    *out_where = look(c, text(c, "%sissue.0.expression.0", before));
    if (status == 422) {
        assert_string_equal(look(c, text(c, "%sissue.0.code", before)), "business-rule");
    }
    return status;
}

/* url and body hold %1$d: a resource a form. */
static inline void each(country *c, const char *as, const char *method, const char *url, const char *body, int want, const char *where)
{
    for (int form = SINGLE; form < FORMS; form++) {
        const char *got, *type = text(c, url, form);
        ans_str rest = ans_str_of(type), name;
        (void)ans_str_cut(&rest, '/', &name);
        int status = write_as(c, as, form, method, type, body ? text(c, body, form) : NULL, &got);
        if (status != want) {
            print_error("%s %s (form %d): %d, expected %d: %.*s\n", method, type, form, status, want, ANS_FMT(c->got.body));
        }
        assert_int_equal(status, want);
        if (where) {
            bool is_delete = strcmp(method, "DELETE") == 0;
            const char *full = form == TRANSACTION ? text(c, "Bundle.entry[0]%s%s%s", is_delete ? "" : ".resource", *where ? "." : "", where)
                                                   : text(c, "%.*s%s%s", ANS_FMT(name), *where ? "." : "", where);
            assert_string_equal(got, full);
        }
    }
}

static inline void put_each(country *c, const char *body)
{
    for (int form = SINGLE; form < FORMS; form++) {
        put(c, "%s", text(c, body, form));
    }
}

static inline void stay(country *c, const char *id, const char *person, const char *status, const char *class, const char *start, const char *end)
{
    put(c, "{\"resourceType\":\"Encounter\",\"id\":\"%s\",\"status\":\"%s\",\"class\":{\"code\":\"%s\"},\"subject\":{\"reference\":\"Patient/%s\"},"
           "\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"period\":{\"start\":\"%s\"%s%s%s}}", id, status, class, person, start,
        end ? ",\"end\":\"" : "", end ? end : "", end ? "\"" : "");
}

#endif
