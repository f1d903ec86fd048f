/* Life of the organisations: read once at the start, then follow the store's commits on the writer's thread. */
#include "auth/org_int.h"

#include "base/os.h"

enum { PAGE = 2048 };
#define READ_ARENA_BYTES ((size_t)256 << 20)

static void forget_reading(ans_cx *cx)
{
    ans_arena_reset(cx->arena);
    cx->issues = cx->last_ = NULL;
}

/* A body that cannot be understood as ours is remembered as such, or as an organisation without facts. body.p NULL: deleted. */
static ans_err take_organization(ans_orgs *orgs, ans_str id, ans_rid rid, int64_t when_us, ans_str body)
{
    org_said said = {0};
    ans_err err = body.p ? org_read(&orgs->cx, body, when_us, &said) : ANS_OK;
    if (err == ANS_E_NOMEM || err == ANS_E_TOOBIG) {
        return err;
    }
    (void)pthread_rwlock_wrlock(&orgs->lock);
    err = org_hold(orgs, id, rid, when_us, body.p ? &said : NULL);
    (void)pthread_rwlock_unlock(&orgs->lock);
    return err;
}

static ans_err take_affiliation(ans_orgs *orgs, ans_str id, int64_t when_us, ans_str body)
{
    org_link_said said = {0};
    ans_err err = body.p ? org_link_read(&orgs->cx, body, &said) : ANS_OK;
    if (err == ANS_E_NOMEM || err == ANS_E_TOOBIG) {
        return err;
    }
    (void)pthread_rwlock_wrlock(&orgs->lock);
    err = org_hold_link(orgs, id, when_us, body.p ? &said : NULL, err != ANS_OK);
    (void)pthread_rwlock_unlock(&orgs->lock);
    return err;
}

static ans_err take(ans_orgs *orgs, uint16_t type, ans_str id, ans_rid rid, int64_t when_us, ans_str body)
{
    return type == orgs->organization ? take_organization(orgs, id, rid, when_us, body)
                                      : take_affiliation(orgs, id, when_us, body);
}

/* ---- following ---- */

static void follow(void *arg, const ans_txn *txn)
{
    ans_orgs *orgs = arg;
    for (uint32_t i = 0; i < txn->count; i++) {
        const ans_change *c = &txn->changes[i];
        bool is_ours = c->ref.type == orgs->organization || c->ref.type == orgs->affiliation;
        if (!is_ours || c->outcome == ANS_UNCHANGED || c->outcome == ANS_ABSENT) {
            continue;
        }
        ans_err err = take(orgs, c->ref.type, c->ref.id, c->rid, c->when_us, c->is_delete ? ANS_STR_NONE : c->body);
        if (err != ANS_OK) { /* what is held stays what it was: said once, and kept for whoever asks for problems */
            ans_log("error", "event=organisations_torn error=%s", ans_err_name(err));
            (void)pthread_rwlock_wrlock(&orgs->lock);
            orgs->is_torn = true;
            (void)pthread_rwlock_unlock(&orgs->lock);
        }
        forget_reading(&orgs->cx);
    }
}

/* ---- loading ---- */

static ans_err load_page(ans_cx *page, ans_orgs *orgs, ans_reader *rd, ans_history_query *q, uint32_t *out_count)
{
    ans_version *v;
    ans_err err = ans_store_history(page, rd, q, &v, out_count);
    for (uint32_t i = 0; err == ANS_OK && i < *out_count; i++) {
        err = take(orgs, q->type, v[i].ref.id, v[i].rid, v[i].when_us, v[i].is_delete ? ANS_STR_NONE : v[i].body);
        forget_reading(&orgs->cx);
        q->from = v[i].pos + 1;
    }
    return err;
}

static ans_err load_type(ans_cx *cx, ans_orgs *orgs, ans_reader *rd, uint16_t type)
{
    ans_history_query q = {.type = type, .forward = true, .from = 1, .limit = PAGE, .with_body = true};
    ans_cx page = {.arena = ans_arena_new(READ_ARENA_BYTES)};
    uint32_t count = PAGE;
    ans_err err = page.arena ? ANS_OK : ANS_E_NOMEM;
    while (err == ANS_OK && count == PAGE) {
        err = load_page(&page, orgs, rd, &q, &count);
        if (err != ANS_OK && page.last_) {
            (void)ans_issue_add(cx, err, ANS_STR_NONE, "%.*s", ANS_FMT(page.last_->text));
        }
        forget_reading(&page);
    }
    ans_arena_free(page.arena);
    return err;
}

static ans_err load(ans_cx *cx, ans_orgs *orgs, ans_store *store)
{
    ans_reader *rd;
    ans_err err = ans_reader_open(cx, store, &rd);
    if (err != ANS_OK) {
        return err;
    }
    err = ans_reader_begin(cx, rd);
    if (err == ANS_OK) {
        err = load_type(cx, orgs, rd, orgs->organization);
        err = err == ANS_OK ? load_type(cx, orgs, rd, orgs->affiliation) : err;
        ans_reader_end(rd);
    }
    ans_reader_close(rd);
    return err;
}

static uint16_t number_named(const ans_search *search, const char *type)
{
    return ans_search_type_number(search, ans_fhir_type_named(ans_str_of(type)));
}

static bool start_lock(pthread_rwlock_t *lock)
{
    pthread_rwlockattr_t attr;
    if (pthread_rwlockattr_init(&attr) != 0) {
        return false;
    }
    /* a stream of questions must not keep the writer's thread waiting; no question asks within a question */
    bool ok = pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP) == 0 &&
              pthread_rwlock_init(lock, &attr) == 0;
    (void)pthread_rwlockattr_destroy(&attr);
    return ok;
}

ans_err ans_orgs_new(ans_cx *cx, ans_store *store, const ans_search *search, ans_orgs **out)
{
    ans_orgs *orgs = ans_alloc(sizeof *orgs);
    if (!orgs) {
        return ANS_E_NOMEM;
    }
    *orgs = (ans_orgs){.organization = number_named(search, "Organization"),
                       .affiliation = number_named(search, "OrganizationAffiliation"),
                       .cx = {.arena = ans_arena_new(READ_ARENA_BYTES)}};
    if (!orgs->cx.arena || !start_lock(&orgs->lock)) {
        ans_arena_free(orgs->cx.arena);
        ans_free(orgs);
        return ANS_E_NOMEM;
    }
    memcpy(orgs->key, ans_store_hash_key(store), sizeof orgs->key);
    ans_err err = org_hold_start(orgs);
    err = err == ANS_OK ? load(cx, orgs, store) : err;
    err = err == ANS_OK ? ans_store_watch(cx, store, follow, orgs) : err;
    if (err != ANS_OK) {
        ans_orgs_free(orgs);
        return err;
    }
    *out = orgs;
    return ANS_OK;
}

void ans_orgs_free(ans_orgs *orgs)
{
    if (!orgs) {
        return;
    }
    org_hold_end(orgs);
    (void)pthread_rwlock_destroy(&orgs->lock);
    ans_arena_free(orgs->cx.arena);
    ans_free(orgs);
}

/* ---- names of things ---- */

uint64_t ans_orgs_edition(ans_orgs *orgs)
{
    (void)pthread_rwlock_rdlock(&orgs->lock);
    uint64_t edition = orgs->edition;
    (void)pthread_rwlock_unlock(&orgs->lock);
    return edition;
}

ans_org ans_orgs_find(ans_orgs *orgs, ans_str id)
{
    (void)pthread_rwlock_rdlock(&orgs->lock);
    ans_org org = org_find(orgs, id);
    (void)pthread_rwlock_unlock(&orgs->lock);
    return org;
}

ans_str ans_orgs_id(ans_orgs *orgs, ans_org org)
{
    (void)pthread_rwlock_rdlock(&orgs->lock);
    ans_str id = org && org <= orgs->count ? orgs->nodes[org].id : ANS_STR_NONE;
    (void)pthread_rwlock_unlock(&orgs->lock);
    return id;
}

ans_rid ans_orgs_rid(ans_orgs *orgs, ans_org org)
{
    (void)pthread_rwlock_rdlock(&orgs->lock);
    ans_rid rid = org && org <= orgs->count ? orgs->nodes[org].rid : 0;
    (void)pthread_rwlock_unlock(&orgs->lock);
    return rid;
}

uint32_t ans_orgs_count(ans_orgs *orgs)
{
    (void)pthread_rwlock_rdlock(&orgs->lock);
    uint32_t count = orgs->count;
    (void)pthread_rwlock_unlock(&orgs->lock);
    return count;
}

ans_lines ans_orgs_line(ans_orgs *orgs, ans_str code)
{
    ans_lines line = 0;
    (void)pthread_rwlock_rdlock(&orgs->lock);
    for (uint32_t i = 0; i < orgs->line_count && !line; i++) {
        line = ans_str_eq(orgs->lines[i], code) ? (ans_lines)1 << i : 0;
    }
    (void)pthread_rwlock_unlock(&orgs->lock);
    return line;
}

ans_str ans_orgs_line_code(ans_orgs *orgs, ans_lines line)
{
    ans_str code = ANS_STR_NONE;
    (void)pthread_rwlock_rdlock(&orgs->lock);
    for (uint32_t i = 0; i < orgs->line_count && !code.p; i++) {
        code = line >> i & 1 ? orgs->lines[i] : ANS_STR_NONE;
    }
    (void)pthread_rwlock_unlock(&orgs->lock);
    return code;
}
