/* The shift board: who lives in a ward, and what is open for each, in one answer.
 *
 *   GET [base]/Location/<ward, room or bed>/$board      GET [base]/Organization/<facility>/$board
 *
 * The one idea: a few searches within one moment of the record, and the bodies they find are read once. What is few is asked
 * for everybody at once (patient=a,b,c...); what grows with time is asked person by person, which is a short walk in the rows
 * of that person, however long the record. Searches are asked as the caller, so the board shows what the caller may see and nothing else.
 * docs/board.md tells the answer; board_due.c what counts as open. */
#include "rest/board_int.h"
#include "rest/params.h"

#include "base/hash.h"
#include "base/os.h"
#include "base/sort.h"

/* A ward has some dozens of people, a facility some hundreds. */
enum { MOST_PEOPLE = 5000, MOST_FOUND = 8000, MOST_EACH = 50, MOST_OF_ONE = 200, MOST_DEPTH = 5, SCORE_HOURS = 48 };

#define US_PER_HOUR INT64_C(3600000000)
#define US_PER_TICK 10

/* ---- asking ---- */

/* Room is made for as many as may be found, so the bound is not far off. most 0: as the query says (_sort, _count). */
static ans_err each_of(board *b, const char *type, ans_str query, uint32_t most, board_take *take)
{
    ans_search_result found;
    ans_search_request rq = {.type = ans_fhir_type_named(ans_str_of(type)), .query = query, .strict = true, .limit = most, .filter = gate_filter(b->j)};
    ans_err err = ans_search_run(b->j->rest->o.search, b->cx, b->rd, &rq, &found);
    if (err == ANS_OK && most && found.count == most) {
        return ans_issue_add(b->cx, ANS_E_COSTLY, ANS_STR_NONE, "more than %u %s in one part of a board: ask for a smaller place", most, type);
    }
    for (uint32_t i = 0; err == ANS_OK && i < found.count; i++) {
        ans_json doc;
        const ans_version *v = &found.entries[i].version;
        audit_touch(b->j, v);
        err = ans_json_parse(b->cx, v->body, NULL, &doc);
        err = err == ANS_OK ? take(b, &doc, v->ref.id) : err;
    }
    return err;
}

ans_err board_each(board *b, const char *type, ans_str query, board_take *take)
{
    return each_of(b, type, query, MOST_FOUND + b->count * MOST_EACH, take);
}

ans_err board_each_of(board *b, const person *p, const char *type, ans_str more, board_take *take)
{
    ans_str query = ans_arena_fmt(b->cx->arena, "patient=Patient/%.*s&%.*s", ANS_FMT(p->id), ANS_FMT(more));
    return each_of(b, type, query, MOST_OF_ONE, take);
}

ans_err board_newest_of(board *b, const person *p, const char *type, ans_str more, board_take *take)
{
    return each_of(b, type, ans_arena_fmt(b->cx->arena, "patient=Patient/%.*s&%.*s", ANS_FMT(p->id), ANS_FMT(more)), 0, take);
}

static ans_str ask_people(board *b, const char *more)
{
    return ans_arena_fmt(b->cx->arena, "patient=%.*s%s", ANS_FMT(b->patients), more);
}

ans_str board_since(board *b, int64_t hours)
{
    char text[ANS_INSTANT_BYTES];
    ans_instant_print(b->now_us - hours * US_PER_HOUR, text);
    return ans_arena_dup(b->cx->arena, (ans_str){text, sizeof text});
}

int64_t board_time(const board *b, ans_str text)
{
    ans_datetime d;
    ans_tick low, high;
    if (!text.n || !ans_datetime_parse(text, true, &d)) {
        return INT64_MIN;
    }
    ans_datetime_range(&d, b->zone, &low, &high);
    return low / US_PER_TICK;
}

/* ---- looking up ---- */

static int by_person(const void *x, const void *y)
{
    return ans_str_cmp(((const person *)x)->id, ((const person *)y)->id);
}

person *board_person(const board *b, ans_str id)
{
    person key = {.id = id};
    return ans_sorted_find(&key, b->people, b->count, sizeof key, by_person);
}

static int by_spot(const void *x, const void *y)
{
    return ans_str_cmp(((const spot *)x)->id, ((const spot *)y)->id);
}

const spot *board_spot(const board *b, ans_str id)
{
    spot key = {.id = id};
    return ans_sorted_find(&key, b->spots, b->spot_count, sizeof key, by_spot);
}

ans_str board_reference(board *b, const ans_json *doc, ans_jnode object, const char *key)
{
    ans_reference ref;
    ans_str text = ans_json_get_string(b->cx, doc, ans_json_get(doc, object, ans_str_of(key)), ANS_STR("reference"));
    ans_reference_parse(text, &ref);
    return ref.kind == ANS_REF_LOCAL || ref.kind == ANS_REF_ABSOLUTE ? ref.id : ANS_STR_NONE;
}

person *board_subject(board *b, const ans_json *doc, const char *key)
{
    return board_person(b, board_reference(b, doc, 0, key));
}

/* ---- places ---- */

static ans_err take_spot(board *b, const ans_json *doc, ans_str id)
{
    if (b->spot_count == b->spot_room) {
        uint32_t room = b->spot_room ? b->spot_room * 2 : 256;
        spot *more = ANS_NEW_N(b->cx->arena, spot, room);
        if (!more) {
            return ans_cx_nomem(b->cx);
        }
        if (b->spot_count) {
            memcpy(more, b->spots, sizeof *more * b->spot_count);
        }
        b->spots = more;
        b->spot_room = room;
    }
    b->spots[b->spot_count++] = (spot){
        .id = id, .name = ans_json_get_string(b->cx, doc, 0, ANS_STR("name")), .above = board_reference(b, doc, 0, "partOf")};
    if (!b->facility.n) {
        b->facility = board_reference(b, doc, 0, "managingOrganization");
    }
    return ANS_OK;
}

/* "Location/a,Location/b" of the spots from `from` on */
static ans_err spot_list(board *b, uint32_t from, ans_str *out)
{
    ans_buf list;
    ans_buf_init_arena(&list, b->cx->arena, (size_t)1 << 20);
    for (uint32_t i = from; i < b->spot_count; i++) {
        ans_buf_add(&list, i > from ? ANS_STR(",Location/") : ANS_STR("Location/"));
        ans_buf_add(&list, b->spots[i].id);
    }
    return ans_buf_finish(&list, out);
}

/* The place itself, then what is in it, level by level. */
static ans_err places_below(board *b, ans_str id)
{
    ans_err err = board_each(b, "Location", ans_arena_fmt(b->cx->arena, "_id=%.*s", ANS_FMT(id)), take_spot);
    if (err == ANS_OK && b->spot_count == 0) {
        return ans_issue_add(b->cx, ANS_E_NOTFOUND, ANS_STR_NONE, "there is no such Location");
    }
    b->place_name = b->spot_count ? b->spots[0].name : ANS_STR_NONE;
    uint32_t from = 0;
    for (int depth = 0; err == ANS_OK && depth < MOST_DEPTH && from < b->spot_count; depth++) {
        ans_str list;
        err = spot_list(b, from, &list);
        from = b->spot_count;
        err =
            err == ANS_OK ? board_each(b, "Location", ans_arena_fmt(b->cx->arena, "partof=%.*s", ANS_FMT(list)), take_spot) : err;
    }
    return err;
}

static ans_err take_facility(board *b, const ans_json *doc, ans_str id)
{
    b->facility = id;
    b->place_name = ans_json_get_string(b->cx, doc, 0, ANS_STR("name"));
    return ANS_OK;
}

static ans_err places_of(board *b, ans_str id)
{
    ans_err err = board_each(b, "Organization", ans_arena_fmt(b->cx->arena, "_id=%.*s", ANS_FMT(id)), take_facility);
    if (err == ANS_OK && !b->facility.n) {
        return ans_issue_add(b->cx, ANS_E_NOTFOUND, ANS_STR_NONE, "there is no such Organization");
    }
    return err == ANS_OK
               ? board_each(b, "Location", ans_arena_fmt(b->cx->arena, "organization=Organization/%.*s", ANS_FMT(id)), take_spot)
               : err;
}

/* ---- people ---- */

/* The bed of a stay: the last location that is not over. */
static ans_str active_bed(board *b, const ans_json *doc)
{
    ans_str bed = ANS_STR_NONE;
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("location"));
    if (list == ANS_JNONE) {
        return bed;
    }
    ANS_JSON_EACH(doc, list, one)
    {
        ans_str status = ans_json_get_string(b->cx, doc, one, ANS_STR("status"));
        if (!status.n || ans_str_is(status, "active")) {
            bed = board_reference(b, doc, one, "location");
        }
    }
    return bed;
}

static ans_err take_stay(board *b, const ans_json *doc, ans_str id)
{
    if (ans_str_is(ans_json_get_string(b->cx, doc, 0, ANS_STR("status")), "onleave")) {
        return board_take_away(b, doc, id);
    }
    ans_str patient = board_reference(b, doc, 0, "subject"), bed = active_bed(b, doc);
    bool is_here = !b->is_ward || board_spot(b, bed) != NULL;
    if (!patient.n || !is_here) {
        return ANS_OK;
    }
    if (b->count == MOST_PEOPLE) {
        return ans_issue_add(b->cx, ANS_E_COSTLY, ANS_STR_NONE, "a board shows at most %d people: ask for a smaller place",
                             MOST_PEOPLE);
    }
    b->people[b->count++] =
        (person){.id = patient,
                 .encounter = id,
                 .bed = bed,
                 .since = ans_json_get_string(b->cx, doc, ans_json_get(doc, 0, ANS_STR("period")), ANS_STR("start"))};
    return ANS_OK;
}

/* Two open stays of one person are one line. */
static void sort_people(board *b)
{
    uint32_t kept = 0;
    ans_sort(b->people, b->count, sizeof *b->people, by_person);
    for (uint32_t i = 0; i < b->count; i++) {
        if (kept == 0 || !ans_str_eq(b->people[kept - 1].id, b->people[i].id)) {
            b->people[kept++] = b->people[i];
        }
    }
    b->count = kept;
}

static ans_err take_patient(board *b, const ans_json *doc, ans_str id)
{
    person *p = board_person(b, id);
    ans_jnode names = ans_json_get(doc, 0, ANS_STR("name"));
    if (!p) {
        return ANS_OK;
    }
    p->birth = ans_json_get_string(b->cx, doc, 0, ANS_STR("birthDate"));
    p->gender = ans_json_get_string(b->cx, doc, 0, ANS_STR("gender"));
    if (names != ANS_JNONE && ans_json_first(doc, names) != ANS_JNONE) {
        p->name = ans_json_get_string(b->cx, doc, ans_json_first(doc, names), ANS_STR("text"));
    }
    return ANS_OK;
}

/* Ids in one list, twice: "Patient/a,Patient/b" for references, "a,b" for the people themselves. */
static ans_err list_people(board *b, ans_str *out_ids)
{
    ans_buf refs, ids;
    ans_buf_init_arena(&refs, b->cx->arena, (size_t)1 << 20);
    ans_buf_init_arena(&ids, b->cx->arena, (size_t)1 << 20);
    for (uint32_t i = 0; i < b->count; i++) {
        ans_buf_add(&refs, i ? ANS_STR(",Patient/") : ANS_STR("Patient/"));
        ans_buf_add(&refs, b->people[i].id);
        ans_buf_add(&ids, i ? ANS_STR(",") : ANS_STR(""));
        ans_buf_add(&ids, b->people[i].id);
    }
    ans_err err = ans_buf_finish(&refs, &b->patients);
    return err == ANS_OK ? ans_buf_finish(&ids, out_ids) : err;
}

/* Whom the caller may not see is not on the board: a person without a Patient that was found. */
static void drop_unseen(board *b)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        if (b->people[i].name.p || b->people[i].birth.p || b->people[i].gender.p) {
            b->people[kept++] = b->people[i];
        }
    }
    b->count = kept;
}

static ans_err gather_people(board *b)
{
    ans_str ids, list = ANS_STR_NONE;
    b->people = ANS_NEW_N(b->cx->arena, person, MOST_PEOPLE);
    if (!b->people) {
        return ans_cx_nomem(b->cx);
    }
    ans_sort(b->spots, b->spot_count, sizeof *b->spots, by_spot);
    ans_err err = b->is_ward ? spot_list(b, 0, &list) : ANS_OK;
    ans_str where = b->is_ward ? ans_arena_fmt(b->cx->arena, "location=%.*s", ANS_FMT(list))
                               : ans_arena_fmt(b->cx->arena, "service-provider=Organization/%.*s", ANS_FMT(b->facility));
    err = err == ANS_OK ? board_each(b, "Encounter", ans_arena_fmt(b->cx->arena, "status=in-progress,onleave&%.*s", ANS_FMT(where)), take_stay) : err;
    err = err == ANS_OK ? board_name_aways(b) : err;
    if (err != ANS_OK || b->count == 0) {
        return err;
    }
    sort_people(b);
    err = list_people(b, &ids);
    err = err == ANS_OK ? board_each(b, "Patient", ans_arena_fmt(b->cx->arena, "_id=%.*s", ANS_FMT(ids)), take_patient) : err;
    drop_unseen(b);
    for (uint32_t i = 0; err == ANS_OK && i < b->count; i++) {
        err = unseen_care(b->j, b->rd, b->people[i].id, &b->people[i].is_unseen);
    }
    return err == ANS_OK && b->count ? list_people(b, &ids) : err;
}

/* ---- what is known of them ---- */

static ans_err add_mark(board *b, mark **list, const ans_json *doc)
{
    ans_jnode code = ans_json_get(doc, 0, ANS_STR("code"));
    mark *m = ANS_NEW(b->cx->arena, mark);
    if (!m) {
        return ans_cx_nomem(b->cx);
    }
    if (code != ANS_JNONE) {
        m->concept = ans_json_raw(doc, code);
        m->next = *list;
        *list = m;
    }
    return ANS_OK;
}

static ans_err take_flag(board *b, const ans_json *doc, ans_str id)
{
    person *p = board_subject(b, doc, "subject");
    (void)id;
    return p && ans_str_is(ans_json_get_string(b->cx, doc, 0, ANS_STR("status")), "active") ? add_mark(b, &p->risks, doc)
                                                                                            : ANS_OK;
}

static bool has_code(board *b, const ans_json *doc, const char *key, const char *code)
{
    ans_jnode codings = ans_json_get(doc, ans_json_get(doc, 0, ans_str_of(key)), ANS_STR("coding"));
    if (codings == ANS_JNONE) {
        return false;
    }
    ANS_JSON_EACH(doc, codings, one)
    {
        if (ans_str_is(ans_json_get_string(b->cx, doc, one, ANS_STR("code")), code)) {
            return true;
        }
    }
    return false;
}

/* "No known allergy" is a fact of the record, and no warning. */
static ans_err take_allergy(board *b, const ans_json *doc, ans_str id)
{
    person *p = board_subject(b, doc, "patient");
    (void)id;
    bool is_none = has_code(b, doc, "code", "716186003");
    bool is_wrong =
        has_code(b, doc, "verificationStatus", "entered-in-error") || has_code(b, doc, "verificationStatus", "refuted");
    return p && !is_none && !is_wrong ? add_mark(b, &p->allergies, doc) : ANS_OK;
}

static ans_str first_code(board *b, const ans_json *doc, const char *key)
{
    ans_jnode list = ans_json_get(doc, 0, ans_str_of(key));
    ans_jnode first = list == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, list);
    ans_jnode codings = ans_json_get(doc, first, ANS_STR("coding"));
    ans_jnode coding = codings == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, codings);
    return ans_json_get_string(b->cx, doc, coding, ANS_STR("code"));
}

bool board_is_struck(board *b, const ans_json *doc)
{
    return ans_str_is(ans_json_get_string(b->cx, doc, 0, ANS_STR("status")), "entered-in-error");
}

/* The newest score; one that is not complete is shown as such. */
static ans_err take_score(board *b, const ans_json *doc, ans_str id)
{
    person *p = board_subject(b, doc, "subject");
    ans_str at = ans_json_get_string(b->cx, doc, 0, ANS_STR("effectiveDateTime"));
    int64_t us = board_time(b, at);
    b->was_struck = b->was_struck || board_is_struck(b, doc);
    if (!p || board_is_struck(b, doc) || us == INT64_MIN || us <= p->score_us) {
        return ANS_OK;
    }
    ans_jnode value = ans_json_get(doc, ans_json_get(doc, 0, ANS_STR("valueQuantity")), ANS_STR("value"));
    p->score = value == ANS_JNONE ? ANS_STR_NONE : ans_json_raw(doc, value);
    p->band = first_code(b, doc, "interpretation");
    p->score_at = at;
    p->score_us = us;
    p->score_id = id;
    return ANS_OK;
}

/* One body a person as a rule: those behind a struck one are read when there is one. */
static ans_err gather_scores(board *b)
{
    ans_str since = board_since(b, SCORE_HOURS);
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < b->count; i++) {
        ans_str query = ans_arena_fmt(b->cx->arena, "patient=Patient/%.*s&code=urn:ansinh:score|news2&date=ge%.*s", ANS_FMT(b->people[i].id),
                                      ANS_FMT(since));
        b->was_struck = false;
        err = each_of(b, "Observation", ans_arena_fmt(b->cx->arena, "%.*s&_sort=-date&_count=1", ANS_FMT(query)), 0, take_score);
        err = err == ANS_OK && b->was_struck ? each_of(b, "Observation", query, MOST_OF_ONE, take_score) : err;
    }
    return err;
}

static ans_err take_team(board *b, const ans_json *doc, ans_str id)
{
    person *p = board_subject(b, doc, "subject");
    (void)id;
    if (p) {
        p->is_assigned = true;
    }
    return ANS_OK;
}

/* The English beside a text: extension translation of "_text". */
static ans_str english_of(board *b, const ans_json *doc, ans_jnode code)
{
    ans_jnode list = ans_json_get(doc, ans_json_get(doc, code, ANS_STR("_text")), ANS_STR("extension"));
    ans_jnode first = list == ANS_JNONE || ans_json_kind_of(doc, list) != ANS_JSON_ARRAY ? ANS_JNONE : ans_json_first(doc, list);
    ans_jnode parts = first == ANS_JNONE ? ANS_JNONE : ans_json_get(doc, first, ANS_STR("extension"));
    if (parts == ANS_JNONE || ans_json_kind_of(doc, parts) != ANS_JSON_ARRAY) {
        return ANS_STR_NONE;
    }
    ANS_JSON_EACH(doc, parts, n)
    {
        if (ans_str_is(ans_json_get_string(b->cx, doc, n, ANS_STR("url")), "content")) {
            return ans_json_get_string(b->cx, doc, n, ANS_STR("valueString"));
        }
    }
    return ANS_STR_NONE;
}

static ans_err take_alert(board *b, const ans_json *doc, ans_str id)
{
    person *p = board_subject(b, doc, "for");
    open_alert *a = p ? ANS_NEW(b->cx->arena, open_alert) : NULL;
    ans_jnode code = ans_json_get(doc, 0, ANS_STR("code"));
    if (!p) {
        return ANS_OK;
    }
    if (!a) {
        return ans_cx_nomem(b->cx);
    }
    *a = (open_alert){.task = id, .title = ans_json_get_string(b->cx, doc, code, ANS_STR("text")), .title_en = english_of(b, doc, code),
                      .priority = ans_json_get_string(b->cx, doc, 0, ANS_STR("priority")),
                      .status = ans_json_get_string(b->cx, doc, 0, ANS_STR("status")),
                      .at = ans_json_get_string(b->cx, doc, 0, ANS_STR("authoredOn")), .next = p->alerts};
    p->alerts = a;
    return ANS_OK;
}

static ans_err gather_facts(board *b)
{
    ans_str me = b->j->who.practitioner;
    ans_err err = board_each(b, "Flag", ask_people(b, ""), take_flag);
    err = err == ANS_OK ? board_each(b, "AllergyIntolerance", ask_people(b, "&clinical-status=active"), take_allergy) : err;
    err = err == ANS_OK ? gather_scores(b) : err;
    if (err == ANS_OK && (gate_is_open(b->j) || ans_pass_may(b->j->pass, ans_fhir_type_named(ANS_STR("Task")), ANS_RIGHT_READ))) {
        err = board_each(b, "Task", ask_people(b, "&code=urn:ansinh:task|alert&status=requested,received,accepted,in-progress"), take_alert);
    }
    if (err == ANS_OK && me.n) {
        ans_str mine = ans_arena_fmt(b->cx->arena, "&status=active&participant=Practitioner/%.*s", ANS_FMT(me));
        err = board_each(b, "CareTeam", ask_people(b, mine.p), take_team);
    }
    return err;
}

/* ---- the answer ---- */

/* It moves with the record, and once a minute with the clock. A hash: the position itself would count what everybody does. Of each
 * account its own: a page that changed hands is told anew. */
static ans_err etag(board *b, ans_str *out)
{
    ans_pos pos = 0;
    ans_rid top;
    ans_err err = ans_store_head(b->cx, b->rd, &pos, &top);
    ans_str what = ans_arena_fmt(b->cx->arena, "%.*s %llu %lld", ANS_FMT(b->j->who.account), (unsigned long long)pos,
                                 (long long)(b->now_us / 60000000));
    if (err != ANS_OK || !what.p) {
        return err != ANS_OK ? err : ans_cx_nomem(b->cx);
    }
    *out = ans_arena_fmt(b->cx->arena, "W/\"%016llx\"", (unsigned long long)ans_hash64(ans_store_hash_key(b->j->rest->o.store), what));
    return out->p ? ANS_OK : ans_cx_nomem(b->cx);
}

ans_err board_unseen(job *j, ans_reader *rd, ans_str ward, ans_jw *w)
{
    board b = {.j = j, .cx = j->cx, .rd = rd, .now_us = ans_now_us(), .zone = ans_search_zone(j->rest->o.search), .is_ward = true};
    ans_err err = places_below(&b, ward);
    err = err == ANS_OK ? gather_people(&b) : err;
    /* nobody is there, or nobody who lives there would be seen: two things, too */
    bool is_all = err == ANS_OK && (b.count > 0 || unseen_place(j, ward));
    for (uint32_t i = 0; err == ANS_OK && i < b.count; i++) {
        is_all = is_all && b.people[i].is_unseen;
        if (b.people[i].is_unseen) {
            params_reference(j->cx, w, "patient", "Patient", b.people[i].id, b.people[i].name);
        }
    }
    params_bool(w, "all", is_all);
    return err;
}

ans_err board_run(job *j, ans_reader *rd)
{
    board b = {.j = j, .cx = j->cx, .rd = rd, .now_us = ans_now_us(), .zone = ans_search_zone(j->rest->o.search)};
    b.is_ward = j->route.type == ans_fhir_type_named(ANS_STR("Location"));
    ans_err err = etag(&b, &j->an.etag);
    if (err == ANS_OK && ans_str_eq(ans_str_trim(j->rq.if_none_match), j->an.etag)) {
        j->an.status = 304;
        return ANS_OK;
    }
    err = err == ANS_OK ? (b.is_ward ? places_below(&b, j->route.id) : places_of(&b, j->route.id)) : err;
    err = err == ANS_OK ? gather_people(&b) : err;
    if (err == ANS_OK && b.count) {
        err = gather_facts(&b);
        err = err == ANS_OK ? board_dues(&b) : err;
    }
    err = err == ANS_OK ? board_write(&b, &j->an.body) : err;
    if (err != ANS_OK) {
        j->an.etag = ANS_STR_NONE; /* a refusal is of no moment of the record */
    }
    j->an.status = 200;
    return err;
}
