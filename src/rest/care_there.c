/* Care rules: what is done for somebody is done while they live, and while they are there.
 *
 * The one idea: an entry is judged by its own time, not by the time it comes in. So what was done before a death or a discharge and is typed
 * from paper later is taken, and what lies behind them is not, however early it was typed. Somebody is there while a stay, a visit or an
 * episode of those who are served without living here (urn:ansinh:client) holds that time; who never lived here is asked nothing, nor is
 * anybody about the day before they first came: care begins before the desk has written the admission. Whatever others did (another
 * organisation, the person, a relative) is theirs to date. What took a while was done in all of that while.
 *
 * An entry is judged when it first stands, and when its time is changed; what came later does not make it wrong. */
#include "rest/care_int.h"

enum { MOST_RECORDS = 32 }; /* of one person, replaced one by another */
enum { STAYS = 1, OWN_WORD = 2, VISIT = 4, COPIES = 8 };

#define OUTSIDE "urn:ansinh:extension:outside-stay"
#define CLIENT "urn:ansinh:client"
#define ONE_DAY (INT64_C(86400) * ANS_TICKS_PER_SECOND)

/* ---- other houses ---- */

bool care_is_external(care *c, ans_str id)
{
    ans_orgs *orgs = (ans_orgs *)c->j->rest->o.orgs;
    ans_org org = orgs ? ans_orgs_find(orgs, id) : 0;
    ans_as_of today = ans_as_of_day(ans_day_of(c->time / 10));
    return org && ans_str_is(ans_orgs_code(c->cx, orgs, org, ANS_ORG_KIND, ANS_STR("urn:ansinh:organization-kind"), today), "external");
}

bool care_is_elsewhere(care *c, const ans_json *doc, const char *member)
{
    ans_jnode house = ans_json_get(doc, 0, ans_str_of(member));
    if (house == ANS_JNONE) {
        return false;
    }
    ans_ref ref = care_reference(c, doc, house);
    return ref.id.n ? care_is_external(c, ref.id)
                    : ans_json_get_string(c->cx, doc, house, ANS_STR("reference")).n || ans_json_get(doc, house, ANS_STR("identifier")) != ANS_JNONE;
}

/* ---- who is there ---- */

typedef struct span {
    ans_tick from, to;
    bool is_stay;
} span;

/* A person after this transaction: found once, however many entries are about them. */
struct care_person {
    care *c;
    ans_ref asked;                 /* as it was named: it may have been replaced since */
    ans_json person;               /* the one that stands */
    ans_ref records[MOST_RECORDS]; /* that one, and those it replaced */
    span *spans;
    uint32_t count, span_count, span_cap;
    ans_tick first;          /* the first stay of this house began then; INT64_MAX: there was none */
    bool lived, has_clients; /* episodes of clients are asked for when nothing else holds */
    care_person *next;
};

static bool is_one_of(ans_str word, const char *list)
{
    for (ans_str rest = ans_str_of(list), one; rest.n;) {
        (void)ans_str_cut(&rest, ' ', &one);
        if (ans_str_eq(one, word)) {
            return true;
        }
    }
    return false;
}

static ans_err add_span(care_person *p, const ans_json *doc, bool is_open, bool is_stay)
{
    care *c = p->c;
    ans_jnode period = ans_json_get(doc, 0, ANS_STR("period"));
    care_time start = care_time_at(c, doc, period, "start"), end = care_time_at(c, doc, period, "end");
    if (!end.is_there && !is_open) {
        return ANS_OK; /* over, and nobody knows since when */
    }
    if (p->span_count == p->span_cap) {
        uint32_t cap = p->span_cap ? p->span_cap * 2 : 16;
        span *more = ANS_NEW_N(c->cx->arena, span, cap);
        if (!more) {
            return ans_cx_nomem(c->cx);
        }
        if (p->span_count) {
            memcpy(more, p->spans, p->span_count * sizeof *more);
        }
        p->spans = more;
        p->span_cap = cap;
    }
    p->spans[p->span_count++] = (span){.from = start.is_there ? start.low : INT64_MIN, .to = end.is_there ? end.high : INT64_MAX, .is_stay = is_stay};
    return ANS_OK;
}

static ans_err look_at_stay(care_person *p, const ans_json *doc)
{
    care *c = p->c;
    ans_str status = care_string(c, doc, "status");
    bool open = is_one_of(status, "in-progress onleave arrived triaged");
    if (!open && !ans_str_is(status, "finished")) {
        return ANS_OK; /* planned, cancelled, an error */
    }
    bool is_stay = ans_str_is(ans_json_get_string(c->cx, doc, ans_json_get(doc, 0, ANS_STR("class")), ANS_STR("code")), "IMP");
    if (is_stay && !care_is_elsewhere(c, doc, "serviceProvider")) {
        care_time start = care_time_at(c, doc, ans_json_get(doc, 0, ANS_STR("period")), "start");
        ans_tick from = start.is_there ? start.low : INT64_MIN;
        p->first = from < p->first ? from : p->first;
        p->lived = true;
    }
    return add_span(p, doc, open, is_stay);
}

static bool has_coding(care *c, const ans_json *doc, const char *member, const char *system, const char *codes, bool *out_other)
{
    ans_jnode list = doc->count ? ans_json_get(doc, 0, ans_str_of(member)) : ANS_JNONE;
    bool found = false, is_list = list != ANS_JNONE && ans_json_kind_of(doc, list) == ANS_JSON_ARRAY;
    for (ans_jnode n = is_list ? ans_json_first(doc, list) : list; n != ANS_JNONE; n = is_list ? ans_json_next(doc, list, n) : ANS_JNONE) {
        ans_jnode codings = ans_json_get(doc, n, ANS_STR("coding"));
        for (ans_jnode one = codings == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, codings); one != ANS_JNONE; one = ans_json_next(doc, codings, one)) {
            if (ans_str_is(ans_json_get_string(c->cx, doc, one, ANS_STR("system")), system)) {
                bool it = !codes || is_one_of(ans_json_get_string(c->cx, doc, one, ANS_STR("code")), codes);
                found = found || it;
                *out_other = *out_other || !it;
            }
        }
    }
    return found;
}

static bool is_client(care *c, const ans_json *doc)
{
    bool other = false;
    return has_coding(c, doc, "type", CLIENT, NULL, &other);
}

static ans_err look_at_episode(care_person *p, const ans_json *doc)
{
    ans_str status = care_string(p->c, doc, "status");
    bool open = is_one_of(status, "active onhold");
    return (open || ans_str_is(status, "finished")) && is_client(p->c, doc) ? add_span(p, doc, open, true) : ANS_OK;
}

static bool is_of(const care_person *p, const ans_json *doc, const char *member)
{
    ans_ref subject = care_reference(p->c, doc, ans_json_get(doc, 0, ans_str_of(member)));
    for (uint32_t i = 0; subject.id.n && i < p->count; i++) {
        if (subject.type == p->records[i].type && ans_str_eq(subject.id, p->records[i].id)) {
            return true;
        }
    }
    return false;
}

typedef ans_err look(care_person *p, const ans_json *doc);

static ans_err visit(care_person *p, const ans_version *v, look *at)
{
    ans_json doc;
    if (care_changed(p->c, v->ref)) {
        return ANS_OK; /* it will be otherwise */
    }
    ans_err err = ans_json_parse(p->c->cx, v->body, NULL, &doc);
    return err == ANS_OK ? at(p, &doc) : err;
}

static ans_err visit_stay(void *arg, const ans_version *v, bool *more)
{
    (void)more; /* all of them: the next entry is of another time */
    return visit(arg, v, look_at_stay);
}

static ans_err visit_episode(void *arg, const ans_version *v, bool *more)
{
    (void)more;
    return visit(arg, v, look_at_episode);
}

/* What was written under a record that this one replaced is this person's, too. */
static void add_records(care_person *p, const ans_json *person)
{
    ans_jnode at = ANS_JNONE;
    for (ans_ref other = care_link_of(p->c, person, "replaces", &at); other.id.n; other = care_link_of(p->c, person, "replaces", &at)) {
        bool known = false;
        for (uint32_t i = 0; !known && i < p->count; i++) {
            known = ans_str_eq(other.id, p->records[i].id);
        }
        if (!known && p->count < MOST_RECORDS) {
            p->records[p->count++] = other;
        }
    }
}

/* Who wrote may not know yet that the record was replaced: the one that stands says who died, and whose the stays are. */
static ans_err find_survivor(care_person *p)
{
    ans_err err = care_read(p->c, p->records[0], &p->person);
    for (int deep = 0; err == ANS_OK && deep < MOST_RECORDS; deep++) {
        ans_json by;
        ans_jnode at = ANS_JNONE;
        ans_ref up = care_link_of(p->c, &p->person, "replaced-by", &at);
        err = up.id.n ? care_read(p->c, up, &by) : ANS_OK;
        if (err != ANS_OK || !up.id.n || !by.count) {
            break;
        }
        p->records[0] = up;
        p->person = by;
    }
    return err;
}

static ans_err find_records(care_person *p)
{
    ans_err err = find_survivor(p);
    if (err == ANS_OK) {
        if (!ans_str_eq(p->asked.id, p->records[0].id)) {
            p->records[p->count++] = p->asked;
        }
        add_records(p, &p->person);
    }
    for (uint32_t i = 1; err == ANS_OK && i < p->count; i++) {
        ans_json replaced;
        err = care_read(p->c, p->records[i], &replaced);
        if (err == ANS_OK) {
            add_records(p, &replaced);
        }
    }
    return err;
}

/* Of this transaction, and of the record. */
static ans_err gather(care_person *p, ans_type type, const char *person, look *at, ans_err (*take)(void *, const ans_version *, bool *))
{
    care *c = p->c;
    ans_buf b;
    ans_str query;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < c->count; i++) {
        const care_change *x = &c->list[i];
        err = x->type == type && x->now.count && is_of(p, &x->now, person) ? at(p, &x->now) : ANS_OK;
    }
    ans_buf_init_arena(&b, c->cx->arena, 8192);
    for (uint32_t i = 0; i < p->count; i++) {
        ans_buf_add(&b, i ? ANS_STR(",Patient/") : ANS_STR("patient=Patient/"));
        ans_buf_add(&b, p->records[i].id);
    }
    err = err == ANS_OK ? ans_buf_finish(&b, &query) : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_search_request rq = {.type = type, .strict = true, .query = query};
    return ans_search_each(c->j->rest->o.search, c->cx, c->rd, &rq, take, p);
}

static ans_err find_person(care *c, ans_ref ref, care_person **out)
{
    for (care_person *p = c->persons; p; p = p->next) {
        if (ans_str_eq(p->asked.id, ref.id)) {
            *out = p;
            return ANS_OK;
        }
    }
    care_person *p = ANS_NEW(c->cx->arena, care_person);
    if (!p) {
        return ans_cx_nomem(c->cx);
    }
    *p = (care_person){.c = c, .asked = ref, .count = 1, .first = INT64_MAX, .next = c->persons};
    p->records[0] = ref;
    ans_err err = find_records(p);
    err = err == ANS_OK ? gather(p, c->t_encounter, "subject", look_at_stay, visit_stay) : err;
    if (err == ANS_OK) {
        c->persons = *out = p;
    }
    return err;
}

static bool holds(const care_person *p, const care_time *at, bool by_stay)
{
    for (uint32_t i = 0; i < p->span_count; i++) {
        const span *s = &p->spans[i];
        if ((s->is_stay || !by_stay) && at->high > s->from && at->low < s->to) {
            return true;
        }
    }
    return false;
}

/* Taken at the door, or before the desk had its form open: in the day before the first stay they were only just coming. */
static bool is_coming(const care_person *p, const care_time *at)
{
    return p->first > INT64_MIN + ONE_DAY && at->low < p->first && at->high > p->first - ONE_DAY;
}

/* Somebody who lived here: were they here, in whatever way, at that time? */
static ans_err is_away(care_person *p, const care_time *at, bool by_stay, bool *out)
{
    ans_err err = ANS_OK;
    *out = p->lived && !holds(p, at, by_stay) && !is_coming(p, at);
    if (*out && !p->has_clients) {
        err = gather(p, ans_fhir_type_named(ANS_STR("EpisodeOfCare")), "patient", look_at_episode, visit_episode);
        p->has_clients = err == ANS_OK;
        *out = !holds(p, at, by_stay);
    }
    return err;
}

/* ---- what is refused ---- */

typedef struct deed {
    const char *what, *where; /* "dose", "effective" */
    care_time at;
    ans_ref person;
    bool needs_stay, by_stay; /* by_stay: visits do not count, it is one itself */
    bool certifies;           /* that death itself */
} deed;

/* While the clock of the server is in doubt, nothing is known of the future. */
static bool is_ahead(care *c, const care_time *at)
{
    return at->is_there && at->low > c->time + CARE_AHEAD && clock_state(c->j->rest) == ANS_CLOCK_RIGHT;
}

static ans_err refuse_ahead(care *c, const care_change *x, const deed *d)
{
    return care_refuse(c, x, d->where, "the %s lies more than %d minutes in the future", d->what, CARE_AHEAD_MINUTES);
}

static ans_err check_life(care *c, const care_change *x, const deed *d, const ans_json *person)
{
    care_time birth = care_time_at(c, person, 0, "birthDate"), death = care_time_at(c, person, 0, "deceasedDateTime");
    ans_jnode flag = person->count ? ans_json_get(person, 0, ANS_STR("deceasedBoolean")) : ANS_JNONE;
    if (birth.is_there && d->at.high <= birth.low) {
        return care_refuse(c, x, d->where, "the %s lies before the birth of the person", d->what);
    }
    if (d->certifies) {
        return ANS_OK;
    }
    if (death.is_there && d->at.low >= death.high) {
        return care_refuse(c, x, d->where, "the %s lies after the death of the person", d->what);
    }
    return flag != ANS_JNONE && ans_json_kind_of(person, flag) == ANS_JSON_TRUE
               ? care_refuse(c, x, d->where, "the person has died, and when is not known: record the time of the death first")
               : ANS_OK;
}

static ans_err check_presence(care *c, const care_change *x, const deed *d)
{
    care_person *p = NULL;
    bool away = false;
    ans_err err = find_person(c, d->person, &p);
    err = err == ANS_OK ? check_life(c, x, d, &p->person) : err;
    err = err == ANS_OK && d->needs_stay ? is_away(p, &d->at, d->by_stay, &away) : err;
    return err == ANS_OK && away ? care_refuse(c, x, d->where, "the person has no stay in progress at the time of this %s", d->what) : err;
}

static bool is_person(const care *c, ans_ref ref)
{
    return ref.id.n && ans_search_type_of(c->j->rest->o.search, ref.type) == c->t_patient;
}

ans_err care_is_gone(care *c, ans_ref person, bool *out)
{
    care_person *p = NULL;
    const care_time now = {.low = c->time, .high = c->time + 1, .is_there = true};
    *out = false;
    ans_err err = is_person(c, person) ? find_person(c, person, &p) : ANS_OK;
    if (err != ANS_OK || !p) {
        return err;
    }
    ans_jnode flag = p->person.count ? ans_json_get(&p->person, 0, ANS_STR("deceasedBoolean")) : ANS_JNONE;
    if (care_time_at(c, &p->person, 0, "deceasedDateTime").is_there || (flag != ANS_JNONE && ans_json_kind_of(&p->person, flag) == ANS_JSON_TRUE)) {
        *out = true;
        return ANS_OK;
    }
    return is_away(p, &now, false, out);
}

/* A period that has an end: something of it may be enough. Its beginning says when it was. */
static care_time while_of(const care *c, const ans_json *doc, ans_jnode period, care_time start)
{
    care_time end = care_time_at(c, doc, period, "end");
    start.high = start.is_there && end.is_there && end.high > start.high ? end.high : start.high;
    return start;
}

/* ---- doses ---- */

/* A dose that stood before was judged when it was given: it may be signed a second time, or struck through, whatever came later. */
ans_err care_dose(care *c, const care_change *x)
{
    bool stood = care_status_is(c, &x->old, "completed") || care_status_is(c, &x->old, "entered-in-error");
    if (!x->now.count || stood || care_status_is(c, &x->now, "entered-in-error")) {
        return ANS_OK;
    }
    ans_jnode period = ans_json_get(&x->now, 0, ANS_STR("effectivePeriod"));
    const deed d = {.what = "dose",
                    .where = period == ANS_JNONE ? "effective" : "effective.start",
                    .at = period == ANS_JNONE ? care_time_at(c, &x->now, 0, "effectiveDateTime")
                                              : while_of(c, &x->now, period, care_time_at(c, &x->now, period, "start")),
                    .person = care_reference(c, &x->now, ans_json_get(&x->now, 0, ANS_STR("subject"))),
                    .needs_stay = true};
    if (is_ahead(c, &d.at)) {
        return refuse_ahead(c, x, &d);
    }
    return !is_person(c, d.person) || !d.at.is_there || care_status_is(c, &x->now, "not-done") ? ANS_OK : check_presence(c, x, &d);
}

/* ---- everything else that is done for a person ---- */

static const struct kind {
    const char *type, *what;
    const char *time;     /* the member; a choice (effective[x]) without its type */
    const char *by;       /* who did it */
    const char *subject;
    const char *standing; /* in these states it is said to have been done */
    uint8_t flags;
} kinds[] = {
    {"Observation", "entry", "effective", "performer", "subject", "registered preliminary final amended corrected", STAYS | OWN_WORD},
    {"QuestionnaireResponse", "form", "authored", "author", "subject", "completed amended", STAYS | OWN_WORD},
    {"MedicationRequest", "order", "authoredOn", "requester", "subject", "active on-hold completed stopped", STAYS | COPIES},
    {"ServiceRequest", "order", "authoredOn", "requester", "subject", "active on-hold completed", STAYS},
    {"NutritionOrder", "order", "dateTime", "orderer", "patient", "active on-hold completed", STAYS},
    {"Encounter", "visit", "period", "serviceProvider", "subject", "arrived triaged in-progress onleave finished", STAYS | OWN_WORD | VISIT},
    {"Immunization", "vaccination", "occurrence", "performer", "patient", "completed", 0},
};

static const struct kind *kind_of(ans_type type)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (ans_str_is(ans_fhir_type_name(type), kinds[i].type)) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* What a ward measures and does. A note may be written after a death, and relatives visit (urn:ansinh:care): so may the cause of death be
 * recorded, and a result that comes back. */
static bool is_care(care *c, const ans_json *doc)
{
    bool word = false, other = false, done = has_coding(c, doc, "code", "urn:ansinh:care", "note visit", &other);
    return !done && (other || has_coding(c, doc, "category", "http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs activity", &word));
}

static bool is_stay(care *c, const ans_json *doc)
{
    return ans_str_is(ans_json_get_string(c->cx, doc, ans_json_get(doc, 0, ANS_STR("class")), ANS_STR("code")), "IMP");
}

static ans_jnode period_of(care *c, const struct kind *k, const ans_json *doc)
{
    ans_str member = ans_str_is(ans_str_of(k->time), "period") ? ans_str_of(k->time) : ans_arena_fmt(c->cx->arena, "%sPeriod", k->time);
    return doc->count ? ans_json_get(doc, 0, member) : ANS_JNONE;
}

static care_time time_of(care *c, const struct kind *k, const ans_json *doc, const char **out_where)
{
    ans_arena *a = c->cx->arena;
    const char *plain[] = {k->time, ans_arena_fmt(a, "%sDateTime", k->time).p, ans_arena_fmt(a, "%sInstant", k->time).p};
    ans_jnode period = period_of(c, k, doc);
    care_time t = {0};
    *out_where = k->time;
    for (size_t i = 0; !t.is_there && i < sizeof plain / sizeof plain[0]; i++) {
        t = plain[i] ? care_time_at(c, doc, 0, plain[i]) : t;
    }
    if (!t.is_there && period != ANS_JNONE) {
        t = care_time_at(c, doc, period, "start");
        *out_where = ans_arena_fmt(a, "%s.start", k->time).p;
    }
    return t;
}

static bool is_of_house(care *c, const ans_json *doc, ans_jnode who)
{
    ans_ref ref = care_reference(c, doc, who);
    ans_str type = ref.id.n ? ans_fhir_type_name(ans_search_type_of(c->j->rest->o.search, ref.type)) : ANS_STR_NONE;
    if (ans_str_is(type, "Organization")) {
        return !care_is_external(c, ref.id);
    }
    bool is_bare = !ans_json_get_string(c->cx, doc, who, ANS_STR("reference")).n && ans_json_get(doc, who, ANS_STR("identifier")) == ANS_JNONE;
    return is_bare || ans_str_is(type, "Practitioner") || ans_str_is(type, "PractitionerRole") || ans_str_is(type, "CareTeam");
}

/* Another organisation, somebody of another server, the person or a relative did it, and nobody of the house. */
static bool is_of_others(care *c, const ans_json *doc, const char *member)
{
    ans_jnode by = ans_json_get(doc, 0, ans_str_of(member));
    if (by == ANS_JNONE || ans_json_kind_of(doc, by) != ANS_JSON_ARRAY) {
        return by != ANS_JNONE && !is_of_house(c, doc, by);
    }
    ANS_JSON_EACH(doc, by, one) {
        ans_jnode actor = ans_json_get(doc, one, ANS_STR("actor"));
        if (is_of_house(c, doc, actor == ANS_JNONE ? one : actor)) {
            return false;
        }
    }
    return ans_json_count(doc, by) > 0;
}

/* A home visit, and a visit of somebody who is said to be served without living here. */
static bool may_be_away(care *c, const ans_json *doc)
{
    ans_str class = ans_json_get_string(c->cx, doc, ans_json_get(doc, 0, ANS_STR("class")), ANS_STR("code"));
    return is_one_of(class, "HH VR FLD") || is_client(c, doc);
}

/* Who certifies a death comes after it. */
static bool is_certifying(care *c, const ans_json *doc)
{
    bool other = false;
    return has_coding(c, doc, "type", "urn:ansinh:visit-type", "death-certification", &other);
}

static bool says_outside(care *c, const ans_json *doc)
{
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("extension"));
    if (list == ANS_JNONE) {
        return false;
    }
    ANS_JSON_EACH(doc, list, one) {
        ans_jnode yes = ans_json_get(doc, one, ANS_STR("valueBoolean"));
        if (ans_str_is(ans_json_get_string(c->cx, doc, one, ANS_STR("url")), OUTSIDE) && yes != ANS_JNONE && ans_json_kind_of(doc, yes) == ANS_JSON_TRUE) {
            return true;
        }
    }
    return false;
}

/* Is it one that this rule is for, and was it not judged before? */
static bool is_new(care *c, const care_change *x, const struct kind *k, const care_time *at)
{
    const char *where;
    ans_str type = ans_str_of(k->type), intent = care_string(c, &x->now, "intent");
    if (!x->now.count || !is_one_of(care_string(c, &x->now, "status"), k->standing) || is_one_of(intent, "proposal plan option") ||
        (ans_str_is(type, "Observation") && !is_care(c, &x->now)) || ((k->flags & VISIT) && is_stay(c, &x->now)) || is_of_others(c, &x->now, k->by) ||
        (ans_str_is(type, "QuestionnaireResponse") && is_of_others(c, &x->now, "source"))) {
        return false;
    }
    care_time was = time_of(c, k, &x->old, &where);
    bool stood = x->old.count && is_one_of(care_string(c, &x->old, "status"), k->standing);
    return !stood || (at->is_there && (was.low != at->low || was.high != at->high));
}

/* What was copied from outside is as old as its paper, and stands from now on. */
static bool is_copy(const ans_json *doc)
{
    ans_jnode flag = ans_json_get(doc, 0, ANS_STR("reportedBoolean"));
    return flag != ANS_JNONE && ans_json_kind_of(doc, flag) == ANS_JSON_TRUE;
}

ans_err care_there(care *c, const care_change *x)
{
    const struct kind *k = kind_of(x->type);
    deed d = {.what = k->what, .by_stay = k->flags & VISIT};
    d.at = time_of(c, k, &x->now, &d.where);
    if (!is_new(c, x, k, &d.at)) {
        return ANS_OK;
    }
    d.person = care_reference(c, &x->now, ans_json_get(&x->now, 0, ans_str_of(k->subject)));
    if (is_ahead(c, &d.at)) {
        return refuse_ahead(c, x, &d);
    }
    if (!is_person(c, d.person) || (!d.at.is_there && clock_state(c->j->rest) != ANS_CLOCK_RIGHT)) {
        return ANS_OK;
    }
    if (!d.at.is_there) { /* without a time it is of now */
        d.at = (care_time){.low = c->time, .high = c->time + 1, .is_there = true};
    }
    d.at = while_of(c, &x->now, period_of(c, k, &x->now), d.at);
    d.certifies = (k->flags & VISIT) && is_certifying(c, &x->now);
    bool away = d.certifies || ((k->flags & OWN_WORD) && says_outside(c, &x->now)) || ((k->flags & VISIT) && may_be_away(c, &x->now)) || ((k->flags & COPIES) && is_copy(&x->now));
    d.needs_stay = (k->flags & STAYS) && !away;
    return check_presence(c, x, &d);
}
