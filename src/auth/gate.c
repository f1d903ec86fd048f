/* The gate's life: tables read, the store followed, marks made on a thread of their own. */
#include "auth/gate_int.h"

#include "base/os.h"

#define SCRATCH_BYTES ((size_t)64 << 20)

/* The groups of each purpose as bits. */
static ans_err bind_purposes(ans_gate *g)
{
    for (uint32_t i = 0; i < g->purposes->count; i++) {
        const ans_purpose *p = &g->purposes->list[i];
        for (uint32_t k = 0; k < p->group_count; k++) {
            uint32_t group = ans_rights_group(g->rights, p->groups[k]);
            if (group == UINT32_MAX) {
                return ans_issue_add(&g->cx, ANS_E_INVALID, ANS_STR("purposes.json"), "no such group: '%.*s'", ANS_FMT(p->groups[k]));
            }
            g->purpose_groups[i] |= 1u << group;
        }
    }
    return ANS_OK;
}

static ans_err read_tables(ans_gate *g)
{
    static const char *const kinds[OWNER_KINDS] = {NULL, "Patient", "Organization", "Practitioner", "Location"};
    for (int i = OWNER_PERSON; i < OWNER_KINDS; i++) {
        g->kinds[i] = ans_fhir_type_named(ans_str_of(kinds[i]));
    }
    g->t_encounter = ans_fhir_type_named(ANS_STR("Encounter"));
    g->t_episode = ans_fhir_type_named(ANS_STR("EpisodeOfCare"));
    g->t_team = ans_fhir_type_named(ANS_STR("CareTeam"));
    g->t_role = ans_fhir_type_named(ANS_STR("PractitionerRole"));
    g->t_binary = ans_fhir_type_named(ANS_STR("Binary"));
    g->t_consent = ans_fhir_type_named(ANS_STR("Consent"));
    g->t_basic = ans_fhir_type_named(ANS_STR("Basic"));
    g->t_related = ans_fhir_type_named(ANS_STR("RelatedPerson"));
    ans_err err = ans_rights_read(&g->cx, g->o.rights, &g->rights);
    err = err == ANS_OK ? ans_compartments_read(&g->cx, g->o.compartments, &g->compartments) : err;
    err = err == ANS_OK ? ans_purposes_read(&g->cx, ANS_STR_NONE, &g->purposes) : err;
    err = err == ANS_OK ? bind_purposes(g) : err;
    err = err == ANS_OK ? ans_zone_open(&g->cx, ANS_STR("Asia/Ho_Chi_Minh"), &g->zone) : err;
    return err == ANS_OK ? mark_rules(g) : err;
}

static void *loader_main(void *arg)
{
    ans_gate *g = arg;
    int64_t start = ans_mono_us();
    (void)pthread_mutex_lock(&g->lock); /* until it is done: commits meanwhile wait, and are followed in their order behind it */
    ans_err err = mark_load(g);
    ans_cx cx = {.arena = g->scratch};
    ans_reader_close(g->rd); /* its cache is full of what will not be looked at again */
    g->rd = NULL;
    err = err == ANS_OK ? ans_reader_open(&cx, g->o.store, &g->rd) : err;
    ans_arena_reset(g->scratch);
    g->failed = err != ANS_OK;
    atomic_fetch_add(&g->edition, 1);
    atomic_store(&g->ready, true);
    (void)pthread_cond_broadcast(&g->ready_cond);
    (void)pthread_mutex_unlock(&g->lock);
    ans_log(err == ANS_OK ? "info" : "error", "event=gate_ready us=%lld error=%s", (long long)(ans_mono_us() - start), ans_err_name(err));
    return NULL;
}

static ans_err start(ans_cx *cx, ans_gate *g)
{
    ans_err err = read_tables(g);
    if (err != ANS_OK) {
        cx->issues = g->cx.issues; /* both live until the end of a start that failed: the story is told before the gate is freed */
        cx->last_ = g->cx.last_;
        return err;
    }
    err = ans_reader_open(cx, g->o.store, &g->rd);
    err = err == ANS_OK ? ans_store_watch(cx, g->o.store, gate_watch, g) : err;
    if (err != ANS_OK) {
        return err;
    }
    g->has_loader = pthread_create(&g->loader, NULL, loader_main, g) == 0;
    return g->has_loader ? ANS_OK : ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "cannot start a thread");
}

ans_err ans_gate_new(ans_cx *cx, const ans_gate_options *options, ans_gate **out)
{
    ans_gate *g = ans_alloc(sizeof *g);
    if (!g) {
        return ANS_E_NOMEM;
    }
    memset(g, 0, sizeof *g);
    g->o = *options;
    (void)pthread_mutex_init(&g->lock, NULL);
    (void)pthread_mutex_init(&g->pass_lock, NULL);
    (void)pthread_mutex_init(&g->glass_lock, NULL);
    (void)pthread_cond_init(&g->ready_cond, NULL);
    atomic_store(&g->edition, 1);
    g->cx.arena = ans_arena_new(SCRATCH_BYTES);
    g->scratch = ans_arena_new(SCRATCH_BYTES);
    g->chunks = ans_alloc(MARK_CHUNKS * sizeof *g->chunks);
    ans_err err = g->cx.arena && g->scratch && g->chunks ? ANS_OK : ANS_E_NOMEM;
    if (g->chunks) {
        memset(g->chunks, 0, MARK_CHUNKS * sizeof *g->chunks);
    }
    err = err == ANS_OK ? start(cx, g) : err;
    if (err != ANS_OK && cx->issues == g->cx.issues) { /* the arena of the story dies with the gate: copy what it says */
        ans_str text = cx->last_ ? ans_arena_dup(cx->arena, cx->last_->text) : ANS_STR_NONE;
        cx->issues = cx->last_ = NULL;
        (void)ans_issue_add(cx, err, ANS_STR_NONE, "%.*s", ANS_FMT(text));
    }
    if (err != ANS_OK) {
        ans_gate_free(g);
        return err;
    }
    *out = g;
    return ANS_OK;
}

void ans_gate_stop(ans_gate *g)
{
    if (!g) {
        return;
    }
    if (g->has_loader) {
        (void)pthread_join(g->loader, NULL);
        g->has_loader = false;
    }
    (void)pthread_mutex_lock(&g->lock);
    if (g->rd) {
        ans_reader_close(g->rd);
        g->rd = NULL;
    }
    g->stopped = true;
    (void)pthread_mutex_unlock(&g->lock);
}

void ans_gate_free(ans_gate *g)
{
    if (!g) {
        return;
    }
    ans_gate_stop(g);
    pass_drop_all(g);
    glass_free(g);
    for (uint32_t i = 0; g->chunks && i < MARK_CHUNKS; i++) {
        ans_free(atomic_load(&g->chunks[i]));
    }
    ans_free(g->chunks);
    ans_free(g->owners);
    rid_list_done(&g->facts);
    rid_list_done(&g->shares);
    num_map_done(&g->by_key);
    num_map_done(&g->by_rid);
    ans_arena_free(g->cx.arena);
    ans_arena_free(g->scratch);
    (void)pthread_cond_destroy(&g->ready_cond);
    (void)pthread_mutex_destroy(&g->glass_lock);
    (void)pthread_mutex_destroy(&g->pass_lock);
    (void)pthread_mutex_destroy(&g->lock);
    ans_free(g);
}

bool ans_gate_is_ready(ans_gate *g)
{
    return atomic_load(&g->ready);
}

ans_err ans_gate_wait(ans_cx *cx, ans_gate *g)
{
    if (!atomic_load(&g->ready)) {
        (void)pthread_mutex_lock(&g->lock);
        while (!atomic_load(&g->ready)) {
            (void)pthread_cond_wait(&g->ready_cond, &g->lock);
        }
        (void)pthread_mutex_unlock(&g->lock);
    }
    return g->failed ? ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "who may see what could not be read at start") : ANS_OK;
}

void ans_gate_forget(ans_gate *g)
{
    atomic_fetch_add(&g->edition, 1);
}

ans_mark ans_gate_mark(const ans_gate *g, ans_rid rid)
{
    return mark_get(g, rid);
}

ans_rid ans_gate_person(ans_gate *g, uint32_t n)
{
    (void)pthread_mutex_lock(&g->lock);
    n = n < g->owner_count ? owner_real(g, n) : 0;
    ans_rid rid = n && g->owners[n].kind == OWNER_PERSON ? g->owners[n].rid : 0;
    (void)pthread_mutex_unlock(&g->lock);
    return rid;
}

ans_mark ans_gate_mark_of_person(ans_gate *g, ans_rid patient)
{
    (void)pthread_mutex_lock(&g->lock);
    uint32_t n = owner_real(g, num_map_get(&g->by_rid, patient));
    bool person = n && g->owners[n].kind == OWNER_PERSON;
    (void)pthread_mutex_unlock(&g->lock);
    return (ans_mark){.owner = person ? n : 0};
}

static ans_mark mark_of(ans_gate *g, owner_kind kind, ans_str id)
{
    (void)pthread_mutex_lock(&g->lock);
    g->only_find = true;
    uint32_t n = id.n ? owner_real(g, owner_named(g, kind, id)) : 0;
    g->only_find = false;
    (void)pthread_mutex_unlock(&g->lock);
    return (ans_mark){.owner = n};
}

ans_mark ans_gate_mark_of_staff(ans_gate *g, ans_str practitioner)
{
    return mark_of(g, OWNER_STAFF, practitioner);
}

ans_mark ans_gate_mark_of_place(ans_gate *g, ans_str location)
{
    return mark_of(g, OWNER_PLACE, location);
}

/* ---- roles for showing ---- */

static ans_str id_of(ans_gate *g, ans_cx *cx, uint32_t n)
{
    ans_version v;
    n = owner_real(g, n);
    bool found = n && g->rd && g->owners[n].rid && ans_store_read_rid(cx, g->rd, g->owners[n].rid, false, &v) == ANS_OK;
    return found ? v.ref.id : ANS_STR_NONE;
}

static ans_err show_fact(ans_gate *g, ans_cx *cx, const fact *f, ans_role *list, uint32_t *count)
{
    ans_str *wards = ANS_NEW_N(cx->arena, ans_str, f->count + 1);
    if (!wards) {
        return ans_cx_nomem(cx);
    }
    for (uint32_t i = 0; i < f->count; i++) {
        wards[i] = id_of(g, cx, f->list[i]);
    }
    for (uint32_t i = 0; i < g->rights->role_count; i++) {
        if (f->roles >> i & 1) {
            list[(*count)++] = (ans_role){.role = g->rights->roles[i].code,
                                          .organization = id_of(g, cx, f->org),
                                          .wards = wards,
                                          .ward_count = f->count,
                                          .until_us = f->to_us == INT64_MAX ? 0 : f->to_us};
        }
    }
    return ANS_OK;
}

ans_err ans_gate_roles(ans_gate *g, ans_cx *cx, const ans_who *who, ans_role **out, uint32_t *out_count)
{
    ans_role *list = ANS_NEW_N(cx->arena, ans_role, 3 * ANS_ROLE_MOST);
    int64_t now = ans_now_us();
    *out_count = 0;
    ans_err err = list ? ans_gate_wait(cx, g) : ans_cx_nomem(cx);
    if (err != ANS_OK) {
        return err;
    }
    uint32_t personal = who->person.n ? own_role(g->rights, who->person) : UINT32_MAX;
    if (who->person.n) {
        ans_own own;
        err = ans_gate_own(g, cx, who, &own);
        if (err == ANS_OK && own.state == ANS_OWN_OPEN && personal != UINT32_MAX) {
            list[(*out_count)++] = (ans_role){.role = g->rights->roles[personal].code};
        }
        *out = list;
        return err;
    }
    uint32_t direct = who->direct_role.n ? ans_rights_role(g->rights, who->direct_role) : UINT32_MAX;
    if (direct != UINT32_MAX && g->rights->roles[direct].is_direct) {
        list[(*out_count)++] = (ans_role){.role = g->rights->roles[direct].code};
    }
    (void)pthread_mutex_lock(&g->lock);
    uint32_t staff = who->practitioner.n ? owner_real(g, owner_named(g, OWNER_STAFF, who->practitioner)) : 0;
    for (uint32_t i = 0; err == ANS_OK && staff && i < g->facts.count && *out_count < 2 * ANS_ROLE_MOST; i++) {
        const fact *f = fact_at(g, i);
        if (f->kind == FACT_ROLE && owner_real(g, f->who) == staff && f->from_us <= now && now < f->to_us) {
            err = show_fact(g, cx, f, list, out_count);
        }
    }
    (void)pthread_mutex_unlock(&g->lock);
    *out = list;
    return err;
}
