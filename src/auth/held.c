/* What is held in memory: accounts and devices in plain lists (hundreds), sessions in a hash table (looked up at every request).
 * A table slot is found by the first bytes of the digest of the token: whoever does not know a token cannot choose them. */
#include "auth/account_int.h"

enum { FIRST_SESSIONS = 64 };

/* ---- finding ---- */

account *find_account_by_name(const ans_accounts *a, ans_str name)
{
    for (uint32_t i = 0; i < a->account_count; i++) {
        if (ans_str_ieq(ans_str_of(a->accounts[i]->name), name)) {
            return a->accounts[i];
        }
    }
    return NULL;
}

account *find_account(const ans_accounts *a, ans_str id_or_name)
{
    for (uint32_t i = 0; i < a->account_count; i++) {
        if (ans_str_is(id_or_name, a->accounts[i]->id)) {
            return a->accounts[i];
        }
    }
    return find_account_by_name(a, id_or_name);
}

device *find_device(const ans_accounts *a, ans_str id)
{
    for (uint32_t i = 0; i < a->device_count && id.n; i++) {
        if (ans_str_is(id, a->devices[i]->id)) {
            return a->devices[i];
        }
    }
    return NULL;
}

device_person *find_person(device *d, const char *account_id)
{
    for (uint32_t i = 0; i < d->person_count; i++) {
        if (strcmp(d->people[i].account, account_id) == 0) {
            return &d->people[i];
        }
    }
    return NULL;
}

static uint32_t place_of(const ans_accounts *a, const uint8_t *digest)
{
    uint32_t v;
    memcpy(&v, digest, sizeof v);
    return v & (a->session_cap - 1);
}

/* Its slot, or the free slot where it would stand. */
static uint32_t slot_of(const ans_accounts *a, const uint8_t *digest)
{
    uint32_t i = place_of(a, digest);
    while (a->sessions[i] && memcmp(a->sessions[i]->digest, digest, ANS_DIGEST_BYTES) != 0) {
        i = (i + 1) & (a->session_cap - 1);
    }
    return i;
}

session *find_session(const ans_accounts *a, const uint8_t digest[ANS_DIGEST_BYTES])
{
    return a->session_cap ? a->sessions[slot_of(a, digest)] : NULL;
}

session *find_session_by_id(const ans_accounts *a, ans_str id)
{
    for (uint32_t i = 0; i < a->session_cap; i++) {
        if (a->sessions[i] && ans_str_is(id, a->sessions[i]->id)) {
            return a->sessions[i];
        }
    }
    return NULL;
}

/* ---- changing: under the write lock for readers' sake ---- */

static bool grow_list(void *list_at, uint32_t count, uint32_t *cap)
{
    void **list = *(void ***)list_at, **bigger;
    uint32_t wanted = *cap ? *cap * 2 : 16;
    if (count < *cap) {
        return true;
    }
    bigger = ans_realloc(list, wanted * sizeof *bigger);
    if (!bigger) {
        return false;
    }
    *(void ***)list_at = bigger;
    *cap = wanted;
    return true;
}

static bool grow_sessions(ans_accounts *a)
{
    if ((a->session_count + 1) * 2 <= a->session_cap) {
        return true;
    }
    uint32_t cap = a->session_cap ? a->session_cap * 2 : FIRST_SESSIONS, old_cap = a->session_cap;
    session **old = a->sessions, **next = ans_alloc(cap * sizeof *next);
    if (!next) {
        return false;
    }
    memset(next, 0, cap * sizeof *next);
    a->sessions = next;
    a->session_cap = cap;
    for (uint32_t i = 0; i < old_cap; i++) {
        if (old[i]) {
            next[slot_of(a, old[i]->digest)] = old[i];
        }
    }
    ans_free(old);
    return true;
}

bool held_room(ans_accounts *a)
{
    (void)pthread_rwlock_wrlock(&a->lock);
    bool done = grow_list(&a->accounts, a->account_count, &a->account_cap) &&
                grow_list(&a->devices, a->device_count, &a->device_cap) && grow_sessions(a);
    (void)pthread_rwlock_unlock(&a->lock);
    return done;
}

/* A copy on the heap; NULL: no memory. */
static void *copied(const void *from, size_t n)
{
    void *to = ans_alloc(n);
    return to ? memcpy(to, from, n) : NULL;
}

/* Over what is held, or as a copy that `hold` puts in its place; false: no memory. */
static bool put(ans_accounts *a, void *held, const void *next, size_t n, void (*hold)(ans_accounts *a, void *made))
{
    void *made = held ? NULL : copied(next, n);
    if (!held && (!made || !held_room(a))) {
        ans_free(made);
        return false;
    }
    (void)pthread_rwlock_wrlock(&a->lock);
    if (held) {
        memmove(held, next, n); /* what is held may be what is given */
    } else {
        hold(a, made);
    }
    (void)pthread_rwlock_unlock(&a->lock);
    return true;
}

static void hold_account(ans_accounts *a, void *made)
{
    a->accounts[a->account_count++] = made;
}

static void hold_device(ans_accounts *a, void *made)
{
    a->devices[a->device_count++] = made;
}

static void hold_session(ans_accounts *a, void *made)
{
    a->sessions[slot_of(a, ((session *)made)->digest)] = made;
    a->session_count++;
}

bool put_account(ans_accounts *a, const account *next)
{
    return put(a, find_account(a, ans_str_of(next->id)), next, sizeof *next, hold_account);
}

bool put_device(ans_accounts *a, const device *next)
{
    return put(a, find_device(a, ans_str_of(next->id)), next, sizeof *next, hold_device);
}

bool put_session(ans_accounts *a, const session *next)
{
    return put(a, find_session(a, next->digest), next, sizeof *next, hold_session);
}

/* Take one out and close the gap, so that no search stops too early. */
void drop_session(ans_accounts *a, session *s)
{
    (void)pthread_rwlock_wrlock(&a->lock);
    uint32_t mask = a->session_cap - 1, hole = slot_of(a, s->digest), i = hole;
    a->sessions[hole] = NULL;
    a->session_count--;
    for (i = (i + 1) & mask; a->sessions[i]; i = (i + 1) & mask) {
        uint32_t home = place_of(a, a->sessions[i]->digest);
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            a->sessions[hole] = a->sessions[i];
            a->sessions[i] = NULL;
            hole = i;
        }
    }
    (void)pthread_rwlock_unlock(&a->lock);
    ans_secret_forget(s, sizeof *s);
    ans_free(s);
}

void drop_device(ans_accounts *a, device *d)
{
    (void)pthread_rwlock_wrlock(&a->lock);
    for (uint32_t i = 0; i < a->device_count; i++) {
        if (a->devices[i] == d) {
            a->devices[i] = a->devices[--a->device_count];
            break;
        }
    }
    (void)pthread_rwlock_unlock(&a->lock);
    ans_free(d);
}

void held_free(ans_accounts *a)
{
    for (uint32_t i = 0; i < a->account_count; i++) {
        ans_secret_forget(a->accounts[i], sizeof *a->accounts[i]);
        ans_free(a->accounts[i]);
    }
    for (uint32_t i = 0; i < a->device_count; i++) {
        ans_free(a->devices[i]);
    }
    for (uint32_t i = 0; i < a->session_cap; i++) {
        ans_free(a->sessions[i]);
    }
    ans_free(a->accounts);
    ans_free(a->devices);
    ans_free(a->sessions);
}
