/* Writing through the gate: rights over what is there and over what it becomes, references, labels, tags. All changes of a transaction
 * are looked at together, since they may refer to each other. */
#include "auth/gate_int.h"

typedef struct one {
    ans_admission *a;
    ans_change *c;
    ans_type type;
    bool exists;         /* a current version */
    ans_version current; /* without its body */
    ans_mark old, now;   /* now.owner UINT32_MAX: what it would be has no number yet */
    ans_json doc;
    ans_labels labels;
    ans_labels said;     /* of those: what its own codes and labels say, nothing inherited */
    ans_labels open;     /* what a bare reference does not pass on to it */
    ans_str tag;         /* id of the facility to stamp */
} one;

typedef struct admission {
    ans_gate *g;
    const ans_pass *pass;
    ans_cx *cx;
    ans_reader *rd;
    one *at;
    uint32_t count;
} admission;

static ans_err no_such(admission *ad, ans_type type)
{
    return ans_issue_add(ad->cx, ANS_E_NOTFOUND, ANS_STR_NONE, "there is no such %s", ans_fhir_types[type].name);
}

static ans_err not_allowed(admission *ad, ans_type type)
{
    return ans_issue_add(ad->cx, ANS_E_FORBIDDEN, ANS_STR_NONE, "no role of this account may do this to this %s", ans_fhir_types[type].name);
}

static ans_err nothing_there(admission *ad, ans_ref ref)
{
    ans_type t = ans_search_type_of(ad->g->o.search, ref.type);
    return ans_issue_add(ad->cx, ANS_E_RULE, ANS_STR_NONE, "a reference names a %s that is not there", ans_fhir_types[t].name);
}

static const one *mate(const admission *ad, ans_ref ref)
{
    for (uint32_t i = 0; i < ad->count; i++) {
        const ans_change *c = ad->at[i].c;
        if (c->ref.type == ref.type && !c->is_delete && ans_str_eq(c->ref.id, ref.id)) {
            return &ad->at[i];
        }
    }
    return NULL;
}

/* ---- what is there ---- */

static ans_err look_up(admission *ad, one *o)
{
    ans_rid rid;
    o->c = o->a->change;
    o->type = ans_search_type_of(ad->g->o.search, o->c->ref.type);
    ans_err err = o->a->id_made ? ANS_E_NOTFOUND : ans_store_rid(ad->cx, ad->rd, o->c->ref, &rid);
    if (err == ANS_OK) {
        err = ans_store_read_rid(ad->cx, ad->rd, rid, false, &o->current);
    }
    o->exists = err == ANS_OK && !o->current.is_delete;
    if (err != ANS_OK && err != ANS_E_NOTFOUND && err != ANS_E_GONE) {
        return err;
    }
    o->old = o->exists ? mark_get(ad->g, o->current.rid) : (ans_mark){0};
    return o->c->is_delete ? ANS_OK : ans_json_parse(ad->cx, o->c->body, NULL, &o->doc);
}

/* ---- labels ---- */

static ans_labels labels_behind(admission *ad, ans_str reference)
{
    ans_reference r;
    ans_rid rid;
    ans_reference_parse(reference, &r);
    if (r.kind != ANS_REF_LOCAL || !r.type) {
        return 0;
    }
    ans_ref ref = {ans_search_type_number(ad->g->o.search, r.type), r.id};
    const one *m = mate(ad, ref);
    if (m) {
        return m->labels;
    }
    return ans_store_rid(ad->cx, ad->rd, ref, &rid) == ANS_OK ? mark_get(ad->g, rid).labels : 0;
}

/* Nodes are a flat list: below a member whose name passes labels on, every reference counts. What care needs is not shut by a bare
 * reference (an id tells nothing, and what lies behind it is shut); by one with words it is. */
static ans_labels inherited(admission *ad, const one *o)
{
    const ans_compartments *c = ad->g->compartments;
    ans_labels out = 0;
    ans_jnode until = 0; /* inside such a member up to here */
    for (ans_jnode n = 1; n < o->doc.count; n++) {
        ans_str key = ans_json_key(&o->doc, n);
        for (uint32_t i = 0; n >= until && i < c->inherit_count; i++) {
            until = ans_str_eq(key, c->inherit[i]) ? o->doc.nodes[n].next : until;
        }
        if (n >= until || ans_json_kind_of(&o->doc, n) != ANS_JSON_OBJECT) {
            continue;
        }
        ans_str reference = ans_json_get_string(ad->cx, &o->doc, n, ANS_STR("reference"));
        ans_labels behind = reference.n ? labels_behind(ad, reference) : 0;
        bool bare = behind & o->open && ans_json_get(&o->doc, n, ANS_STR("display")) == ANS_JNONE;
        out |= bare ? (ans_labels)(behind & ~o->open) : behind;
    }
    return out;
}

/* Labels only grow here: until nothing is passed on any more. */
static void settle_labels(admission *ad)
{
    bool grew = true;
    for (uint32_t i = 0; i < ad->count; i++) {
        one *o = &ad->at[i];
        if (!o->c->is_delete) {
            o->said = ans_compartments_labels(ad->g->compartments, ad->cx, o->type, &o->doc, 0);
            o->open = ans_compartments_open(ad->g->compartments, ad->cx, o->type, &o->doc, 0);
            o->labels = o->said;
            o->labels |= ad->pass->is_open ? 0 : o->old.labels; /* leaving a label out does not take it away */
        }
    }
    for (uint32_t round = 0; grew && round < 16; round++) {
        grew = false;
        for (uint32_t i = 0; i < ad->count; i++) {
            one *o = &ad->at[i];
            ans_labels more = o->c->is_delete ? 0 : (ans_labels)(inherited(ad, o) & ~o->labels);
            o->labels |= more;
            grew = grew || more;
        }
    }
}

/* ---- whose it becomes ---- */

static uint32_t org_at(admission *ad, const one *o, const char *name)
{
    ans_reference r;
    ans_jnode n = ans_json_get(&o->doc, 0, ans_str_of(name));
    ans_reference_parse(ans_json_get_string(ad->cx, &o->doc, n, ANS_STR("reference")), &r);
    bool org = r.kind == ANS_REF_LOCAL && r.type == ad->g->kinds[OWNER_ORG];
    return org ? owner_real(ad->g, owner_named(ad->g, OWNER_ORG, r.id)) : 0;
}

/* Something that owns itself and is new lies where the organisation lies that it names. */
static uint32_t owner_of_new(admission *ad, const one *o)
{
    uint32_t n = o->type == ad->g->kinds[OWNER_PERSON] ? org_at(ad, o, "managingOrganization")
                 : o->type == ad->g->kinds[OWNER_ORG]  ? org_at(ad, o, "partOf")
                                                       : 0;
    return n ? n : UINT32_MAX;
}

static void find_owner(admission *ad, one *o)
{
    const own_rule *rule = &ad->g->own[o->type];
    (void)pthread_mutex_lock(&ad->g->lock);
    ad->g->only_find = true;
    if (rule->self) {
        o->now.owner = o->exists ? o->old.owner : owner_of_new(ad, o);
    } else {
        o->now = mark_derive(ad->g, ad->cx, ad->rd, o->type, o->c->ref.id, &o->c->rows, o->c->body);
        for (uint32_t i = 0; i < o->c->rows.count; i++) { /* a person made in the same transaction */
            const ans_row *r = &o->c->rows.at[i];
            uint16_t slot = row_slot(r);
            bool person = r->head.n == 3 && r->ref.type == ad->g->own[ad->g->kinds[OWNER_PERSON]].number && slot && slot == rule->person_slot;
            const one *m = person ? mate(ad, r->ref) : NULL;
            o->now.owner = m && !m->exists ? owner_of_new(ad, m) : o->now.owner;
        }
    }
    ad->g->only_find = false;
    (void)pthread_mutex_unlock(&ad->g->lock);
    o->now.labels = 0; /* one may write what one may not read again */
}

/* ---- rights ---- */

static bool is_uuid(ans_str id)
{
    bool ok = id.n == 36;
    for (size_t i = 0; ok && i < id.n; i++) {
        char c = id.p[i];
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        ok = dash ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
    return ok;
}

/* The facility of the first role that may make such a thing there; stamps it. */
static bool stamp(admission *ad, one *o)
{
    uint8_t group = ad->g->rights->group_of[o->type];
    for (uint32_t i = 0; i < ad->pass->grant_count; i++) {
        const grant *gr = &ad->pass->grants[i];
        ans_scopes within = ANS_SCOPE_FACILITY | ANS_SCOPE_WARD | ANS_SCOPE_LINE;
        if (!gr->facility || !(gr->masks[group][ANS_RIGHT_CREATE] & within)) {
            continue;
        }
        ans_version v;
        (void)pthread_mutex_lock(&ad->g->lock);
        ans_rid rid = gr->facility < ad->g->owner_count ? ad->g->owners[gr->facility].rid : 0;
        (void)pthread_mutex_unlock(&ad->g->lock);
        if (rid && ans_store_read_rid(ad->cx, ad->rd, rid, false, &v) == ANS_OK) {
            o->now.owner = gr->facility;
            o->tag = v.ref.id;
            return true;
        }
    }
    return false;
}

/* UINT32_MAX: somebody who comes with the same transaction. */
static bool is_persons(admission *ad, uint32_t owner_number)
{
    (void)pthread_mutex_lock(&ad->g->lock);
    uint32_t n = owner_number < ad->g->owner_count ? owner_real(ad->g, owner_number) : 0;
    bool person = owner_number == UINT32_MAX || (n && ad->g->owners[n].kind == OWNER_PERSON);
    (void)pthread_mutex_unlock(&ad->g->lock);
    return person;
}

/* What is protected for a person's sake needs the person: without one it would be the whole house's. */
static bool lacks_person(admission *ad, const one *o)
{
    const own_rule *rule = &ad->g->own[o->type];
    bool needed = o->said && !ad->pass->is_open && !rule->is_open && !rule->self && rule->person_slot;
    for (uint32_t i = 0; needed && i < o->c->rows.count; i++) { /* there, or made in the same transaction: other references are refused */
        const ans_row *r = &o->c->rows.at[i];
        needed = !(r->ref.type == ad->g->own[ad->g->kinds[OWNER_PERSON]].number && row_slot(r) == rule->person_slot);
    }
    return needed;
}

/* An episode that says in which ward its person is expected puts them before that ward: a change of where they are, not only a new record. */
static bool is_directing(const admission *ad, const one *o)
{
    ans_jnode list = o->type == ad->g->t_episode ? ans_json_get(&o->doc, 0, ANS_STR("extension")) : ANS_JNONE;
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(&o->doc, list); n != ANS_JNONE; n = ans_json_next(&o->doc, list, n)) {
        if (ans_str_is(ans_json_get_string(ad->cx, &o->doc, n, ANS_STR("url")), "urn:ansinh:extension:expected-ward")) {
            return true;
        }
    }
    return false;
}

static ans_err may_create(admission *ad, one *o)
{
    bool open = ad->g->own[o->type].is_open;
    if (lacks_person(ad, o)) {
        return ans_issue_add(ad->cx, ANS_E_RULE, ANS_STR_NONE, "what is specially protected names its person, as Patient/id");
    }
    if (o->now.owner == 0 && !open && !stamp(ad, o)) {
        o->now.owner = UINT32_MAX;
    }
    if (!ans_pass_allows(ad->pass, o->type, o->now, ANS_RIGHT_CREATE) ||
        (is_directing(ad, o) && !ans_pass_allows(ad->pass, o->type, o->now, ANS_RIGHT_UPDATE))) {
        return not_allowed(ad, o->type);
    }
    o->c->if_vid = ANS_VID_ABSENT; /* somebody else may be quicker */
    return ANS_OK;
}

/* What there is now may be read, by its codes too. */
static bool sees_old(const admission *ad, const one *o)
{
    return ans_pass_allows(ad->pass, o->type, o->old, ANS_RIGHT_READ) || (ad->pass->is_own && ans_pass_sees_as(ad->pass, o->type, o->current.rid, o->old, ANS_RIGHT_READ));
}

static ans_err may_update(admission *ad, one *o)
{
    if (!sees_old(ad, o)) {
        return no_such(ad, o->type);
    }
    if (!ans_pass_allows(ad->pass, o->type, o->old, ANS_RIGHT_UPDATE)) {
        return not_allowed(ad, o->type);
    }
    if (o->old.labels && is_persons(ad, o->old.owner) && !is_persons(ad, o->now.owner)) {
        return not_allowed(ad, o->type); /* the whole house would read it */
    }
    if (o->now.owner == 0 && o->old.owner && !ad->g->own[o->type].is_open && !stamp(ad, o)) {
        return not_allowed(ad, o->type); /* it would be nobody's */
    }
    return ans_pass_allows(ad->pass, o->type, o->now, ANS_RIGHT_UPDATE) ? ANS_OK : not_allowed(ad, o->type);
}

static ans_err may_change(admission *ad, one *o)
{
    if (o->c->is_delete) {
        if (!o->exists || !sees_old(ad, o)) {
            return no_such(ad, o->type);
        }
        return ans_pass_allows(ad->pass, o->type, o->old, ANS_RIGHT_DELETE) ? ANS_OK : not_allowed(ad, o->type);
    }
    return o->exists ? may_update(ad, o) : may_create(ad, o);
}

/* ---- references ---- */

static ans_err sees_target(admission *ad, ans_ref ref, bool *out)
{
    ans_type t = ans_search_type_of(ad->g->o.search, ref.type);
    ans_version v;
    ans_rid rid;
    *out = !t || ad->g->own[t].is_open || mate(ad, ref);
    if (*out) {
        return ANS_OK;
    }
    ans_err err = ans_store_rid(ad->cx, ad->rd, ref, &rid);
    err = err == ANS_OK ? ans_store_read_rid(ad->cx, ad->rd, rid, false, &v) : err;
    *out = err == ANS_OK && !v.is_delete &&
           (ans_pass_sees(ad->pass, t, rid, ANS_RIGHT_READ) || within_names(ad->pass, t, mark_get(ad->g, rid)));
    return err == ANS_E_NOTFOUND || err == ANS_E_GONE ? ANS_OK : err;
}

/* Did the version before refer to it as well? Others may have written what this one does not see. */
static ans_err was_there(admission *ad, const one *o, ans_json *before, ans_str reference, bool *out)
{
    ans_version v;
    *out = false;
    if (!o->exists) {
        return ANS_OK;
    }
    if (!before->count) {
        ans_err err = ans_store_read_rid(ad->cx, ad->rd, o->current.rid, true, &v);
        err = err == ANS_OK ? ans_json_parse(ad->cx, v.body, NULL, before) : err;
        if (err != ANS_OK) {
            return err;
        }
    }
    for (ans_jnode n = 1; n < before->count && !*out; n++) {
        *out = ans_str_is(ans_json_key(before, n), "reference") && ans_str_eq(ans_json_string(ad->cx, before, n), reference);
    }
    return ANS_OK;
}

/* All of the body, not only what is searched: labels pass on along any of them. */
static ans_err check_references(admission *ad, const one *o)
{
    ans_json before = {0};
    ans_str last = ANS_STR_NONE;
    ans_err err = ANS_OK;
    for (ans_jnode n = 1; err == ANS_OK && !o->c->is_delete && n < o->doc.count; n++) {
        ans_reference r;
        ans_str text = ans_str_is(ans_json_key(&o->doc, n), "reference") ? ans_json_string(ad->cx, &o->doc, n) : ANS_STR_NONE;
        bool fine = false;
        if (!text.n || ans_str_eq(text, last)) {
            continue;
        }
        last = text;
        ans_reference_parse(text, &r);
        if (r.kind != ANS_REF_LOCAL || !r.type) {
            continue;
        }
        ans_ref ref = {ans_search_type_number(ad->g->o.search, r.type), r.id};
        err = sees_target(ad, ref, &fine);
        err = err == ANS_OK && !fine ? was_there(ad, o, &before, text, &fine) : err;
        if (err == ANS_OK && !fine) {
            return nothing_there(ad, ref);
        }
    }
    return err;
}

/* A person named by an address that is not followed (http://here/fhir/Patient/1, /Patient/1): the resource would be the house's
 * instead of the person's, and everybody there would read it, whatever its labels. */
static ans_err check_person(admission *ad, const one *o)
{
    bool may_be = !o->c->is_delete && (ad->g->own[o->type].person_slot || o->type == ad->g->t_binary) && !is_persons(ad, o->now.owner);
    for (ans_jnode n = 1; may_be && n < o->doc.count; n++) {
        ans_reference r;
        ans_str text = ans_str_is(ans_json_key(&o->doc, n), "reference") ? ans_json_string(ad->cx, &o->doc, n) : ANS_STR_NONE;
        ans_reference_parse(text, &r);
        if ((r.kind == ANS_REF_ABSOLUTE || r.kind == ANS_REF_OTHER) && ans_str_search(text, ANS_STR("Patient/")) >= 0) {
            return ans_issue_add(ad->cx, ANS_E_RULE, ANS_STR_NONE, "a person of this record is referred to as Patient/id, without an address in front");
        }
    }
    return ANS_OK;
}

/* ---- moving persons ---- */

static bool is_within(const ans_pass *pass, uint32_t org)
{
    for (uint32_t i = 0; i < pass->grant_count; i++) {
        const grant *g = &pass->grants[i];
        if (org < pass->owner_count && (g->where[org] & (ANS_SCOPE_FACILITY | ANS_SCOPE_LINE))) {
            return true;
        }
    }
    return false;
}

static const char *house_of(const admission *ad, const one *o)
{
    return o->type == ad->g->t_encounter ? "serviceProvider" : "managingOrganization";
}

/* The house it named before this write; 0: none. */
static ans_err house_before(admission *ad, const one *o, ans_json *was, uint32_t *out)
{
    ans_version v;
    *out = 0;
    if (!o->exists) {
        return ANS_OK;
    }
    ans_err err = ans_store_read_rid(ad->cx, ad->rd, o->current.rid, true, &v);
    err = err == ANS_OK ? ans_json_parse(ad->cx, v.body, NULL, was) : err;
    if (err == ANS_OK) {
        one before = {.type = o->type, .doc = *was};
        (void)pthread_mutex_lock(&ad->g->lock);
        ad->g->only_find = true;
        *out = org_at(ad, &before, house_of(ad, o));
        ad->g->only_find = false;
        (void)pthread_mutex_unlock(&ad->g->lock);
    }
    return err;
}

/* A stay elsewhere opens the record to them. One that stays where it was opens nothing: who takes somebody over ends the stay before. */
static ans_err check_move(admission *ad, const one *o)
{
    bool moves = o->type == ad->g->kinds[OWNER_PERSON] || o->type == ad->g->t_encounter || o->type == ad->g->t_episode;
    if (!moves || o->c->is_delete || ans_pass_operation(ad->pass, "transfer")) {
        return ANS_OK;
    }
    ans_json was;
    uint32_t before;
    (void)pthread_mutex_lock(&ad->g->lock);
    ad->g->only_find = true;
    uint32_t org = org_at(ad, o, house_of(ad, o));
    ad->g->only_find = false;
    (void)pthread_mutex_unlock(&ad->g->lock);
    if (org == 0 || is_within(ad->pass, org)) {
        return ANS_OK;
    }
    ans_err err = house_before(ad, o, &was, &before);
    return err != ANS_OK || org == before ? err : not_allowed(ad, o->type);
}

static uint32_t origin_in(admission *ad, const ans_json *doc)
{
    ans_reference r;
    ans_jnode moved = doc->count ? ans_json_get(doc, 0, ANS_STR("hospitalization")) : ANS_JNONE;
    ans_jnode n = moved == ANS_JNONE ? ANS_JNONE : ans_json_get(doc, moved, ANS_STR("origin"));
    if (n == ANS_JNONE) {
        return 0;
    }
    ans_reference_parse(ans_json_get_string(ad->cx, doc, n, ANS_STR("reference")), &r);
    bool org = r.kind == ANS_REF_LOCAL && r.type == ad->g->kinds[OWNER_ORG];
    return org ? owner_real(ad->g, owner_named(ad->g, OWNER_ORG, r.id)) : 0;
}

/* Is the person in that house at this moment, before this write? */
static bool stays_in(const ans_gate *g, uint32_t person, uint32_t house)
{
    for (uint32_t i = 0; i < g->facts.count; i++) {
        const fact *f = fact_at(g, i);
        if (f->kind == FACT_STAY && owner_real(g, f->who) == person && f->org && place_facility(g, f->org) == house) {
            return true;
        }
    }
    return false;
}

/* A stay that says it came from another house leaves that house what was made until now: so they must have been there. */
static ans_err check_origin(admission *ad, const one *o)
{
    ans_json was = {0};
    uint32_t before;
    if (o->type != ad->g->t_encounter || o->c->is_delete) {
        return ANS_OK;
    }
    (void)pthread_mutex_lock(&ad->g->lock);
    ad->g->only_find = true;
    uint32_t origin = origin_in(ad, &o->doc), house = origin ? place_facility(ad->g, origin) : 0;
    bool fine = !origin || ad->g->owners[house].org_kind != ORG_FACILITY || stays_in(ad->g, o->now.owner, house);
    ad->g->only_find = false;
    (void)pthread_mutex_unlock(&ad->g->lock);
    if (fine) {
        return ANS_OK;
    }
    ans_err err = house_before(ad, o, &was, &before);
    if (err == ANS_OK) {
        (void)pthread_mutex_lock(&ad->g->lock);
        ad->g->only_find = true;
        fine = origin_in(ad, &was) == origin;
        ad->g->only_find = false;
        (void)pthread_mutex_unlock(&ad->g->lock);
    }
    return err != ANS_OK || fine ? err : not_allowed(ad, o->type);
}

/* ---- the body ---- */

static void put_coding(ans_buf *b, bool *comma, ans_str system, ans_str code)
{
    ans_buf_add(b, *comma ? ANS_STR(",") : ANS_STR_NONE);
    *comma = true;
    ANS_BUF_LIT(b, "{\"system\":");
    ans_json_print_string(b, system);
    ANS_BUF_LIT(b, ",\"code\":");
    ans_json_print_string(b, code);
    ans_buf_add_c(b, '}');
}

/* A list of meta with what it has, and more. */
static void put_list(admission *ad, const one *o, ans_jnode list, const char *name, ans_labels labels, ans_str tag, bool *members, ans_buf *b)
{
    bool comma = false;
    const ans_compartments *c = ad->g->compartments;
    ans_buf_add(b, *members ? ANS_STR(",") : ANS_STR_NONE);
    *members = true;
    ans_buf_add_c(b, '"');
    ans_buf_add(b, ans_str_of(name));
    ANS_BUF_LIT(b, "\":[");
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(&o->doc, list); n != ANS_JNONE; n = ans_json_next(&o->doc, list, n)) {
        ans_buf_add(b, comma ? ANS_STR(",") : ANS_STR_NONE);
        ans_json_print(&o->doc, n, false, b);
        comma = true;
    }
    for (uint32_t i = 0; i < c->security_count && labels; i++) {
        if (labels >> c->security[i].label & 1) {
            put_coding(b, &comma, c->security[i].system, c->security[i].code);
            labels = (ans_labels)(labels & ~(1u << c->security[i].label));
        }
    }
    if (tag.n) {
        put_coding(b, &comma, ANS_STR("urn:ansinh:tag:facility"), tag);
    }
    ans_buf_add_c(b, ']');
}

static bool is_array(const one *o, ans_jnode n)
{
    return n == ANS_JNONE || ans_json_kind_of(&o->doc, n) == ANS_JSON_ARRAY;
}

/* The canonical body begins with resourceType, id and meta; only meta changes. */
static ans_err write_meta(admission *ad, one *o, ans_labels labels)
{
    ans_jnode meta = ans_json_get(&o->doc, 0, ANS_STR("meta"));
    ans_jnode security = ans_json_get(&o->doc, meta, ANS_STR("security")), tags = ans_json_get(&o->doc, meta, ANS_STR("tag"));
    const ans_json_node *at = meta == ANS_JNONE ? NULL : ans_json_at(&o->doc, meta);
    bool members = false;
    ans_buf b;
    ans_str body;
    if (!at || !is_array(o, security) || !is_array(o, tags)) {
        return ans_issue_add(ad->cx, ANS_E_INVALID, ANS_STR("meta"), "'security' and 'tag' of meta must be arrays");
    }
    ans_buf_init_arena(&b, ad->cx->arena, o->c->body.n + 4096);
    ans_buf_add(&b, ans_str_head(o->c->body, at->at));
    ans_buf_add_c(&b, '{');
    ANS_JSON_EACH(&o->doc, meta, n) {
        if ((n == security && labels) || (n == tags && o->tag.n)) {
            continue;
        }
        ans_buf_add(&b, members ? ANS_STR(",") : ANS_STR_NONE);
        members = true;
        ans_buf_add_c(&b, '"');
        ans_buf_add(&b, ans_json_key(&o->doc, n));
        ANS_BUF_LIT(&b, "\":");
        ans_json_print(&o->doc, n, false, &b);
    }
    if (labels) {
        put_list(ad, o, security, "security", labels, ANS_STR_NONE, &members, &b);
    }
    if (o->tag.n) {
        put_list(ad, o, tags, "tag", 0, o->tag, &members, &b);
    }
    ans_buf_add_c(&b, '}');
    ans_buf_add(&b, ans_str_from(o->c->body, at->at + at->len));
    ans_err err = ans_buf_finish(&b, &body);
    if (err != ANS_OK) {
        return err;
    }
    o->c->body = body;
    o->c->hash = ans_hash_content(body);
    return ans_search_index_body(ad->g->o.search, ad->cx, o->c->ref.type, body, &o->c->rows);
}

static ans_err finish(admission *ad, one *o)
{
    ans_labels marked = ans_compartments_marked(ad->g->compartments, ad->cx, &o->doc, 0);
    ans_labels missing = (ans_labels)(o->labels & ~marked);
    return missing || o->tag.n ? write_meta(ad, o, missing) : ANS_OK;
}

static ans_err judge(admission *ad)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < ad->count; i++) {
        if (!ad->at[i].c->is_delete) {
            find_owner(ad, &ad->at[i]);
        }
    }
    for (uint32_t i = 0; err == ANS_OK && i < ad->count; i++) {
        one *o = &ad->at[i];
        bool unseen = o->exists && !sees_old(ad, o);
        bool shut = !o->exists && (o->a->must_exist || (!o->a->id_made && !is_uuid(o->c->ref.id)));
        err = unseen || shut ? no_such(ad, o->type) : check_references(ad, o); /* the same for both, whatever else is wrong */
        err = err == ANS_OK ? check_person(ad, o) : err;
        err = err == ANS_OK ? may_change(ad, o) : err;
        err = err == ANS_OK ? check_move(ad, o) : err;
        err = err == ANS_OK ? check_origin(ad, o) : err;
    }
    return err;
}

ans_err ans_gate_admit(ans_gate *g, const ans_pass *pass, ans_cx *cx, ans_reader *rd, ans_admission *list, uint32_t count)
{
    admission ad = {.g = g, .pass = pass, .cx = cx, .rd = rd, .at = ANS_NEW_N(cx->arena, one, count + 1), .count = count};
    ans_err err = ad.at ? ans_gate_wait(cx, g) : ans_cx_nomem(cx);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        ad.at[i].a = &list[i];
        err = look_up(&ad, &ad.at[i]);
    }
    if (err != ANS_OK) {
        return err;
    }
    settle_labels(&ad);
    err = pass->is_open ? ANS_OK : judge(&ad);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        err = list[i].change->is_delete ? ANS_OK : finish(&ad, &ad.at[i]);
    }
    return err;
}

/* ---- versions ---- */

ans_labels ans_gate_body_labels(const ans_gate *g, ans_cx *cx, ans_str body)
{
    ans_json doc;
    ptrdiff_t at = ans_str_search(ans_str_head(body, 256), ANS_STR("\"meta\":{"));
    if (at < 0 || body.p[at + 8] == '}') { /* nothing is said, as a rule */
        return 0;
    }
    return ans_json_parse(cx, body, NULL, &doc) == ANS_OK ? ans_compartments_marked(g->compartments, cx, &doc, 0) : (ans_labels)((1u << ANS_LABEL_COUNT) - 1);
}

bool ans_gate_shows_version(ans_gate *g, const ans_pass *pass, ans_cx *cx, ans_reader *rd, const ans_version *version, ans_right right)
{
    ans_type type = ans_search_type_of(g->o.search, version->ref.type);
    ans_version v = *version;
    ans_rows rows;
    if (pass->is_open) {
        return true;
    }
    bool known = mark_is_known(g, v.rid);
    if (known && !ans_pass_sees(pass, type, v.rid, right)) {
        return false;
    }
    if (v.is_delete) { /* as the version before it */
        ans_err err = v.vid > 1 ? ans_store_vread(cx, rd, v.ref, v.vid - 1, &v) : ANS_E_NOTFOUND;
        if (err != ANS_OK) {
            return false;
        }
    }
    if (!type || ans_search_index_body(g->o.search, cx, v.ref.type, v.body, &rows) != ANS_OK) {
        return false;
    }
    (void)pthread_mutex_lock(&g->lock);
    g->only_find = true;
    ans_mark m = mark_derive(g, cx, rd, type, v.ref.id, &rows, v.body);
    g->only_find = false;
    (void)pthread_mutex_unlock(&g->lock);
    return ans_pass_allows(pass, type, m, right);
}
