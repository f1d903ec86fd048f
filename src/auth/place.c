/* Where owners are: persons in facilities and wards, who looks after them, which role a member of staff has. Made from Patient,
 * Encounter, EpisodeOfCare, CareTeam, PractitionerRole, Location and Organization; facts of the last four kinds of relation are
 * kept only while they are in force, a stay some days longer for the ward it ended in. Whatever changes here makes passes old (edition). */
#include "auth/gate_int.h"

#include "base/os.h"

/* ---- numbers ---- */

static uint64_t key_of(const ans_gate *g, owner_kind kind, ans_str id)
{
    char text[80];
    size_t n = id.n < sizeof text - 2 ? id.n : sizeof text - 2;
    text[0] = (char)('0' + kind);
    memcpy(text + 1, id.p, n);
    return gate_hash(g, (ans_str){text, n + 1});
}

static uint32_t make(ans_gate *g, owner_kind kind)
{
    if (g->owner_count == g->owner_cap) {
        uint32_t cap = g->owner_cap ? g->owner_cap * 2 : 256;
        owner *at = ans_realloc(g->owners, cap * sizeof *at);
        if (!at) {
            return 0;
        }
        g->owners = at;
        g->owner_cap = cap;
    }
    if (g->owner_count == 0) {
        g->owners[g->owner_count++] = (owner){0}; /* 0: nobody's */
        return make(g, kind);
    }
    g->owners[g->owner_count] = (owner){.kind = (uint8_t)kind};
    atomic_fetch_add(&g->edition, 1);
    return g->owner_count++;
}

uint32_t owner_real(const ans_gate *g, uint32_t n)
{
    return n && g->owners[n].same ? g->owners[n].same : n;
}

uint32_t owner_named(ans_gate *g, owner_kind kind, ans_str id)
{
    uint64_t key = key_of(g, kind, id);
    uint32_t n = num_map_get(&g->by_key, key);
    if (n || g->only_find) {
        return n;
    }
    n = make(g, kind);
    if (n && kind == OWNER_ORG && g->o.orgs) {
        g->owners[n].number = ans_orgs_find((ans_orgs *)g->o.orgs, id);
    }
    return n && num_map_put(&g->by_key, key, n) ? n : 0;
}

uint32_t owner_by_rid(ans_gate *g, owner_kind kind, ans_rid rid)
{
    uint32_t n = num_map_get(&g->by_rid, rid);
    if (n || !rid) {
        return n;
    }
    n = make(g, kind);
    if (n) {
        g->owners[n].rid = rid;
    }
    return n && num_map_put(&g->by_rid, rid, n) ? n : 0;
}

/* Something may have been mentioned by its rid (in rows) before its id was known, and by its id meanwhile. */
uint32_t owner_join(ans_gate *g, owner_kind kind, ans_str id, ans_rid rid)
{
    uint32_t n = owner_named(g, kind, id), other = num_map_get(&g->by_rid, rid);
    if (!n || other == n) {
        return n;
    }
    if (other) {
        g->owners[other].same = n;
        atomic_fetch_add(&g->edition, 1);
    }
    g->owners[n].rid = rid;
    return num_map_put(&g->by_rid, rid, n) ? n : 0;
}

/* ---- facts ---- */

static void fact_drop(ans_gate *g, ans_rid rid)
{
    if (rid_list_drop(&g->facts, sizeof(fact), rid)) {
        atomic_fetch_add(&g->edition, 1);
    }
}

static bool same_fact(const fact *a, const fact *b)
{
    return a->kind == b->kind && a->who == b->who && a->org == b->org && a->from == b->from && a->roles == b->roles && a->count == b->count &&
           a->has_purpose == b->has_purpose && a->is_wardless == b->is_wardless && a->from_us == b->from_us && a->to_us == b->to_us &&
           memcmp(a->list, b->list, a->count * sizeof *a->list) == 0;
}

static ans_err fact_put(ans_gate *g, const fact *f)
{
    const fact *old = rid_list_get(&g->facts, sizeof *f, f->rid);
    if (old && same_fact(old, f)) {
        return ANS_OK;
    }
    if (!rid_list_put(&g->facts, sizeof *f, f->rid, f)) {
        return ANS_E_NOMEM;
    }
    atomic_fetch_add(&g->edition, 1);
    return ANS_OK;
}

/* ---- reading resources ---- */

typedef struct source {
    ans_gate *g;
    ans_cx *cx;
    ans_json doc;
} source;

static ans_str text_at(source *s, ans_jnode object, const char *name)
{
    return ans_json_get_string(s->cx, &s->doc, object, ans_str_of(name));
}

/* object.name.reference, when it names a resource of this kind; 0 otherwise */
static uint32_t number_at(source *s, ans_jnode object, const char *name, owner_kind kind)
{
    ans_reference r;
    ans_jnode n = name ? ans_json_get(&s->doc, object, ans_str_of(name)) : object;
    ans_str text = text_at(s, n, "reference");
    if (!text.n) {
        return 0;
    }
    ans_reference_parse(text, &r);
    return r.kind == ANS_REF_LOCAL && r.type == s->g->kinds[kind] ? owner_named(s->g, kind, r.id) : 0;
}

static ans_jnode first_of(source *s, ans_jnode object, const char *name, ans_jnode *out_list)
{
    *out_list = ans_json_get(&s->doc, object, ans_str_of(name));
    return *out_list == ANS_JNONE ? ANS_JNONE : ans_json_first(&s->doc, *out_list);
}

static void add(fact *f, uint32_t n)
{
    if (n && f->count < FACT_LIST_MOST) {
        f->list[f->count++] = n;
    }
}

/* Only a stay says where somebody lives: a visit that names a place draws nobody into a ward. */
static bool is_stay(source *s)
{
    ans_jnode class = ans_json_get(&s->doc, 0, ANS_STR("class"));
    return class != ANS_JNONE && ans_str_is(text_at(s, class, "code"), "IMP") && ans_json_get(&s->doc, 0, ANS_STR("partOf")) == ANS_JNONE;
}

/* Who is served without living here: for the day, as an outpatient, as a worker (docs/stay.md). */
static bool is_client(source *s)
{
    ans_jnode types, codings;
    for (ans_jnode n = first_of(s, 0, "type", &types); n != ANS_JNONE; n = ans_json_next(&s->doc, types, n)) {
        for (ans_jnode c = first_of(s, n, "coding", &codings); c != ANS_JNONE; c = ans_json_next(&s->doc, codings, c)) {
            if (ans_str_is(text_at(s, c, "system"), "urn:ansinh:client")) {
                return true;
            }
        }
    }
    return false;
}

/* Somebody another house asks to take is directed to a ward by whoever may change the episode: then they are before that ward, and its nurses
 * take them over. Once they have come it is their bed that says where they are. */
static void add_expected(source *s, fact *f)
{
    ans_jnode list;
    for (ans_jnode n = first_of(s, 0, "extension", &list); n != ANS_JNONE; n = ans_json_next(&s->doc, list, n)) {
        if (ans_str_is(text_at(s, n, "url"), "urn:ansinh:extension:expected-ward")) {
            add(f, number_at(s, n, "valueReference", OWNER_PLACE));
        }
    }
}

static ans_err read_episode(source *s, ans_rid rid)
{
    static const char *const in_force = " planned waitlist active onhold ";
    ans_str status = text_at(s, 0, "status");
    if (!status.n || ans_str_search(ans_str_of(in_force), ans_arena_fmt(s->cx->arena, " %.*s ", ANS_FMT(status))) < 0) {
        fact_drop(s->g, rid);
        return ANS_OK;
    }
    fact f = {.rid = rid, .kind = FACT_STAY};
    f.who = number_at(s, 0, "patient", OWNER_PERSON);
    f.org = number_at(s, 0, "managingOrganization", OWNER_ORG);
    if (ans_str_is(status, "planned")) {
        add_expected(s, &f);
    }
    f.is_wardless = (ans_str_is(status, "active") || ans_str_is(status, "onhold")) && is_client(s);
    return fact_put(s->g, &f);
}

static int64_t moment(source *s, ans_jnode period, const char *name, int64_t without)
{
    ans_datetime d;
    ans_tick low, high;
    ans_str text = text_at(s, period, name);
    if (!text.n) {
        return without;
    }
    if (!ans_datetime_parse(text, true, &d)) {
        return 0; /* not a time: over since long, or (start) since ever; never longer than written */
    }
    ans_datetime_range(&d, s->g->zone, &low, &high);
    return name[0] == 's' ? low / 10 : high / 10;
}

/* The places where somebody lay until then; a bed left before is none of them. without: when a place was left that does not say so. */
static void add_left(source *s, fact *f, int64_t then, int64_t without)
{
    ans_jnode list;
    for (ans_jnode n = first_of(s, 0, "location", &list); n != ANS_JNONE; n = ans_json_next(&s->doc, list, n)) {
        add(f, moment(s, ans_json_get(&s->doc, n, ANS_STR("period")), "end", without) < then ? 0 : number_at(s, n, "location", OWNER_PLACE));
    }
}

/* Somebody on leave or in hospital whose bed was given away comes back to the ward they left, and its nurse takes them in. */
static void add_awaited(source *s, fact *f)
{
    ans_jnode list;
    int64_t left = 0;
    for (ans_jnode n = first_of(s, 0, "location", &list); n != ANS_JNONE; n = ans_json_next(&s->doc, list, n)) {
        int64_t end = moment(s, ans_json_get(&s->doc, n, ANS_STR("period")), "end", 0);
        left = end > left ? end : left;
    }
    add_left(s, f, left, 0);
}

/* Where they lay when the stay ended, for as long as that ward goes on seeing them. */
static void add_last(source *s, fact *f)
{
    ans_jnode period = ans_json_get(&s->doc, 0, ANS_STR("period"));
    int64_t ended = moment(s, period, "end", 0);
    if (!is_stay(s) || ended + WARD_KEEPS_US <= ans_now_us()) {
        return;
    }
    f->to_us = ended + WARD_KEEPS_US;
    f->org = number_at(s, 0, "serviceProvider", OWNER_ORG);
    add_left(s, f, ended, ended);
}

/* A person in the house, on leave, or about to be taken in. Of places those that are not over, of who is away without one the last. Where the stay came from by a transfer outlives it. */
static ans_err read_encounter(source *s, ans_rid rid)
{
    static const char *const in_force = " in-progress onleave arrived triaged ";
    ans_str status = text_at(s, 0, "status");
    ans_jnode list, moved = ans_json_get(&s->doc, 0, ANS_STR("hospitalization"));
    fact f = {.rid = rid, .kind = FACT_STAY, .from = moved == ANS_JNONE ? 0 : number_at(s, moved, "origin", OWNER_ORG)};
    bool here = status.n && ans_str_search(ans_str_of(in_force), ans_arena_fmt(s->cx->arena, " %.*s ", ANS_FMT(status))) >= 0;
    if (!here && ans_str_is(status, "finished")) {
        f.kind = FACT_PAST;
        add_last(s, &f);
    }
    if (!here && (f.kind != FACT_PAST || (!f.from && !f.count))) {
        fact_drop(s->g, rid);
        return ANS_OK;
    }
    f.who = number_at(s, 0, "subject", OWNER_PERSON);
    if (!here) {
        return fact_put(s->g, &f);
    }
    f.org = number_at(s, 0, "serviceProvider", OWNER_ORG);
    for (ans_jnode n = is_stay(s) ? first_of(s, 0, "location", &list) : ANS_JNONE; n != ANS_JNONE; n = ans_json_next(&s->doc, list, n)) {
        ans_str at = text_at(s, n, "status");
        if (!at.n || ans_str_is(at, "active") || ans_str_is(at, "reserved")) {
            add(&f, number_at(s, n, "location", OWNER_PLACE));
        }
    }
    bool away = ans_str_is(status, "onleave");
    if (is_stay(s) && f.count == 0 && away) {
        add_awaited(s, &f);
    }
    f.is_wardless = is_stay(s) && f.count == 0 && !away;
    return fact_put(s->g, &f);
}

static ans_err read_team(source *s, ans_rid rid)
{
    if (!ans_str_is(text_at(s, 0, "status"), "active")) {
        fact_drop(s->g, rid);
        return ANS_OK;
    }
    fact f = {.rid = rid, .kind = FACT_TEAM};
    f.who = number_at(s, 0, "subject", OWNER_PERSON);
    ans_jnode list;
    for (ans_jnode n = first_of(s, 0, "participant", &list); n != ANS_JNONE; n = ans_json_next(&s->doc, list, n)) {
        /* whose assignment is over by its own end; one that ends later is taken off by who keeps the team */
        bool over = moment(s, ans_json_get(&s->doc, n, ANS_STR("period")), "end", INT64_MAX) <= ans_now_us();
        add(&f, over ? 0 : number_at(s, n, "member", OWNER_STAFF));
    }
    return fact_put(s->g, &f);
}

static uint32_t role_bits(source *s)
{
    uint32_t out = 0;
    ans_jnode codes, codings;
    for (ans_jnode n = first_of(s, 0, "code", &codes); n != ANS_JNONE; n = ans_json_next(&s->doc, codes, n)) {
        for (ans_jnode c = first_of(s, n, "coding", &codings); c != ANS_JNONE; c = ans_json_next(&s->doc, codings, c)) {
            uint32_t i = ans_str_is(text_at(s, c, "system"), "urn:ansinh:role") ? ans_rights_role(s->g->rights, text_at(s, c, "code")) : UINT32_MAX;
            /* a role that reaches everything, or is a person's in care, comes from an account, never from a resource */
            out |= i != UINT32_MAX && !s->g->rights->roles[i].is_everything && !s->g->rights->roles[i].personal.n ? 1u << i : 0;
        }
    }
    return out;
}

static bool has_purpose(source *s)
{
    ans_jnode list;
    for (ans_jnode n = first_of(s, 0, "extension", &list); n != ANS_JNONE; n = ans_json_next(&s->doc, list, n)) {
        if (ans_str_is(text_at(s, n, "url"), "urn:ansinh:extension:purpose") && ans_str_trim(text_at(s, n, "valueString")).n) {
            return true;
        }
    }
    return false;
}

static ans_err read_role(source *s, ans_rid rid)
{
    ans_jnode active = ans_json_get(&s->doc, 0, ANS_STR("active")), period = ans_json_get(&s->doc, 0, ANS_STR("period")), list;
    fact f = {.rid = rid, .kind = FACT_ROLE, .roles = role_bits(s), .has_purpose = has_purpose(s)};
    f.who = number_at(s, 0, "practitioner", OWNER_STAFF);
    f.org = number_at(s, 0, "organization", OWNER_ORG);
    f.from_us = moment(s, period, "start", INT64_MIN);
    f.to_us = moment(s, period, "end", INT64_MAX);
    if (active != ANS_JNONE && ans_json_kind_of(&s->doc, active) == ANS_JSON_FALSE) {
        f.to_us = INT64_MIN;
    }
    bool named = false;
    for (ans_jnode n = first_of(s, 0, "location", &list); n != ANS_JNONE; n = ans_json_next(&s->doc, list, n)) {
        add(&f, number_at(s, n, NULL, OWNER_PLACE));
        named = true;
    }
    if (named && f.count == 0) { /* wards that are none: no ward, not every ward */
        f.list[f.count++] = 0;
    }
    return fact_put(s->g, &f);
}

static void set_above(source *s, uint32_t n, uint32_t above, uint32_t org)
{
    owner *o = &s->g->owners[n];
    if (o->above != above || o->org != org) {
        o->above = above;
        o->org = org;
        atomic_fetch_add(&s->g->edition, 1);
    }
}

static uint8_t org_kind(source *s)
{
    static const char *const kinds = " government ministry agency province commune authority external ";
    ans_jnode types, codings;
    uint8_t out = ORG_UNKNOWN;
    for (ans_jnode n = first_of(s, 0, "type", &types); n != ANS_JNONE; n = ans_json_next(&s->doc, types, n)) {
        for (ans_jnode c = first_of(s, n, "coding", &codings); c != ANS_JNONE; c = ans_json_next(&s->doc, codings, c)) {
            ans_str code = text_at(s, c, "code");
            if (!ans_str_is(text_at(s, c, "system"), "urn:ansinh:organization-kind") || !code.n) {
                continue;
            }
            if (ans_str_is(code, "facility") || ans_str_is(code, "department")) {
                return ans_str_is(code, "facility") ? ORG_FACILITY : ORG_DEPARTMENT;
            }
            bool known = ans_str_search(ans_str_of(kinds), ans_arena_fmt(s->cx->arena, " %.*s ", ANS_FMT(code))) >= 0;
            out = known ? ORG_PUBLIC : out;
        }
    }
    return out;
}

/* A record that was replaced lies where the one lies that replaced it. Numbers may be made: the array moves. */
static void set_follows(source *s, uint32_t n)
{
    ans_jnode list;
    uint32_t follows = 0;
    for (ans_jnode l = first_of(s, 0, "link", &list); l != ANS_JNONE && !follows; l = ans_json_next(&s->doc, list, l)) {
        follows = ans_str_is(text_at(s, l, "type"), "replaced-by") ? number_at(s, l, "other", OWNER_PERSON) : 0;
    }
    if (s->g->owners[n].follows != follows) {
        s->g->owners[n].follows = follows;
        atomic_fetch_add(&s->g->edition, 1);
    }
}

static ans_err read_owner(source *s, owner_kind kind, ans_str id, ans_rid rid)
{
    uint32_t n = owner_join(s->g, kind, id, rid);
    if (!n) {
        return ANS_E_NOMEM;
    }
    if (kind == OWNER_PERSON) {
        set_above(s, n, number_at(s, 0, "managingOrganization", OWNER_ORG), 0);
        set_follows(s, n);
    } else if (kind == OWNER_PLACE) {
        uint32_t above = number_at(s, 0, "partOf", OWNER_PLACE);
        set_above(s, n, above, number_at(s, 0, "managingOrganization", OWNER_ORG));
    } else if (kind == OWNER_ORG) {
        set_above(s, n, number_at(s, 0, "partOf", OWNER_ORG), 0);
        s->g->owners[n].org_kind = org_kind(s);
        if (s->g->o.orgs) {
            s->g->owners[n].number = ans_orgs_find((ans_orgs *)s->g->o.orgs, id);
        }
        atomic_fetch_add(&s->g->edition, 1);
    }
    return ANS_OK;
}

bool place_is_of_interest(const ans_gate *g, ans_type type)
{
    bool kind = type == g->t_encounter || type == g->t_episode || type == g->t_team || type == g->t_role;
    kind = kind || type == g->t_consent || type == g->t_basic;
    for (int i = OWNER_PERSON; i < OWNER_KINDS && !kind; i++) {
        kind = type == g->kinds[i];
    }
    return kind;
}

ans_err place_apply(ans_gate *g, ans_cx *cx, ans_type type, ans_str id, ans_rid rid, ans_str body)
{
    source s = {.g = g, .cx = cx};
    if (!place_is_of_interest(g, type)) {
        return ANS_OK;
    }
    if (type == g->t_consent || type == g->t_basic) {
        return share_apply(g, cx, type, rid, body);
    }
    if (!body.n) {
        fact_drop(g, rid);
        return ANS_OK; /* who was somewhere stays known: its past is still somebody's */
    }
    ans_err err = ans_json_parse(cx, body, NULL, &s.doc);
    if (err != ANS_OK) {
        return err;
    }
    for (int i = OWNER_PERSON; i < OWNER_KINDS; i++) {
        if (type == g->kinds[i]) {
            return read_owner(&s, (owner_kind)i, id, rid);
        }
    }
    return type == g->t_encounter ? read_encounter(&s, rid)
           : type == g->t_episode ? read_episode(&s, rid)
           : type == g->t_team    ? read_team(&s, rid)
                                  : read_role(&s, rid);
}

/* A department belongs to its facility; so does what says nothing of its kind and is part of one. A facility that is "part of" an
 * authority stays a facility of its own. */
uint32_t place_facility(const ans_gate *g, uint32_t org)
{
    uint32_t n = owner_real(g, org);
    for (int i = 0; i < 16 && n && g->owners[n].above; i++) {
        uint32_t above = owner_real(g, g->owners[n].above);
        uint8_t kind = g->owners[n].org_kind, kind_above = g->owners[above].org_kind;
        bool within = kind == ORG_DEPARTMENT || (kind == ORG_UNKNOWN && (kind_above == ORG_FACILITY || kind_above == ORG_DEPARTMENT));
        if (!within) {
            break;
        }
        n = above;
    }
    return n;
}
