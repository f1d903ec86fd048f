/* Marks: whose a resource is and which labels it has, one per rid, six bytes each. Read by every thread without a lock, written
 * under the gate's lock.
 *
 * Whose: the person it is about (its type's patient parameter, or subject, beneficiary ...), else the organisation it names, else
 * what its text says (meta.tag urn:ansinh:tag:facility, stamped when it was made; a Binary's securityContext). That somebody stands below
 * an authority is the lower one's: the authority is public, who is below it may be another line's.
 * Of several the one with the smallest number, so that loading and following agree. */
#include "auth/gate_int.h"

#include "base/os.h"
#include "base/sort.h"

/* ---- the table ---- */

static mark_chunk *chunk_of(const ans_gate *g, ans_rid rid)
{
    return rid / MARK_CHUNK < MARK_CHUNKS ? atomic_load_explicit(&g->chunks[rid / MARK_CHUNK], memory_order_acquire) : NULL;
}

static ans_labels labels_at(const ans_gate *g, ans_rid rid)
{
    const mark_chunk *c = chunk_of(g, rid);
    return c ? atomic_load_explicit(&c->labels[rid % MARK_CHUNK], memory_order_relaxed) : 0;
}

ans_mark mark_get(const ans_gate *g, ans_rid rid)
{
    const mark_chunk *c = chunk_of(g, rid);
    if (!c) {
        return (ans_mark){0};
    }
    /* the owner first: who reads the new one also reads the labels that were set before it */
    uint32_t whose = atomic_load_explicit(&c->owner[rid % MARK_CHUNK], memory_order_acquire);
    ans_labels labels = atomic_load_explicit(&c->labels[rid % MARK_CHUNK], memory_order_acquire);
    return (ans_mark){whose, (ans_labels)(labels & ~MARK_KNOWN)};
}

bool mark_is_known(const ans_gate *g, ans_rid rid)
{
    return labels_at(g, rid) & MARK_KNOWN;
}

bool mark_set(ans_gate *g, ans_rid rid, ans_mark mark)
{
    mark_chunk *c = chunk_of(g, rid);
    if (!c && rid / MARK_CHUNK < MARK_CHUNKS) {
        c = ans_alloc(sizeof *c);
        if (c) {
            memset(c, 0, sizeof *c);
            atomic_store_explicit(&g->chunks[rid / MARK_CHUNK], c, memory_order_release);
        }
    }
    if (!c) {
        return false;
    }
    /* never less secret in between than before or after */
    atomic_fetch_or_explicit(&c->labels[rid % MARK_CHUNK], mark.labels, memory_order_relaxed);
    atomic_store_explicit(&c->owner[rid % MARK_CHUNK], mark.owner, memory_order_release);
    atomic_store_explicit(&c->labels[rid % MARK_CHUNK], (ans_labels)(mark.labels | MARK_KNOWN), memory_order_release);
    return true;
}

/* ---- how to find owner and labels in rows ---- */

static const char *const person_codes[] = {"patient", "subject", "beneficiary", "individual", "actor", "member", NULL};

static bool may_refer(ans_type t, const char *code, const char *target)
{
    ans_type wanted = ans_fhir_type_named(ans_str_of(target));
    const ans_sp *sp = ans_sp_named(t, ans_str_of(code));
    bool fits = sp && sp->type == ANS_SP_REFERENCE && sp->target_count == 0;
    for (uint8_t i = 0; sp && sp->type == ANS_SP_REFERENCE && i < sp->target_count; i++) {
        fits = fits || sp->targets[i] == wanted;
    }
    return fits;
}

const char *ans_gate_person_code(ans_type type)
{
    const char *const *code = person_codes;
    while (*code && !may_refer(type, *code, "Patient")) {
        code++;
    }
    return *code;
}

static uint16_t reference_slot(const ans_gate *g, ans_type t, const char *const *codes, const char *target)
{
    for (; *codes; codes++) {
        uint16_t slot = may_refer(t, *codes, target) ? ans_search_slot(g->o.search, t, ans_str_of(*codes)) : 0;
        if (slot) {
            return slot;
        }
    }
    return 0;
}

static void read_code_slots(const ans_gate *g, ans_type t, own_rule *out)
{
    static const char *const codes[] = {"code",     "value-concept", "component-code", "component-value-concept", "reason-code", "category",
                                        "type",     "finding-code",  "vaccine-code",   "event",                   "manifestation", "dx",
                                        "purpose"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const ans_sp *sp = ans_sp_named(t, ans_str_of(codes[i]));
        uint16_t slot = sp && sp->type == ANS_SP_TOKEN ? ans_search_slot(g->o.search, t, ans_str_of(codes[i])) : 0;
        if (slot) {
            out->code_slots[out->code_count++] = slot;
        }
    }
}

static void read_form_slots(const ans_gate *g, ans_type t, own_rule *out)
{
    static const char *const codes[] = {"questionnaire", "instantiates-canonical"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const ans_sp *sp = ans_sp_named(t, ans_str_of(codes[i]));
        uint16_t slot = sp && sp->type == ANS_SP_REFERENCE ? ans_search_slot(g->o.search, t, ans_str_of(codes[i])) : 0;
        if (slot) {
            out->form_slots[out->form_count++] = slot;
        }
    }
}

static void rule_of(ans_gate *g, ans_type t, own_rule *out)
{
    static const char *const orgs[] = {"organization", "custodian", "service-provider", "managing-entity", "reporter", "owner",
                                       "provider", "participating-organization", "insurer", NULL};
    static const char *const targets[] = {"target", NULL};
    *out = (own_rule){.number = ans_search_type_number(g->o.search, t),
                      .person_slot = reference_slot(g, t, person_codes, "Patient"),
                      .org_slot = reference_slot(g, t, orgs, "Organization"),
                      .security_slot = ans_search_slot(g->o.search, t, ANS_STR("_security")),
                      .all_slot = ans_search_slot(g->o.search, t, ANS_STR("#all")),
                      .is_open = g->rights->groups[g->rights->group_of[t]].is_open};
    for (uint8_t k = OWNER_PERSON; k <= OWNER_STAFF; k++) {
        out->self = t == g->kinds[k] ? k : out->self;
    }
    out->target_slot = ans_str_is(ans_fhir_type_name(t), "Provenance") ? reference_slot(g, t, targets, "Observation") : 0;
    read_code_slots(g, t, out);
    read_form_slots(g, t, out);
}

/* ---- codes and forms as their rows begin ---- */

typedef struct key_list {
    ans_gate *g;
    code_key *at;
    uint32_t count, cap;
    bool failed;
} key_list;

static void put_key(key_list *l, const char *key, code_key as)
{
    code_key *at = ans_arena_grow(l->g->cx.arena, l->at, l->count, &l->cap, 1024, sizeof *at);
    if (!at) {
        l->failed = true;
        return;
    }
    l->at = at;
    at[l->count] = as;
    memcpy(at[l->count++].bytes, key + 2, sizeof at->bytes);
}

/* rule NULL: of meta.security. */
static void add_key(key_list *l, ans_str system, ans_str code, uint8_t label, const ans_code_rule *rule)
{
    char key[ANS_TOKEN_KEY_BYTES];
    code_key as = {.kind = rule ? KEY_CODE : KEY_SECURITY, .labels = (ans_labels)(1u << label)};
    if (rule && !ans_code_rule_fits(rule, rule->type_count ? rule->types[0] : 0, system, code)) {
        return;
    }
    as.types = rule ? rule->types : NULL;
    as.type_count = rule ? rule->type_count : 0;
    ans_search_token_key(l->g->o.search, 0, system, code, key);
    put_key(l, key, as);
}

/* What a form of this id leaves behind, as far as whole codes are known: what was written before there was such a label is found by it. */
static void add_form(key_list *l, const ans_form_rule *f)
{
    const ans_compartments *c = l->g->compartments;
    char key[ANS_TOKEN_KEY_BYTES];
    code_key as = {.kind = KEY_CODE, .labels = (ans_labels)(1u << f->label), .types = c->form_types, .type_count = c->form_type_count};
    ans_search_token_key(l->g->o.search, 0, ANS_STR("urn:ansinh:score"), f->stem, key);
    put_key(l, key, as);
    if (f->is_form) {
        as.kind = KEY_FORM;
        ans_search_url_key(l->g->o.search, 0, ans_arena_fmt(l->g->scratch, "urn:ansinh:form:%.*s", ANS_FMT(f->stem)), key);
        put_key(l, key, as);
        ans_arena_reset(l->g->scratch);
    }
}

/* A code and, below a chapter, its one-digit details. */
static void add_chapter(key_list *l, const ans_code_rule *rule, ans_str code)
{
    char text[40];
    if (code.n + 3 > sizeof text) {
        return;
    }
    memcpy(text, code.p, code.n);
    add_key(l, rule->system, code, rule->label, rule);
    for (char d = '0'; d <= '9'; d++) {
        bool dotted = ans_str_find(code, '.') > 0;
        text[code.n] = dotted ? d : '.';
        text[code.n + 1] = d;
        add_key(l, rule->system, (ans_str){text, code.n + (dotted ? 1 : 2)}, rule->label, rule);
    }
}

static void add_rule(key_list *l, const ans_code_rule *rule)
{
    char text[8];
    for (uint32_t i = 0; i < rule->list_count; i++) {
        if (ans_str_find(rule->list[i], '.') > 0) {
            add_chapter(l, rule, rule->list[i]);
        } else {
            add_key(l, rule->system, rule->list[i], rule->label, rule);
        }
    }
    for (int i = 0; i < 100 && rule->prefix.n == 5; i++) { /* ATC: J05AR and its two digits */
        memcpy(text, rule->prefix.p, 5);
        text[5] = (char)('0' + i / 10);
        text[6] = (char)('0' + i % 10);
        add_key(l, rule->system, (ans_str){text, 7}, rule->label, rule);
    }
    if (rule->from.n != 3) {
        return;
    }
    for (char letter = rule->from.p[0]; letter <= rule->to.p[0]; letter++) {
        for (int i = 0; i < 100; i++) {
            text[0] = letter;
            text[1] = (char)('0' + i / 10);
            text[2] = (char)('0' + i % 10);
            add_chapter(l, rule, (ans_str){text, 3});
        }
    }
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(((const code_key *)a)->bytes, ((const code_key *)b)->bytes, sizeof ((const code_key *)a)->bytes);
}

ans_err mark_rules(ans_gate *g)
{
    key_list l = {.g = g};
    g->own = ANS_NEW_N(g->cx.arena, own_rule, ans_fhir_type_count);
    if (!g->own) {
        return ans_cx_nomem(&g->cx);
    }
    for (ans_type t = 1; t < ans_fhir_type_count; t++) {
        if (ans_fhir_is_resource(t)) {
            rule_of(g, t, &g->own[t]);
        }
    }
    for (uint32_t i = 0; i < g->compartments->security_count; i++) {
        const ans_security *s = &g->compartments->security[i];
        add_key(&l, s->system, s->code, s->label, NULL);
    }
    for (uint32_t i = 0; i < g->compartments->rule_count; i++) {
        add_rule(&l, &g->compartments->rules[i]);
    }
    for (uint32_t i = 0; i < g->compartments->form_count; i++) {
        add_form(&l, &g->compartments->forms[i]);
    }
    if (l.failed) {
        return ans_cx_nomem(&g->cx);
    }
    ans_sort(l.at, l.count, sizeof *l.at, by_bytes);
    g->codes = l.at;
    g->code_count = l.count;
    return ANS_OK;
}

static ans_labels labels_of_key(const ans_gate *g, ans_type type, key_kind kind, const char *nine)
{
    uint32_t low = 0, high = g->code_count;
    ans_labels out = 0;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (memcmp(g->codes[middle].bytes, nine, 9) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < g->code_count && memcmp(g->codes[low].bytes, nine, 9) == 0; low++) {
        const code_key *k = &g->codes[low];
        bool of_type = k->type_count == 0;
        for (uint32_t i = 0; i < k->type_count && !of_type; i++) {
            of_type = k->types[i] == type;
        }
        out |= of_type && k->kind == kind ? k->labels : 0;
    }
    return out;
}

/* ---- one resource ---- */

static uint32_t smaller(const ans_gate *g, uint32_t a, uint32_t b)
{
    b = owner_real(g, b);
    return !a || (b && b < a) ? b : a;
}

static bool has_slot(const uint16_t *slots, uint8_t count, uint16_t slot)
{
    bool has = false;
    for (uint8_t i = 0; i < count && !has; i++) {
        has = slots[i] == slot;
    }
    return has;
}

static ans_labels row_labels(const ans_gate *g, ans_type type, const own_rule *rule, const ans_rows *rows)
{
    ans_labels out = 0;
    for (uint32_t i = 0; i < rows->count; i++) {
        uint16_t slot = row_slot(&rows->at[i]);
        bool security = slot == rule->security_slot, form = has_slot(rule->form_slots, rule->form_count, slot);
        if (rows->at[i].head.n >= 11 && (security || form || has_slot(rule->code_slots, rule->code_count, slot))) {
            out |= labels_of_key(g, type, security ? KEY_SECURITY : form ? KEY_FORM : KEY_CODE, rows->at[i].head.p + 2);
        }
    }
    return out;
}

/* Owner of what a row refers to, by its mark. */
static uint32_t owner_of_target(ans_gate *g, ans_cx *cx, ans_reader *rd, ans_ref ref)
{
    ans_rid rid;
    return rd && ans_store_rid(cx, rd, ref, &rid) == ANS_OK ? mark_get(g, rid).owner : 0;
}

static uint32_t row_owner(ans_gate *g, ans_cx *cx, ans_reader *rd, const own_rule *rule, const ans_rows *rows)
{
    uint32_t person = 0, org = 0, target = 0;
    for (uint32_t i = 0; i < rows->count; i++) {
        const ans_row *r = &rows->at[i];
        uint16_t slot = row_slot(r);
        if (!slot || !r->ref.type || r->head.n != 3 || r->tail.n) {
            continue;
        }
        if (slot == rule->person_slot && r->ref.type == g->own[g->kinds[OWNER_PERSON]].number) {
            person = smaller(g, person, owner_named(g, OWNER_PERSON, r->ref.id));
        } else if (slot == rule->target_slot && !person) {
            target = smaller(g, target, owner_of_target(g, cx, rd, r->ref));
        } else if (slot == rule->org_slot && r->ref.type == g->own[g->kinds[OWNER_ORG]].number) {
            org = smaller(g, org, owner_named(g, OWNER_ORG, r->ref.id));
        }
    }
    return person ? person : target ? target : org;
}

/* What the text says where no row does. */
static uint32_t body_owner(ans_gate *g, ans_cx *cx, ans_reader *rd, ans_type type, ans_str body)
{
    ans_json doc;
    if (!body.n || ans_json_parse(cx, body, NULL, &doc) != ANS_OK) {
        return 0;
    }
    ans_jnode tags = ans_json_get(&doc, ans_json_get(&doc, 0, ANS_STR("meta")), ANS_STR("tag"));
    if (type == g->t_binary) {
        ans_reference r;
        ans_reference_parse(ans_json_get_string(cx, &doc, ans_json_get(&doc, 0, ANS_STR("securityContext")), ANS_STR("reference")), &r);
        bool local = r.kind == ANS_REF_LOCAL && r.type;
        uint32_t n = local && r.type == g->kinds[OWNER_PERSON] ? owner_named(g, OWNER_PERSON, r.id)
                     : local ? owner_of_target(g, cx, rd, (ans_ref){ans_search_type_number(g->o.search, r.type), r.id})
                             : 0;
        if (n) {
            return n;
        }
    }
    for (ans_jnode n = tags == ANS_JNONE ? tags : ans_json_first(&doc, tags); n != ANS_JNONE; n = ans_json_next(&doc, tags, n)) {
        ans_str code = ans_json_get_string(cx, &doc, n, ANS_STR("code"));
        if (code.n && ans_str_is(ans_json_get_string(cx, &doc, n, ANS_STR("system")), "urn:ansinh:tag:facility")) {
            return owner_named(g, OWNER_ORG, code);
        }
    }
    return 0;
}

static uint32_t place_owner(ans_gate *g, ans_str id)
{
    uint32_t n = owner_real(g, owner_named(g, OWNER_PLACE, id));
    for (int i = 0; i < 16 && n; i++) {
        if (g->owners[n].org) {
            return owner_real(g, g->owners[n].org);
        }
        n = owner_real(g, g->owners[n].above);
    }
    return 0;
}

ans_mark mark_derive(ans_gate *g, ans_cx *cx, ans_reader *rd, ans_type type, ans_str id, const ans_rows *rows, ans_str body)
{
    const own_rule *rule = &g->own[type];
    ans_mark m = {.labels = row_labels(g, type, rule, rows)};
    if (rule->self) {
        m.owner = owner_real(g, owner_named(g, (owner_kind)rule->self, id));
    } else if (!rule->is_open) {
        m.owner = row_owner(g, cx, rd, rule, rows);
        m.owner = m.owner || type != g->kinds[OWNER_PLACE] ? m.owner : place_owner(g, id);
        m.owner = m.owner ? m.owner : body_owner(g, cx, rd, type, body);
    }
    return m;
}

/* ---- following ---- */

void gate_watch(void *arg, const ans_txn *txn)
{
    ans_gate *g = arg;
    (void)pthread_mutex_lock(&g->lock);
    ans_cx cx = {.arena = g->scratch};
    for (uint32_t i = 0; !g->stopped && i < txn->count; i++) {
        const ans_change *c = &txn->changes[i];
        ans_type type = ans_search_type_of(g->o.search, c->ref.type);
        if (!type || !c->rid || c->outcome == ANS_UNCHANGED || c->outcome == ANS_ABSENT) {
            continue;
        }
        bool tells = type == g->kinds[OWNER_PERSON] || type == g->t_related || type == g->t_basic;
        atomic_fetch_add(&g->own_edition, tells ? 1 : 0);
        ans_err err = place_apply(g, &cx, type, c->ref.id, c->rid, c->is_delete ? ANS_STR_NONE : c->body);
        if (err == ANS_OK && !c->is_delete) { /* a deleted one keeps its mark: its history is still somebody's */
            err = mark_set(g, c->rid, mark_derive(g, &cx, g->rd, type, c->ref.id, &c->rows, c->body)) ? ANS_OK : ANS_E_NOMEM;
        }
        if (err != ANS_OK) {
            ans_log("error", "event=gate_mark type=%s error=%s", ans_fhir_types[type].name, ans_err_name(err));
        }
        ans_arena_reset(g->scratch);
    }
    (void)pthread_mutex_unlock(&g->lock);
}

/* ---- loading: rows of all types, a moment of the store ---- */

typedef struct load {
    ans_gate *g;
    ans_type type;
    ans_cx cx; /* scratch */
    ans_str slot_text;
    uint16_t slot;
    bool is_org;
} load;

typedef ans_err row_fn(load *l, ans_str row);

static ans_err walk_slot(load *l, uint16_t slot, row_fn *fn)
{
    char low[2] = {(char)(slot >> 8), (char)slot}, high[2] = {(char)((slot + 1) >> 8), (char)(slot + 1)};
    ans_cursor *cur;
    ans_str row;
    if (!slot) {
        return ANS_OK;
    }
    l->slot = slot;
    ans_cx cx = {.arena = l->g->scratch};
    ans_err err = ans_cursor_open(&cx, l->g->rd, (ans_str){low, 2}, (ans_str){high, 2}, &cur);
    if (err != ANS_OK) {
        return err;
    }
    for (err = ans_cursor_seek(&cx, cur, (ans_str){low, 2}, &row); err == ANS_OK && row.p;) {
        err = fn(l, row);
        err = err == ANS_OK ? ans_cursor_next(&cx, cur, &row) : err;
    }
    ans_cursor_close(cur);
    return err;
}

static ans_err offer(load *l, ans_rid rid, uint32_t number, ans_labels labels)
{
    ans_mark m = mark_get(l->g, rid);
    m.owner = smaller(l->g, m.owner, number);
    m.labels |= labels;
    return mark_set(l->g, rid, m) ? ANS_OK : ANS_E_NOMEM;
}

/* Owners of a kind get their numbers, with their rids, before rows that name them are walked. */
static ans_err load_owner(load *l, ans_str row)
{
    ans_version v;
    ans_rid rid = ans_row_rid(row);
    bool with_body = l->type != l->g->kinds[OWNER_PERSON];
    ans_err err = ans_store_read_rid(&l->cx, l->g->rd, rid, with_body, &v);
    if (err == ANS_OK && with_body) {
        err = place_apply(l->g, &l->cx, l->type, v.ref.id, rid, v.body);
    } else if (err == ANS_OK) {
        err = owner_join(l->g, OWNER_PERSON, v.ref.id, rid) ? ANS_OK : ANS_E_NOMEM;
    }
    uint8_t self = l->g->own[l->type].self;
    if (err == ANS_OK && self) {
        err = offer(l, rid, owner_named(l->g, (owner_kind)self, v.ref.id), 0);
    }
    ans_arena_reset(l->cx.arena);
    return err;
}

static ans_err load_home(load *l, ans_str row)
{
    ans_rid org = ans_search_row_target(row);
    uint32_t person = owner_by_rid(l->g, OWNER_PERSON, ans_row_rid(row));
    if (org && person) {
        l->g->owners[person].above = owner_by_rid(l->g, OWNER_ORG, org);
    }
    return ANS_OK;
}

/* Few records have a link: those are read whole. */
static ans_err load_link(load *l, ans_str row)
{
    ans_version v;
    ans_rid rid = ans_row_rid(row);
    ans_err err = ans_store_read_rid(&l->cx, l->g->rd, rid, true, &v);
    err = err == ANS_OK ? place_apply(l->g, &l->cx, l->type, v.ref.id, rid, v.body) : err;
    ans_arena_reset(l->cx.arena);
    return err;
}

static ans_err load_person(load *l, ans_str row)
{
    ans_rid target = ans_search_row_target(row);
    uint32_t n = num_map_get(&l->g->by_rid, target);
    owner_kind want = l->is_org ? OWNER_ORG : OWNER_PERSON;
    if (target && !n) { /* never written: a Patient, as far as this row may refer to one only */
        ans_version v;
        ans_err err = ans_store_read_rid(&l->cx, l->g->rd, target, false, &v);
        ans_arena_reset(l->cx.arena);
        n = err == ANS_E_NOTFOUND ? owner_by_rid(l->g, want, target) : 0;
    }
    n = owner_real(l->g, n);
    bool fits = n && l->g->owners[n].kind == want && !(l->is_org && mark_get(l->g, ans_row_rid(row)).owner);
    return fits ? offer(l, ans_row_rid(row), n, 0) : ANS_OK;
}

static ans_err load_label(load *l, ans_str row)
{
    if (row.n < 15) {
        return ANS_OK;
    }
    const own_rule *rule = &l->g->own[l->type];
    key_kind kind = l->slot == rule->security_slot ? KEY_SECURITY : has_slot(rule->form_slots, rule->form_count, l->slot) ? KEY_FORM : KEY_CODE;
    ans_labels labels = labels_of_key(l->g, l->type, kind, row.p + 2);
    return labels ? offer(l, ans_row_rid(row), 0, labels) : ANS_OK;
}

/* The rest: what no row gives an owner. */
static ans_err load_rest(load *l, ans_str row)
{
    ans_rid rid = ans_row_rid(row);
    ans_mark m = mark_get(l->g, rid);
    ans_version v;
    ans_rows rows;
    const own_rule *rule = &l->g->own[l->type];
    if (m.owner || rule->is_open) {
        return mark_is_known(l->g, rid) ? ANS_OK : offer(l, rid, 0, 0);
    }
    ans_err err = ans_store_read_rid(&l->cx, l->g->rd, rid, true, &v);
    err = err == ANS_OK ? ans_search_index_body(l->g->o.search, &l->cx, v.ref.type, v.body, &rows) : err;
    if (err == ANS_OK) {
        m = mark_derive(l->g, &l->cx, l->g->rd, l->type, v.ref.id, &rows, v.body);
        err = offer(l, rid, m.owner, m.labels);
    }
    ans_arena_reset(l->cx.arena);
    return err;
}

static ans_err load_type(load *l, ans_type t)
{
    const own_rule *rule = &l->g->own[t];
    l->type = t;
    l->is_org = false;
    ans_err err = rule->is_open || rule->self ? ANS_OK : walk_slot(l, rule->person_slot, load_person);
    l->is_org = true;
    err = err == ANS_OK && !rule->is_open && !rule->self ? walk_slot(l, rule->org_slot, load_person) : err;
    err = err == ANS_OK ? walk_slot(l, rule->security_slot, load_label) : err;
    for (uint8_t i = 0; err == ANS_OK && i < rule->code_count; i++) {
        err = walk_slot(l, rule->code_slots[i], load_label);
    }
    for (uint8_t i = 0; err == ANS_OK && i < rule->form_count; i++) {
        err = walk_slot(l, rule->form_slots[i], load_label);
    }
    return err;
}

static ans_err load_owners(load *l)
{
    ans_gate *g = l->g;
    const ans_type order[] = {g->kinds[OWNER_ORG], g->kinds[OWNER_PLACE], g->kinds[OWNER_STAFF], g->kinds[OWNER_PERSON],
                              g->t_encounter, g->t_episode, g->t_team, g->t_role, g->t_consent, g->t_basic};
    ans_err err = ANS_OK;
    for (size_t i = 0; err == ANS_OK && i < sizeof order / sizeof *order; i++) {
        l->type = order[i];
        err = walk_slot(l, g->own[order[i]].all_slot, load_owner);
        if (err == ANS_OK && order[i] == g->kinds[OWNER_PERSON]) {
            err = walk_slot(l, ans_search_slot(g->o.search, order[i], ANS_STR("organization")), load_home);
            err = err == ANS_OK ? walk_slot(l, ans_search_slot(g->o.search, order[i], ANS_STR("link")), load_link) : err;
        }
    }
    return err;
}

ans_err mark_load(ans_gate *g)
{
    ans_cx cx = {.arena = g->scratch};
    load l = {.g = g, .cx = {.arena = ans_arena_new((size_t)64 << 20)}};
    ans_err err = l.cx.arena ? ans_reader_begin(&cx, g->rd) : ANS_E_NOMEM;
    if (err != ANS_OK) {
        ans_arena_free(l.cx.arena);
        return err;
    }
    err = load_owners(&l);
    for (ans_type t = 1; err == ANS_OK && t < ans_fhir_type_count; t++) {
        err = ans_fhir_is_resource(t) ? load_type(&l, t) : ANS_OK;
    }
    for (ans_type t = 1; err == ANS_OK && t < ans_fhir_type_count; t++) { /* last: a Provenance asks for the marks of others */
        l.type = t;
        err = ans_fhir_is_resource(t) ? walk_slot(&l, g->own[t].all_slot, load_rest) : ANS_OK;
    }
    ans_reader_end(g->rd);
    ans_arena_free(l.cx.arena);
    ans_arena_reset(g->scratch);
    return err;
}
