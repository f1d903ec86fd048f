/* What papers about a whole person tell: problems, allergies, medicines, results, visits. Lists of words, each entry once. */
#include "paper/story.h"

#include "fhir/timing.h"

enum { MOST_VISITS = 5, MOST_RESULTS = 30, MOST_STANDING = 500, RESULT_DAYS = 180, SIGN_DAYS = 30 };

static ans_str add(paper *p, ans_str to, ans_str line)
{
    return line.n ? join(p, to, "\n", fmt(p, "– %.*s", ANS_FMT(line))) : to;
}

static ans_str dated(paper *p, ans_str text, ans_str when)
{
    return when.n ? fmt(p, "%.*s (%.*s)", ANS_FMT(text), ANS_FMT(date_text(p, ans_str_head(when, 10)))) : text;
}

/* The newest first; what was entered in error is none. Where there is more than `most` the paper says how many are left out: who reads it must
 * not take it for all there is. What stands now (problems, allergies, medicines) is all there, but for what no person has. */
typedef ans_str line_of(paper *p, const ans_json *doc);

static ans_err lines(paper *p, const char *type, const char *more, const char *date, uint32_t most, line_of *say, ans_str *out)
{
    list l;
    ans_err err = ask_list(p, type, of_person(p, p->who.id, more), date, &l);
    *out = ANS_STR("");
    uint32_t n = 0;
    for (uint32_t i = l.count; err == ANS_OK && i > 0; i--) {
        const ans_json *doc = l.at[i - 1].doc;
        ans_str line = is_struck(p, doc) || is_guarded(p, doc) ? ANS_STR("") : say(p, doc);
        *out = n < most ? add(p, *out, line) : *out;
        n += line.n > 0;
    }
    *out = n > most ? add(p, *out, word_with(p, "summary.more", "n", fmt(p, "%u", n - most))) : *out;
    return err;
}

static ans_str problem(paper *p, const ans_json *doc)
{
    ans_jnode code = ans_json_get(doc, 0, ANS_STR("code"));
    ans_str text = concept_text(p, doc, code), icd = code_of(p, doc, code, "http://hl7.org/fhir/sid/icd-10");
    return icd.n ? fmt(p, "%.*s [%.*s]", ANS_FMT(text), ANS_FMT(icd)) : text;
}

static bool is_none(paper *p, const ans_json *doc)
{
    return has_code(p, doc, ans_json_get(doc, 0, ANS_STR("code")), NULL, "716186003");
}

/* Somebody asked, and none was known. */
static ans_str no_allergy(paper *p, const ans_json *doc)
{
    return is_none(p, doc) ? concept_text(p, doc, ans_json_get(doc, 0, ANS_STR("code"))) : ANS_STR("");
}

static ans_str allergy(paper *p, const ans_json *doc)
{
    ans_jnode code = ans_json_get(doc, 0, ANS_STR("code"));
    bool is_wrong = is_none(p, doc) || has_code(p, doc, ans_json_get(doc, 0, ANS_STR("verificationStatus")), NULL, "refuted");
    ans_str reaction = concept_text(p, doc, node_at(doc, node_at(doc, 0, "reaction"), "manifestation"));
    return is_wrong ? ANS_STR("") : join(p, concept_text(p, doc, code), ": ", reaction);
}

static ans_str medicine(paper *p, const ans_json *doc)
{
    ans_str name;
    ans_err err = medicine_name(p, doc, &name);
    ans_jnode all = ans_json_get(doc, 0, ANS_STR("dosageInstruction"));
    for (ans_jnode one = all != ANS_JNONE ? ans_json_first(doc, all) : ANS_JNONE; err == ANS_OK && one != ANS_JNONE; one = ans_json_next(doc, all, one)) {
        name = join(p, name, "; ", text_at(p, doc, one, "text")); /* "2 in the morning, 1 in the evening" are two */
    }
    bool is_unchecked = ans_order_asks_from(p->cx, doc, p->zone) == INT64_MAX;
    return err != ANS_OK ? ANS_STR("") : is_unchecked ? join(p, name, " ", word(p, "medicine.unchecked")) : name;
}

static ans_str procedure(paper *p, const ans_json *doc)
{
    return dated(p, concept_text(p, doc, ans_json_get(doc, 0, ANS_STR("code"))), text_at(p, doc, 0, "performedDateTime"));
}

static ans_str vaccine(paper *p, const ans_json *doc)
{
    bool is_given = ans_str_is(text_at(p, doc, 0, "status"), "completed");
    return is_given ? dated(p, concept_text(p, doc, ans_json_get(doc, 0, ANS_STR("vaccineCode"))), text_at(p, doc, 0, "occurrenceDateTime")) : ANS_STR("");
}

static ans_str result(paper *p, const ans_json *doc)
{
    ans_str text = join(p, concept_text(p, doc, ans_json_get(doc, 0, ANS_STR("code"))), ": ", value_text(p, doc, 0));
    return dated(p, text, text_at(p, doc, 0, "effectiveDateTime"));
}

static ans_str report(paper *p, const ans_json *doc)
{
    ans_str text = join(p, concept_text(p, doc, ans_json_get(doc, 0, ANS_STR("code"))), ": ", text_at(p, doc, 0, "conclusion"));
    return dated(p, text, text_at(p, doc, 0, "effectiveDateTime"));
}

/* ---- the words of a document's section ---- */

static ans_str section_text(paper *p, const ans_json *doc, const char *code)
{
    ans_jnode all = ans_json_get(doc, 0, ANS_STR("section"));
    for (ans_jnode s = all != ANS_JNONE ? ans_json_first(doc, all) : ANS_JNONE; s != ANS_JNONE; s = ans_json_next(doc, all, s)) {
        if (has_code(p, doc, ans_json_get(doc, s, ANS_STR("code")), "urn:ansinh:visit", code)) {
            return plain_of(p, text_at(p, doc, s, "text.div"));
        }
    }
    return ANS_STR("");
}

static ans_err visits(paper *p, story *out)
{
    list l;
    ans_err err = ask_list(p, "Composition", of_person(p, p->who.id, "type=urn:ansinh:document|visit"), "date", &l);
    for (uint32_t i = l.count, n = 0; err == ANS_OK && i > 0 && n < MOST_VISITS; i--) {
        const ans_json *doc = l.at[i - 1].doc;
        ans_str said = join(p, section_text(p, doc, "reason"), ". ", section_text(p, doc, "assessment"));
        if (is_struck(p, doc) || is_guarded(p, doc)) {
            continue;
        }
        out->course = add(p, out->course, join(p, date_text(p, ans_str_head(text_at(p, doc, 0, "date"), 10)), ": ", said));
        out->advice = n == 0 ? section_text(p, doc, "advice") : out->advice;
        n++;
    }
    return err;
}

/* The newest of each sign. */
static ans_err signs(paper *p, story *out)
{
    reading *at;
    uint32_t count;
    ans_err err = ask_signs(p, p->who.id, p->ask->now_us - SIGN_DAYS * US_PER_DAY, p->ask->now_us + US_PER_MINUTE, &at, &count);
    for (int s = 0; err == ANS_OK && s < SIGNS; s++) {
        for (uint32_t i = count; i > 0; i--) {
            if ((int)at[i - 1].sign == s) {
                out->signs = join(p, out->signs, "; ", fmt(p, "%.*s %.*s", ANS_FMT(word(p, sign_keys[s])), ANS_FMT(at[i - 1].text)));
                out->signs_us = at[i - 1].us > out->signs_us ? at[i - 1].us : out->signs_us;
                break;
            }
        }
    }
    return err;
}

static ans_err results(paper *p, story *out)
{
    char since[ANS_INSTANT_BYTES];
    ans_str reports;
    ans_instant_print(p->ask->now_us - RESULT_DAYS * US_PER_DAY, since);
    ans_str more = fmt(p, "category=laboratory&date=ge%.*s", ANS_INSTANT_BYTES, since);
    ans_err err = lines(p, "Observation", more.p, "effectiveDateTime", MOST_RESULTS, result, &out->results);
    more = fmt(p, "date=ge%.*s", ANS_INSTANT_BYTES, since);
    err = err == ANS_OK ? lines(p, "DiagnosticReport", more.p, "effectiveDateTime", MOST_RESULTS, report, &reports) : err;
    out->results = err == ANS_OK ? join(p, out->results, "\n", reports) : out->results;
    return err;
}

ans_err ask_story(paper *p, story *out)
{
    *out = (story){0};
    ans_err err = lines(p, "Condition", "clinical-status=active", "recordedDate", MOST_STANDING, problem, &out->problems);
    err = err == ANS_OK ? lines(p, "AllergyIntolerance", "clinical-status=active", "recordedDate", MOST_STANDING, allergy, &out->allergies) : err;
    /* what was found since is no "none known" */
    err = err == ANS_OK && !out->allergies.n ? lines(p, "AllergyIntolerance", "clinical-status=active", "recordedDate", MOST_STANDING, no_allergy, &out->allergies) : err;
    err = err == ANS_OK ? lines(p, "MedicationRequest", "status=active", "authoredOn", MOST_STANDING, medicine, &out->medicines) : err;
    err = err == ANS_OK ? lines(p, "Procedure", "", "performedDateTime", MOST_RESULTS, procedure, &out->procedures) : err;
    err = err == ANS_OK ? lines(p, "Immunization", "", "occurrenceDateTime", MOST_RESULTS, vaccine, &out->vaccines) : err;
    err = err == ANS_OK ? visits(p, out) : err;
    err = err == ANS_OK ? signs(p, out) : err;
    return err == ANS_OK ? results(p, out) : err;
}

/* ---- may it treat? docs/licence.md ---- */

ans_err ask_licence(paper *p, bool *out)
{
    list l;
    *out = false;
    if (!p->who.facility_id.n) {
        return ANS_OK;
    }
    ans_err err = ask_list(p, "HealthcareService", fmt(p, "organization=Organization/%.*s&active=true", ANS_FMT(p->who.facility_id)), NULL, &l);
    for (uint32_t i = 0; err == ANS_OK && i < l.count; i++) {
        const ans_json *doc = l.at[i].doc;
        ans_jnode all = ans_json_get(doc, 0, ANS_STR("extension"));
        int64_t from = INT64_MIN, until = INT64_MAX;
        for (ans_jnode e = all != ANS_JNONE ? ans_json_first(doc, all) : ANS_JNONE; e != ANS_JNONE; e = ans_json_next(doc, all, e)) {
            if (ans_str_is(text_at(p, doc, e, "url"), "urn:ansinh:valid-period")) {
                ans_str end = text_at(p, doc, e, "valuePeriod.end");
                from = time_of(p, text_at(p, doc, e, "valuePeriod.start"));
                until = end.n ? time_of(p, end) + US_PER_DAY : INT64_MAX; /* that day included */
            }
        }
        bool is_one = has_code(p, doc, node_at(doc, 0, "category"), "urn:ansinh:licence", "treatment");
        *out = *out || (is_one && p->ask->now_us >= from && p->ask->now_us < until);
    }
    return err;
}

/* ---- who somebody is, for authorities ---- */

static ans_str number_of(paper *p, const char *end)
{
    const ans_json *doc = p->who.doc;
    ans_jnode all = ans_json_get(doc, 0, ANS_STR("identifier"));
    for (ans_jnode i = all != ANS_JNONE ? ans_json_first(doc, all) : ANS_JNONE; i != ANS_JNONE; i = ans_json_next(doc, all, i)) {
        ans_str system = text_at(p, doc, i, "system");
        size_t n = strlen(end);
        if (system.n > n && ans_str_is(ans_str_from(system, system.n - n), end)) {
            return text_at(p, doc, i, "value");
        }
    }
    return ANS_STR("");
}

void draw_person(paper *p)
{
    const ans_json *doc = p->who.doc;
    ans_jnode address = node_at(doc, 0, "address");
    ans_str home = text_at(p, doc, address, "text");
    home = home.n ? home : join(p, join(p, join(p, text_at(p, doc, address, "line"), ", ", text_at(p, doc, address, "city")), ", ", text_at(p, doc, address, "district")), ", ", text_at(p, doc, address, "state"));
    const ans_fact facts[] = {{.name = word(p, "name"), .value = p->who.name},
                              {.name = word(p, "birth"), .value = join(p, date_text(p, p->who.birth), " · ", p->who.age)},
                              {.name = word(p, "gender"), .value = p->who.gender},
                              {.name = word(p, "person.record"), .value = p->who.record},
                              {.name = word(p, "person.number"), .value = number_of(p, "/cccd")},
                              {.name = word(p, "person.insurance"), .value = number_of(p, "/bhyt")},
                              {.name = word(p, "person.home"), .value = home, .is_open = true, .is_whole = true},
                              {.name = word(p, "ward"), .value = join(p, p->who.ward, " · ", p->who.bed)},
                              {.name = word(p, "person.since"), .value = date_text(p, ans_str_head(p->who.since, 10))}};
    ans_sheet_gap(p->s, 6);
    ans_sheet_facts(p->s, facts, sizeof facts / sizeof *facts, 2);
    ans_sheet_running(p->s, join(p, join(p, p->who.name, " · ", p->who.record), " · ", title_text(p)));
}

/* ---- on the sheet ---- */

void draw_section(paper *p, const char *key, ans_str text, bool is_open)
{
    if (!text.n && !is_open) {
        return;
    }
    ans_sheet_need(p->s, 44);
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_BOLD, .above = 5}, word(p, key));
    if (text.n) {
        ans_sheet_text(p->s, (ans_style){0}, text);
        return;
    }
    const ans_fact line[] = {{.name = ANS_STR(""), .is_open = true, .is_whole = true}}; /* to be written by hand */
    ans_sheet_facts(p->s, line, 1, 1);
}

ans_str signs_text(paper *p, const story *s)
{
    return s->signs.n ? fmt(p, "%.*s (%.*s)", ANS_FMT(s->signs), ANS_FMT(moment_text(p, s->signs_us))) : ANS_STR("");
}
