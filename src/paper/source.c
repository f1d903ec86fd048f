/* Asking the record for a paper: searches as the asker, each resource shown once to the gate, then read as a document. */
#include "paper/paper_int.h"

#include "base/sort.h"

enum { MOST_FOUND = 20000, MOST_ABOVE = 4 };

static int by_time(const void *x, const void *y)
{
    const found *a = x, *b = y;
    return a->us != b->us ? (a->us < b->us ? -1 : 1) : ans_str_cmp(a->id, b->id);
}

static ans_err keep(paper *p, const ans_version *v, const char *date, found *out)
{
    ans_json *doc = ANS_NEW(p->cx->arena, ans_json);
    ans_str body = ans_arena_dup(p->cx->arena, v->body), id = ans_arena_dup(p->cx->arena, v->ref.id); /* the search's own go with it */
    ans_err err = doc && body.p && id.p ? ans_json_parse(p->cx, body, NULL, doc) : ans_cx_nomem(p->cx);
    if (err != ANS_OK) {
        return err;
    }
    ans_str when = date ? text_at(p, doc, 0, date) : ANS_STR("");
    if (date && !when.n) {
        when = text_at(p, doc, 0, "effectivePeriod.start");
    }
    *out = (found){doc, id, date ? time_of(p, when) : 0};
    return ANS_OK;
}

typedef struct asking {
    paper *p;
    const char *date;
    list *out;
    uint32_t cap;
} asking;

static ans_err take(void *arg, const ans_version *v, bool *more)
{
    asking *a = arg;
    paper *p = a->p;
    const ans_paper_view *view = &p->ask->view;
    (void)more;
    if (view->shows && !view->shows(view->arg, v)) {
        return ANS_OK;
    }
    if (a->out->count == MOST_FOUND) {
        return ans_issue_add(p->cx, ANS_E_COSTLY, ANS_STR_NONE, "more than %d entries of one kind on one paper: ask for fewer days", MOST_FOUND);
    }
    found *at = ans_arena_grow(p->cx->arena, a->out->at, a->out->count, &a->cap, 64, sizeof *at);
    if (!at) {
        return ans_cx_nomem(p->cx);
    }
    a->out->at = at;
    ans_err err = keep(p, v, a->date, &at[a->out->count]);
    a->out->count += err == ANS_OK;
    return err;
}

/* The search's own memory is that of one page of it: only what is shown is kept. */
ans_err ask_list(paper *p, const char *type, ans_str query, const char *date, list *out)
{
    const ans_paper_view *view = &p->ask->view;
    const ans_search_request rq = {.type = ans_fhir_type_named(ans_str_of(type)), .query = query, .strict = true, .filter = view->filter};
    *out = (list){0};
    asking a = {.p = p, .date = date, .out = out};
    ans_err err = query.n ? ans_search_each(view->search, p->cx, view->rd, &rq, take, &a) : ans_cx_nomem(p->cx);
    ans_sort(out->at, out->count, sizeof *out->at, by_time);
    return err;
}

ans_err ask_one(paper *p, const char *type, ans_str id, const ans_json **out)
{
    list l = {0};
    ans_err err = ans_id_is_valid(id) ? ask_list(p, type, fmt(p, "_id=%.*s", ANS_FMT(id)), NULL, &l) : ANS_OK;
    *out = l.count ? l.at[0].doc : NULL;
    return err;
}

ans_str of_person(paper *p, ans_str id, const char *more)
{
    return fmt(p, "patient=Patient/%.*s%s%s", ANS_FMT(id), *more ? "&" : "", more);
}

ans_str within(paper *p, const char *code)
{
    char from[ANS_INSTANT_BYTES], until[ANS_INSTANT_BYTES];
    ans_instant_print(p->from_us, from);
    ans_instant_print(p->until_us, until);
    return fmt(p, "%s=ge%.*s&%s=lt%.*s", code, ANS_INSTANT_BYTES, from, code, ANS_INSTANT_BYTES, until);
}

bool is_struck(paper *p, const ans_json *doc)
{
    return ans_str_is(text_at(p, doc, 0, "status"), "entered-in-error") || has_code(p, doc, ans_json_get(doc, 0, ANS_STR("verificationStatus")), NULL, "entered-in-error");
}

/* Labels of v3-ActCode and ours (content/access/compartments.json), and the two grades of confidentiality above the usual. */
bool is_guarded(paper *p, const ans_json *doc)
{
    static const char *const labels[] = {"HIV", "ETH", "PSY", "MH", "SDV", "ADOPT", "R", "V"};
    ans_jnode security = ans_json_get(doc, ans_json_get(doc, 0, ANS_STR("meta")), ANS_STR("security"));
    if (security == ANS_JNONE || form_is(p, "holds_guarded")) {
        return false;
    }
    ANS_JSON_EACH(doc, security, one)
    {
        ans_str code = text_at(p, doc, one, "code");
        for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
            if (ans_str_is(code, labels[i])) {
                return true;
            }
        }
    }
    return false;
}

bool is_unsaid(paper *p, const ans_json *doc, ans_jnode concept)
{
    ans_jnode codings = ans_json_get(doc, concept, ANS_STR("coding"));
    if (codings == ANS_JNONE) {
        return false;
    }
    ANS_JSON_EACH(doc, codings, one)
    {
        ans_str system = text_at(p, doc, one, "system"), c = text_at(p, doc, one, "code");
        bool is_icd = ans_str_search(system, ANS_STR("icd-10")) >= 0 || ans_str_search(system, ANS_STR("icd10")) >= 0;
        char a = c.n > 2 ? (char)(c.p[0] & ~0x20) : 0, d = c.n > 2 ? c.p[1] : 0, e = c.n > 2 ? c.p[2] : 0;
        bool is_said = !(a == 'F' || (a == 'B' && d == '2' && e >= '0' && e <= '4') || (a == 'Z' && d == '2' && e == '1') ||
                         (a == 'A' && (d == '5' || (d == '6' && e >= '0' && e <= '4'))));
        if (is_icd && !is_said) {
            return true;
        }
    }
    return false;
}

/* ---- names that are looked up again and again ---- */

static const named *known(const named *at, uint32_t count, ans_str id)
{
    for (uint32_t i = count; i > 0; i--) {
        if (ans_str_eq(at[i - 1].id, id)) {
            return &at[i - 1];
        }
    }
    return NULL;
}

static ans_err note(paper *p, named **at, uint32_t *count, uint32_t *cap, named n)
{
    named *more = ans_arena_grow(p->cx->arena, *at, *count, cap, 32, sizeof *more);
    if (!more) {
        return ans_cx_nomem(p->cx);
    }
    *at = more;
    more[(*count)++] = n;
    return ANS_OK;
}

static ans_str human_name(paper *p, const ans_json *doc)
{
    ans_jnode name = node_at(doc, 0, "name");
    ans_str text = text_at(p, doc, name, "text");
    if (text.n || name == ANS_JNONE) {
        return text;
    }
    text = text_at(p, doc, name, "family");
    ans_jnode given = ans_json_get(doc, name, ANS_STR("given"));
    if (given == ANS_JNONE) {
        return text;
    }
    ANS_JSON_EACH(doc, given, one)
    {
        text = join(p, text, " ", ans_json_string(p->cx, doc, one));
    }
    return text;
}

ans_err ask_staff(paper *p, ans_str id, ans_str *out_name)
{
    const ans_json *doc;
    const named *n = known(p->people, p->people_count, id);
    *out_name = n ? n->name : ANS_STR("");
    if (n || !id.n) {
        return ANS_OK;
    }
    ans_err err = ask_one(p, "Practitioner", id, &doc);
    *out_name = err == ANS_OK && doc ? human_name(p, doc) : ANS_STR("");
    return err == ANS_OK ? note(p, &p->people, &p->people_count, &p->people_cap, (named){.id = id, .name = *out_name}) : err;
}

ans_err ask_place(paper *p, ans_str id, const named **out)
{
    const ans_json *doc;
    *out = known(p->places, p->place_count, id);
    if (*out || !id.n) {
        return ANS_OK;
    }
    ans_err err = ask_one(p, "Location", id, &doc);
    if (err != ANS_OK || !doc) {
        return err;
    }
    named n = {.id = id, .name = text_at(p, doc, 0, "name"), .above = reference_at(p, doc, 0, "partOf"), .body = reference_at(p, doc, 0, "managingOrganization")};
    err = note(p, &p->places, &p->place_count, &p->place_cap, n);
    *out = err == ANS_OK ? &p->places[p->place_count - 1] : NULL;
    return err;
}

/* ---- who and where ---- */

/* "78 tuổi", "khoảng 75 tuổi" where only the year is known */
static ans_str age_of(paper *p, ans_str birth)
{
    ans_datetime d, now = ans_zone_wall(p->zone, p->ask->now_us);
    if (!birth.n || !ans_datetime_parse(birth, true, &d)) {
        return ANS_STR("");
    }
    bool is_before = d.precision >= ANS_PREC_DAY && (now.month < d.month || (now.month == d.month && now.day < d.day));
    ans_str years = fmt(p, "%d", now.year - d.year - (is_before ? 1 : 0));
    return word_with(p, d.precision >= ANS_PREC_DAY ? "age" : "age.about", "n", years);
}

/* The number of this house's own files; not one that the state or an insurer gave. */
static ans_str record_of(paper *p, const ans_json *doc)
{
    ans_jnode all = ans_json_get(doc, 0, ANS_STR("identifier"));
    if (all == ANS_JNONE) {
        return ANS_STR("");
    }
    ANS_JSON_EACH(doc, all, one)
    {
        if (ans_str_is(text_at(p, doc, one, "system"), "urn:ansinh:id:record-number")) {
            return text_at(p, doc, one, "value");
        }
    }
    return ANS_STR("");
}

static ans_str active_bed(paper *p, const ans_json *stay)
{
    ans_str bed = ANS_STR("");
    ans_jnode all = ans_json_get(stay, 0, ANS_STR("location"));
    if (all == ANS_JNONE) {
        return bed;
    }
    ANS_JSON_EACH(stay, all, one)
    {
        ans_str status = text_at(p, stay, one, "status");
        if (!status.n || ans_str_is(status, "active")) {
            bed = reference_at(p, stay, one, "location");
        }
    }
    return bed;
}

/* Bed, room, ward: the first is the bed where it lies below two others, the last the ward. */
static ans_err where(paper *p, ans_str bed, identity *out)
{
    const named *at[MOST_ABOVE] = {NULL};
    int n = 0;
    ans_err err = ANS_OK;
    for (ans_str id = bed; err == ANS_OK && id.n && n < MOST_ABOVE; n++) {
        err = ask_place(p, id, &at[n]);
        if (!at[n]) {
            break;
        }
        named *copy = ANS_NEW(p->cx->arena, named); /* the list may move */
        if (!copy) {
            return ans_cx_nomem(p->cx);
        }
        *copy = *at[n];
        at[n] = copy;
        id = copy->above;
        out->facility_id = out->facility_id.n ? out->facility_id : copy->body;
    }
    if (n > 0) {
        out->ward = at[n - 1]->name;
        out->ward_id = at[n - 1]->id;
        out->room = n > 1 ? at[n > 2 ? 1 : 0]->name : ANS_STR("");
        out->bed = n > 2 ? at[0]->name : ANS_STR("");
    }
    return err;
}

ans_err ask_facility(paper *p, ans_str id, identity *out)
{
    const ans_json *doc, *body;
    list above;
    ans_err err = ask_one(p, "Organization", id, &doc);
    if (err != ANS_OK || !doc) {
        return err;
    }
    out->facility_id = id;
    out->facility = text_at(p, doc, 0, "name");
    err = ask_list(p, "OrganizationAffiliation", fmt(p, "participating-organization=Organization/%.*s&active=true", ANS_FMT(id)), NULL, &above);
    for (uint32_t i = 0; err == ANS_OK && i < above.count && !out->body.n; i++) {
        const ans_json *link = above.at[i].doc;
        int64_t end = time_of(p, text_at(p, link, 0, "period.end"));
        if (has_code(p, link, node_at(link, 0, "code"), "urn:ansinh:organization-relation", "parent") && (end == INT64_MIN || end > p->ask->now_us)) {
            err = ask_one(p, "Organization", reference_at(p, link, 0, "organization"), &body);
            out->body = err == ANS_OK && body ? text_at(p, body, 0, "name") : ANS_STR("");
        }
    }
    return err;
}

ans_err ask_who_of(paper *p, const ans_json *patient, const ans_json *stay, identity *out)
{
    ans_str gender = text_at(p, patient, 0, "gender");
    *out = (identity){.doc = patient, .id = text_at(p, patient, 0, "id"), .name = human_name(p, patient), .birth = text_at(p, patient, 0, "birthDate"),
                 .record = record_of(p, patient)};
    out->age = age_of(p, out->birth);
    out->gender = ans_str_is(gender, "male") ? word(p, "male") : ans_str_is(gender, "female") ? word(p, "female") : ANS_STR("");
    if (!stay) {
        return ANS_OK;
    }
    out->stay = text_at(p, stay, 0, "id");
    out->since = text_at(p, stay, 0, "period.start");
    out->facility_id = reference_at(p, stay, 0, "serviceProvider");
    return where(p, active_bed(p, stay), out);
}

/* The stay that goes on, else the newest there was. */
static const ans_json *best_stay(paper *p, const list *stays)
{
    const ans_json *best = NULL;
    bool goes_on = false;
    for (uint32_t i = 0; i < stays->count; i++) {
        ans_str status = text_at(p, stays->at[i].doc, 0, "status");
        bool is_open = ans_str_is(status, "in-progress") || ans_str_is(status, "onleave");
        if (is_open || (!goes_on && ans_str_is(status, "finished"))) {
            best = stays->at[i].doc;
            goes_on = goes_on || is_open;
        }
    }
    return best;
}

ans_err ask_who(paper *p, ans_str id)
{
    const ans_json *patient;
    list stays;
    ans_err err = ask_one(p, "Patient", id, &patient);
    if (err == ANS_OK && !patient) {
        return ans_issue_add(p->cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is no such Patient");
    }
    err = err == ANS_OK ? ask_list(p, "Encounter", of_person(p, id, "class=IMP"), "period.start", &stays) : err;
    err = err == ANS_OK ? ask_who_of(p, patient, best_stay(p, &stays), &p->who) : err;
    return err == ANS_OK && p->who.facility_id.n ? ask_facility(p, p->who.facility_id, &p->who) : err;
}

ans_err medicine_name(paper *p, const ans_json *doc, ans_str *out)
{
    const ans_json *medication = NULL;
    *out = concept_text(p, doc, ans_json_get(doc, 0, ANS_STR("medicationCodeableConcept")));
    ans_str id = out->n ? ANS_STR("") : reference_at(p, doc, 0, "medicationReference");
    ans_err err = id.n ? ask_one(p, "Medication", id, &medication) : ANS_OK;
    if (medication) {
        *out = concept_text(p, medication, ans_json_get(medication, 0, ANS_STR("code")));
    }
    *out = out->n || err != ANS_OK ? *out : text_at(p, doc, 0, "medicationReference.display");
    return err;
}
