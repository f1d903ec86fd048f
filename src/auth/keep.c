/* On the disk: each account, session and device is a JSON document of its own in the store's space "access", with one index row
 * that only says "is there", so that a start reads what is current and not what has been. Times are microseconds.
 *
 * An act is one transaction: it is answered when it is on the disk. */
#include "auth/account_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/flat.h"
#include "base/os.h"

/* ---- opening ---- */

/* The one row of every document. */
static ans_err index_one(void *arg, ans_cx *cx, uint16_t type, ans_str body, ans_rows *out)
{
    const ans_accounts *a = arg;
    char *head = ans_arena_alloc(cx->arena, 2);
    ans_row *row = ANS_NEW(cx->arena, ans_row);
    (void)type;
    (void)body;
    if (!head || !row) {
        return ans_cx_nomem(cx);
    }
    head[0] = (char)(a->slot >> 8);
    head[1] = (char)a->slot;
    row->head = (ans_str){head, 2};
    *out = (ans_rows){row, 1};
    return ANS_OK;
}

/* The files hold secrets: for their owner alone, from their first moment on. (Not by opening one that SQLite may have open:
 * closing it again would drop SQLite's locks.) */
static ans_err make_private(ans_cx *cx, const char *dir)
{
    ans_str path = ans_arena_fmt(cx->arena, "%s/access.db", dir);
    if (!path.p) {
        return ans_cx_nomem(cx);
    }
    int fd = open(path.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        (void)close(fd);
        return ANS_OK;
    }
    if (errno != EEXIST || chmod(path.p, 0600) != 0) {
        return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "%s cannot be made private: %s", path.p, strerror(errno));
    }
    return ANS_OK;
}

ans_err keep_open(ans_cx *cx, const ans_accounts_options *o, ans_accounts *a)
{
    const ans_str types[] = {ANS_STR("account"), ANS_STR("session"), ANS_STR("device"),
                             ANS_STR("client"),  ANS_STR("grant"),   ANS_STR("assertion"), ANS_STR("key"),
                             ANS_STR("draft")}; /* from T_BESIDE as beside.h has them */
    const ans_str slot = ANS_STR("access#all");
    ans_store_options store = {.dir = o->dir, .space = "access", .create = true, .in_memory = o->in_memory, .index = index_one, .index_arg = a};
    ans_err err = o->in_memory ? ANS_OK : make_private(cx, o->dir);
    err = err == ANS_OK ? ans_store_open(cx, &store, &a->store) : err;
    err = err == ANS_OK ? ans_store_names(cx, a->store, types, sizeof types / sizeof *types, a->types) : err;
    return err == ANS_OK ? ans_store_names(cx, a->store, &slot, 1, &a->slot) : err;
}

/* ---- writing ---- */

void keep_text(keep *k, int type, ans_str id, ans_str body)
{
    ans_change *at = ans_arena_grow(k->cx->arena, k->at, k->count, &k->cap, 4, sizeof *at);
    if (!at) {
        k->failed = true;
        return;
    }
    k->at = at;
    ans_change *c = &at[k->count++];
    *c = (ans_change){.ref = {k->a->types[type], ans_arena_dup(k->cx->arena, id)}, .is_delete = !body.n, .body = body};
    if (body.n) {
        c->hash = ans_hash_content(body);
        k->failed = k->failed || index_one(k->a, k->cx, c->ref.type, body, &c->rows) != ANS_OK;
    }
    k->failed = k->failed || !c->ref.id.p;
}

static void add_change(keep *k, int type, const char *id, ans_buf *body)
{
    ans_str text = ANS_STR_NONE;
    if (body && ans_buf_finish(body, &text) != ANS_OK) {
        k->failed = true;
        return;
    }
    keep_text(k, type, ans_str_of(id), text);
}

static void begin(keep *k, ans_buf *b, ans_jw *w)
{
    ans_buf_init_arena(b, k->cx->arena, (size_t)1 << 16);
    ans_jw_init(w, b);
    ans_jw_begin(w, '{');
}

void keep_account(keep *k, const account *x)
{
    ans_buf b;
    ans_jw w;
    begin(k, &b, &w);
    ans_flat_text(&w, "name", x->name);
    ans_flat_text(&w, "display", x->display);
    ans_flat_text(&w, "practitioner", x->practitioner);
    ans_flat_text(&w, "role", x->role);
    ans_flat_text(&w, "person", x->person);
    ans_flat_text(&w, "purpose", x->purpose);
    ans_flat_text(&w, "recipient", x->recipient);
    ans_flat_text(&w, "basis", x->basis);
    ans_flat_text(&w, "password", x->password);
    ans_flat_text(&w, "pin", x->pin);
    ans_flat_flag(&w, "program", x->is_program);
    ans_flat_flag(&w, "disabled", x->is_disabled);
    ans_flat_flag(&w, "mustChange", x->must_change);
    ans_flat_time(&w, "created", x->created_us);
    ans_flat_time(&w, "signedIn", x->last_sign_in_us);
    ans_flat_time(&w, "passwordUntil", x->password_until_us);
    ans_flat_time(&w, "tokensEnded", x->ended_us);
    if (x->has_totp) {
        ans_jw_key(&w, ANS_STR("totp"));
        ans_flat_bytes(&w, x->totp, sizeof x->totp);
        ans_flat_time(&w, "totpStep", x->totp_step);
        ans_jw_key(&w, ANS_STR("recovery"));
        ans_jw_begin(&w, '[');
        for (uint32_t i = 0; i < x->recovery_count; i++) {
            ans_flat_bytes(&w, x->recovery[i], ANS_DIGEST_BYTES);
        }
        ans_jw_end(&w, ']');
    }
    ans_jw_end(&w, '}');
    add_change(k, T_ACCOUNT, x->id, &b);
}

void keep_device(keep *k, const device *x)
{
    ans_buf b;
    ans_jw w;
    begin(k, &b, &w);
    ans_flat_text(&w, "name", x->name);
    ans_flat_time(&w, "since", x->since_us);
    ans_jw_key(&w, ANS_STR("digest"));
    ans_flat_bytes(&w, x->digest, sizeof x->digest);
    ans_jw_key(&w, ANS_STR("people"));
    ans_jw_begin(&w, '[');
    for (uint32_t i = 0; i < x->person_count; i++) {
        ans_jw_begin(&w, '{');
        ans_flat_text(&w, "account", x->people[i].account);
        ans_flat_time(&w, "password", x->people[i].password_us);
        ans_flat_time(&w, "wrong", x->people[i].wrong);
        ans_jw_end(&w, '}');
    }
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    add_change(k, T_DEVICE, x->id, &b);
}

void keep_session(keep *k, const session *x)
{
    ans_buf b;
    ans_jw w;
    begin(k, &b, &w);
    ans_flat_text(&w, "account", x->account->id);
    ans_flat_text(&w, "device", x->device);
    ans_flat_text(&w, "agent", x->agent);
    ans_flat_flag(&w, "token", x->is_token);
    ans_flat_flag(&w, "locked", x->is_locked);
    ans_flat_time(&w, "since", x->since_us);
    ans_flat_time(&w, "until", x->until_us);
    ans_flat_time(&w, "used", __atomic_load_n(&x->last_used_us, __ATOMIC_RELAXED));
    ans_jw_key(&w, ANS_STR("digest"));
    ans_flat_bytes(&w, x->digest, sizeof x->digest);
    ans_jw_end(&w, '}');
    add_change(k, T_SESSION, x->id, &b);
}

void drop_kept_session(keep *k, const session *x)
{
    add_change(k, T_SESSION, x->id, NULL);
}

void drop_kept_device(keep *k, const device *x)
{
    add_change(k, T_DEVICE, x->id, NULL);
}

bool keep_commit(keep *k)
{
    ans_txn txn = {.cx = k->cx, .changes = k->at, .count = k->count};
    return !k->failed && (k->count == 0 || ans_store_commit(k->a->store, &txn) == ANS_OK);
}

/* ---- reading at a start ---- */

typedef struct loader {
    ans_accounts *a;
    int type;
    ans_flat doc;
} loader;

static bool load_account(loader *l, ans_str id)
{
    account x = {0};
    text_put(x.id, sizeof x.id, id);
    ans_flat_get_text(&l->doc, 0, "name", x.name, sizeof x.name);
    ans_flat_get_text(&l->doc, 0, "display", x.display, sizeof x.display);
    ans_flat_get_text(&l->doc, 0, "practitioner", x.practitioner, sizeof x.practitioner);
    ans_flat_get_text(&l->doc, 0, "role", x.role, sizeof x.role);
    ans_flat_get_text(&l->doc, 0, "person", x.person, sizeof x.person);
    ans_flat_get_text(&l->doc, 0, "purpose", x.purpose, sizeof x.purpose);
    ans_flat_get_text(&l->doc, 0, "recipient", x.recipient, sizeof x.recipient);
    ans_flat_get_text(&l->doc, 0, "basis", x.basis, sizeof x.basis);
    ans_flat_get_text(&l->doc, 0, "password", x.password, sizeof x.password);
    ans_flat_get_text(&l->doc, 0, "pin", x.pin, sizeof x.pin);
    x.is_program = ans_flat_get_flag(&l->doc, "program");
    x.is_disabled = ans_flat_get_flag(&l->doc, "disabled");
    x.must_change = ans_flat_get_flag(&l->doc, "mustChange");
    x.created_us = ans_flat_get_time(&l->doc, 0, "created");
    x.last_sign_in_us = ans_flat_get_time(&l->doc, 0, "signedIn");
    x.password_until_us = ans_flat_get_time(&l->doc, 0, "passwordUntil");
    x.ended_us = ans_flat_get_time(&l->doc, 0, "tokensEnded");
    ans_jnode totp = ans_json_get(&l->doc.doc, 0, ANS_STR("totp")), codes = ans_json_get(&l->doc.doc, 0, ANS_STR("recovery"));
    if (totp != ANS_JNONE) {
        x.has_totp = true;
        ans_flat_get_bytes(&l->doc, totp, x.totp, sizeof x.totp);
        x.totp_step = ans_flat_get_time(&l->doc, 0, "totpStep");
    }
    if (codes != ANS_JNONE) {
        ANS_JSON_EACH(&l->doc.doc, codes, c) {
            if (x.recovery_count < RECOVERY_CODES) {
                ans_flat_get_bytes(&l->doc, c, x.recovery[x.recovery_count++], ANS_DIGEST_BYTES);
            }
        }
    }
    return !l->doc.bad && put_account(l->a, &x);
}

static bool load_device(loader *l, ans_str id)
{
    device x = {0};
    text_put(x.id, sizeof x.id, id);
    ans_flat_get_text(&l->doc, 0, "name", x.name, sizeof x.name);
    x.since_us = ans_flat_get_time(&l->doc, 0, "since");
    ans_flat_get_bytes(&l->doc, ans_json_get(&l->doc.doc, 0, ANS_STR("digest")), x.digest, sizeof x.digest);
    ans_jnode people = ans_json_get(&l->doc.doc, 0, ANS_STR("people"));
    if (people != ANS_JNONE) {
        ANS_JSON_EACH(&l->doc.doc, people, p) {
            if (x.person_count < DEVICE_PEOPLE) {
                device_person *to = &x.people[x.person_count++];
                ans_flat_get_text(&l->doc, p, "account", to->account, sizeof to->account);
                to->password_us = ans_flat_get_time(&l->doc, p, "password");
                to->wrong = (uint32_t)ans_flat_get_time(&l->doc, p, "wrong");
            }
        }
    }
    return !l->doc.bad && put_device(l->a, &x);
}

static bool load_session(loader *l, ans_str id)
{
    char account_id[ID_BYTES];
    session x = {0};
    text_put(x.id, sizeof x.id, id);
    ans_flat_get_text(&l->doc, 0, "account", account_id, sizeof account_id);
    ans_flat_get_text(&l->doc, 0, "device", x.device, sizeof x.device);
    ans_flat_get_text(&l->doc, 0, "agent", x.agent, sizeof x.agent);
    x.account = find_account(l->a, ans_str_of(account_id));
    x.is_token = ans_flat_get_flag(&l->doc, "token");
    x.is_locked = ans_flat_get_flag(&l->doc, "locked");
    x.since_us = ans_flat_get_time(&l->doc, 0, "since");
    x.until_us = ans_flat_get_time(&l->doc, 0, "until");
    x.last_used_us = ans_flat_get_time(&l->doc, 0, "used");
    ans_flat_get_bytes(&l->doc, ans_json_get(&l->doc.doc, 0, ANS_STR("digest")), x.digest, sizeof x.digest);
    return !l->doc.bad && x.account && put_session(l->a, &x);
}

static ans_err load_one(void *arg, ans_cx *cx, const ans_version *v)
{
    loader *l = arg;
    l->doc = (ans_flat){.cx = cx};
    if (ans_json_parse(cx, v->body, NULL, &l->doc.doc) != ANS_OK ||
        !(l->type == T_ACCOUNT   ? load_account(l, v->ref.id)
          : l->type == T_DEVICE ? load_device(l, v->ref.id)
                                : load_session(l, v->ref.id))) {
        return ANS_E_CORRUPT;
    }
    return ANS_OK;
}

/* All current documents of one type. */
ans_err keep_each(ans_cx *cx, const ans_accounts *a, ans_reader *rd, int type, ans_err (*visit)(void *arg, ans_cx *cx, const ans_version *v),
                  void *arg)
{
    const char low[] = {(char)(a->slot >> 8), (char)a->slot}, high[] = {(char)((a->slot + 1) >> 8), (char)(a->slot + 1)};
    ans_cx one = {.arena = ans_arena_new((size_t)1 << 20)};
    ans_cursor *cursor;
    ans_str row;
    ans_err err = one.arena ? ans_cursor_open(cx, rd, (ans_str){low, 2}, (ans_str){high, 2}, &cursor) : ans_cx_nomem(cx);
    if (err != ANS_OK) {
        ans_arena_free(one.arena);
        return err;
    }
    err = ans_cursor_seek(cx, cursor, (ans_str){low, 2}, &row);
    while (err == ANS_OK && row.p) {
        ans_version v;
        ans_arena_reset(one.arena);
        one.issues = one.last_ = NULL;
        err = ans_store_read_rid(&one, rd, ans_row_rid(row), true, &v);
        err = err == ANS_OK && v.ref.type == a->types[type] ? visit(arg, &one, &v) : err;
        err = err == ANS_OK ? ans_cursor_next(cx, cursor, &row) : err;
    }
    ans_cursor_close(cursor);
    ans_arena_free(one.arena);
    return err == ANS_E_CORRUPT ? ans_issue_add(cx, err, ANS_STR_NONE, "a document of the accounts cannot be read") : err;
}

/* Sessions need their accounts first. */
ans_err keep_load(ans_cx *cx, ans_accounts *a)
{
    static const int order[] = {T_ACCOUNT, T_DEVICE, T_SESSION};
    loader l = {.a = a};
    ans_reader *rd = NULL;
    ans_err err = ans_reader_open(cx, a->store, &rd);
    if (err != ANS_OK) {
        return err;
    }
    err = ans_reader_begin(cx, rd);
    for (size_t i = 0; err == ANS_OK && i < sizeof order / sizeof *order; i++) {
        l.type = order[i];
        err = keep_each(cx, a, rd, l.type, load_one, &l);
    }
    ans_reader_close(rd);
    return err;
}

/* ---- copies ---- */

ans_err ans_accounts_copy(ans_cx *cx, const char *from, const char *to)
{
    const ans_store_options o = {.dir = from, .space = "access", .read_only = true};
    ans_str path = ans_arena_fmt(cx->arena, "%s/access.db", from);
    ans_store *store;
    if (!path.p) {
        return ans_cx_nomem(cx);
    }
    if (!ans_file_exists(path.p)) {
        return ANS_OK;
    }
    ans_err err = ans_store_open(cx, &o, &store);
    if (err != ANS_OK) {
        return err;
    }
    err = ans_store_backup(cx, store, to, NULL, NULL);
    ans_store_close(store);
    return err;
}
