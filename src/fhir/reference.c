/* References (http://hl7.org/fhir/R4/references.html): told apart by their first bytes, then cut
 * from the right: [base/]Type/id[/_history/version]. A type we do not know, or an id that is none,
 * leaves the type unset: such a reference is a plain URL to us and can be stored, found by its text
 * and never resolved. */
#include "fhir/fhir.h"
#include "fhir/value.h"

/* Take the last segment off s: "a/b/c" -> "a/b" and "c". False when there is no slash. */
static bool cut_last(ans_str *s, ans_str *last)
{
    ptrdiff_t slash = ans_str_rfind(*s, '/');
    if (slash < 0) {
        return false;
    }
    *last = ans_str_from(*s, (size_t)slash + 1);
    *s = ans_str_head(*s, (size_t)slash);
    return true;
}

/* Read Type/id[/_history/version] off the end of s. On success s is what stands before, with its
 * slash. */
static bool cut_target(ans_str *s, ans_reference *out)
{
    ans_str rest = *s, id, part, type, version = ANS_STR_NONE;
    if (!cut_last(&rest, &id) || !ans_id_is_valid(id)) {
        return false;
    }
    ans_str before = rest;
    if (cut_last(&before, &part) && ans_str_is(part, "_history")) {
        version = id;
        rest = before;
        if (!cut_last(&rest, &id) || !ans_id_is_valid(id)) {
            return false;
        }
    }
    ptrdiff_t slash = ans_str_rfind(rest, '/');
    size_t at = (size_t)(slash + 1);
    type = ans_str_from(rest, at);
    ans_type number = ans_fhir_type_named(type);
    if (!ans_fhir_is_resource(number)) {
        return false;
    }
    *s = ans_str_head(rest, at);
    out->type = number;
    out->id = id;
    out->version = version;
    return true;
}

/* Length of "scheme://" at the start, 0 when there is none. */
static size_t scheme_length(ans_str s)
{
    size_t n = 0;
    while (n < s.n && ((s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z') ||
                       (n > 0 && ((s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '+' ||
                                  s.p[n] == '-' || s.p[n] == '.')))) {
        n++;
    }
    return n > 0 && ans_str_starts(ans_str_from(s, n), ANS_STR("://")) ? n + 3 : 0;
}

static void parse_absolute(ans_str s, size_t scheme, ans_reference *out)
{
    out->kind = ANS_REF_ABSOLUTE;
    ans_str base = s;
    ans_reference target = *out;
    if (cut_target(&base, &target) && base.n > scheme + 1) { /* a host must remain */
        *out = target;
        out->base = ans_str_head(base, base.n - 1);
    }
}

static void parse_search(ans_str s, size_t mark, ans_reference *out)
{
    ans_type type = ans_fhir_type_named(ans_str_head(s, mark));
    if (ans_fhir_is_resource(type)) {
        out->kind = ANS_REF_SEARCH;
        out->type = type;
        out->query = ans_str_from(s, mark + 1);
    }
}

void ans_reference_parse(ans_str s, ans_reference *out)
{
    *out = (ans_reference){.kind = ANS_REF_OTHER};
    size_t scheme = scheme_length(s);
    ptrdiff_t mark = ans_str_find(s, '?');
    ans_str before = s;
    if (s.n && s.p[0] == '#') {
        out->kind = ANS_REF_FRAGMENT;
        out->id = ans_str_from(s, 1);
    } else if (ans_str_starts(s, ANS_STR("urn:"))) {
        out->kind = ANS_REF_URN;
    } else if (scheme) {
        parse_absolute(s, scheme, out);
    } else if (mark >= 0) {
        parse_search(s, (size_t)mark, out);
    } else if (cut_target(&before, out)) {
        if (before.n) { /* "x/Patient/1" is relative to nothing we know */
            *out = (ans_reference){.kind = ANS_REF_OTHER};
        } else {
            out->kind = ANS_REF_LOCAL;
        }
    }
}
