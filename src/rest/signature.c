/* Composition/<id>/$signature: who signed a document, when, and whether it is still what was signed.
 *
 * The one idea: a hash of the canonical bytes, worked out by the server now and not believed from a column. Canonical bytes leave out
 * meta, so the same content has the same hash on every machine that holds it. What is compared: the version that the last signature
 * made final, and the current one. */
#include "rest/rest_int.h"

#include "base/hash.h"

typedef struct signing {
    ans_str hash, now; /* of the version that was signed, and of the current one */
    uint32_t vid;
    ans_json doc; /* as signed; count 0: it is not signed */
} signing;

static ans_str hash_of(ans_cx *cx, ans_str body)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t sum[32];
    char text[64];
    ans_sha256(body, sum);
    for (size_t i = 0; i < sizeof sum; i++) {
        text[2 * i] = digits[sum[i] >> 4];
        text[2 * i + 1] = digits[sum[i] & 15];
    }
    return ans_arena_dup(cx->arena, (ans_str){text, sizeof text});
}

static bool is_signed(ans_cx *cx, const ans_json *doc)
{
    ans_str status = ans_json_get_string(cx, doc, 0, ANS_STR("status"));
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("attester"));
    return (ans_str_is(status, "final") || ans_str_is(status, "amended")) && list != ANS_JNONE && ans_json_count(doc, list) > 0;
}

/* The first version that is signed: after it the care rules let only its being struck through follow. Documents have few versions, and
 * the walk has an end all the same. */
static ans_err find_signed(job *j, ans_reader *rd, uint32_t last, signing *out)
{
    enum { MOST_VERSIONS = 1000 };
    uint32_t from = last > MOST_VERSIONS ? last - MOST_VERSIONS : 1;
    ans_err err = ANS_OK;
    for (uint32_t vid = from; err == ANS_OK && vid <= last && !out->vid; vid++) {
        ans_version v;
        ans_json doc;
        ans_ref ref = {ans_search_type_number(j->rest->o.search, j->route.type), j->route.id};
        err = ans_cx_is_late(j->cx) ? ANS_E_TIMEOUT : ans_store_vread(j->cx, rd, ref, vid, &v);
        if (err == ANS_E_GONE) {
            err = ANS_OK;
            continue;
        }
        err = err == ANS_OK ? ans_json_parse(j->cx, v.body, NULL, &doc) : err;
        if (err == ANS_OK && is_signed(j->cx, &doc)) {
            *out = (signing){.hash = hash_of(j->cx, v.body), .now = out->now, .vid = vid, .doc = doc};
        }
    }
    return err;
}

static void part(ans_jw *w, const char *name, const char *kind, ans_str value)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
    ans_jw_kv(w, ans_str_of(kind), value);
    ans_jw_end(w, '}');
}

static void flag(ans_jw *w, const char *name, bool value)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(w, ANS_STR("valueBoolean"));
    ans_jw_raw(w, value ? ANS_STR("true") : ANS_STR("false"));
    ans_jw_end(w, '}');
}

/* One parameter a signature: who (as the document names them) and when. */
static void write_signer(ans_cx *cx, ans_jw *w, const ans_json *doc, ans_jnode attester)
{
    ans_jnode party = ans_json_get(doc, attester, ANS_STR("party"));
    ans_str when = ans_json_get_string(cx, doc, attester, ANS_STR("time"));
    ans_str who = ans_json_get_string(cx, doc, party, ANS_STR("reference")), name = ans_json_get_string(cx, doc, party, ANS_STR("display"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ANS_STR("signer"));
    ans_jw_key(w, ANS_STR("part"));
    ans_jw_begin(w, '[');
    if (who.n) {
        part(w, "who", "valueUri", who);
    }
    if (name.n) {
        part(w, "name", "valueString", name);
    }
    if (when.n) {
        part(w, "when", "valueDateTime", when);
    }
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}

static void write_signing(ans_cx *cx, ans_jw *w, const signing *s)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("resourceType"), ANS_STR("Parameters"));
    ans_jw_key(w, ANS_STR("parameter"));
    ans_jw_begin(w, '[');
    flag(w, "signed", s->vid != 0);
    part(w, "algorithm", "valueString", ANS_STR("SHA-256"));
    part(w, "current", "valueString", s->now);
    if (s->vid) {
        part(w, "hash", "valueString", s->hash);
        flag(w, "unchanged", ans_str_eq(s->hash, s->now));
        ans_jnode list = ans_json_get(&s->doc, 0, ANS_STR("attester"));
        ANS_JSON_EACH(&s->doc, list, one) {
            write_signer(cx, w, &s->doc, one);
        }
    }
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}

ans_err signature_run(job *j, ans_reader *rd)
{
    ans_buf b;
    ans_jw w;
    ans_version v;
    signing s = {0};
    ans_ref ref = {ans_search_type_number(j->rest->o.search, j->route.type), j->route.id};
    ans_err err = ans_store_read(j->cx, rd, ref, &v);
    if (err == ANS_OK && !gate_shows(j, rd, &v, ANS_RIGHT_READ)) {
        err = ANS_E_NOTFOUND;
    }
    if (err != ANS_OK) {
        return err == ANS_E_NOTFOUND || err == ANS_E_GONE ? ans_issue_add(j->cx, err, ANS_STR("http.url"), "no such document") : err;
    }
    audit_touch(j, &v);
    s.now = hash_of(j->cx, v.body);
    err = find_signed(j, rd, v.vid, &s);
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&b, j->cx->arena, (size_t)64 << 10);
    ans_jw_init(&w, &b);
    write_signing(j->cx, &w, &s);
    return operation_answer(j, &b);
}
