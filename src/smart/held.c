/* What is held in memory: clients and grants in plain lists, grants also by the hash of their access token, which every call of a
 * program looks up. */
#include "smart/smart_int.h"

client *find_client(const ans_smart *s, ans_str id)
{
    for (uint32_t i = 0; i < s->client_count; i++) {
        if (ans_str_is(id, s->clients[i]->id)) {
            return s->clients[i];
        }
    }
    return NULL;
}

app_grant *find_grant(const ans_smart *s, ans_str id)
{
    for (uint32_t i = 0; i < s->grant_count; i++) {
        if (ans_str_is(id, s->grants[i]->id)) {
            return s->grants[i];
        }
    }
    return NULL;
}

static uint32_t bucket_of(const uint8_t *digest)
{
    return ((uint32_t)digest[0] << 8 | digest[1]) % GRANT_BUCKETS;
}

app_grant *find_by_access(const ans_smart *s, const uint8_t digest[ANS_DIGEST_BYTES])
{
    app_grant *g = s->buckets[bucket_of(digest)];
    while (g && memcmp(g->access, digest, ANS_DIGEST_BYTES) != 0) {
        g = g->next;
    }
    return g;
}

app_grant *find_by_code(const ans_smart *s, const uint8_t digest[ANS_DIGEST_BYTES])
{
    for (uint32_t i = 0; i < s->grant_count; i++) {
        if (s->grants[i]->code_until_us && memcmp(s->grants[i]->code, digest, ANS_DIGEST_BYTES) == 0) {
            return s->grants[i];
        }
    }
    return NULL;
}

app_grant *find_by_family(const ans_smart *s, const uint8_t digest[ANS_DIGEST_BYTES])
{
    for (uint32_t i = 0; i < s->grant_count; i++) {
        if (s->grants[i]->refresh_until_us && memcmp(s->grants[i]->family, digest, ANS_DIGEST_BYTES) == 0) {
            return s->grants[i];
        }
    }
    return NULL;
}

bool is_grant_over(const app_grant *g, int64_t now_us)
{
    bool waits = g->code_until_us && !g->code_used && now_us < g->code_until_us;
    return !waits && now_us >= g->access_until_us && now_us >= g->refresh_until_us;
}

/* ---- changing: under the write lock ---- */

bool apps_grow(void *list_at, uint32_t count, uint32_t *cap, size_t element_bytes)
{
    void **list = (void **)list_at;
    uint32_t wanted = *cap ? *cap * 2 : 16;
    void *bigger = count < *cap ? *list : ans_realloc(*list, wanted * element_bytes);
    if (bigger && count >= *cap) {
        *list = bigger;
        *cap = wanted;
    }
    return bigger != NULL;
}

static void free_client(client *c)
{
    ans_free(c->body);
    ans_free(c->keys);
    ans_secret_forget(c, sizeof *c);
    ans_free(c);
}

bool put_client(ans_smart *s, const client *next, ans_str body)
{
    client *held = find_client(s, ans_str_of(next->id)), *fresh = ans_alloc(sizeof *fresh);
    char *text = ans_alloc(body.n + 1);
    if (!fresh || !text) {
        ans_free(fresh);
        ans_free(text);
        return false;
    }
    *fresh = *next;
    memcpy(text, body.p, body.n);
    text[body.n] = '\0';
    fresh->body = text;
    fresh->body_n = body.n;
    fresh->keys = NULL; /* another description may name another address */
    fresh->keys_us = fresh->tried_us = 0;
    (void)pthread_rwlock_wrlock(&s->lock);
    bool room = held || apps_grow(&s->clients, s->client_count, &s->client_cap, sizeof(client *));
    for (uint32_t i = 0; held && i < s->client_count; i++) {
        s->clients[i] = s->clients[i] == held ? fresh : s->clients[i];
    }
    if (!held && room) {
        s->clients[s->client_count++] = fresh;
    }
    (void)pthread_rwlock_unlock(&s->lock);
    if (held || !room) {
        free_client(room ? held : fresh);
    }
    return room;
}

void drop_client(ans_smart *s, client *c)
{
    (void)pthread_rwlock_wrlock(&s->lock);
    for (uint32_t i = 0; i < s->client_count; i++) {
        if (s->clients[i] == c) {
            s->clients[i] = s->clients[--s->client_count];
            break;
        }
    }
    (void)pthread_rwlock_unlock(&s->lock);
    free_client(c);
}

static void unlink_grant(ans_smart *s, app_grant *g)
{
    for (app_grant **at = &s->buckets[bucket_of(g->access)]; *at; at = &(*at)->next) {
        if (*at == g) {
            *at = g->next;
            break;
        }
    }
    g->next = NULL;
}

static void link_grant(ans_smart *s, app_grant *g)
{
    if (g->access_until_us) {
        uint32_t b = bucket_of(g->access);
        g->next = s->buckets[b];
        s->buckets[b] = g;
    }
}

bool put_grant(ans_smart *s, const app_grant *next)
{
    app_grant *held = find_grant(s, ans_str_of(next->id)), *fresh = held ? NULL : ans_alloc(sizeof *fresh);
    if (!held && !fresh) {
        return false;
    }
    (void)pthread_rwlock_wrlock(&s->lock);
    bool room = held || apps_grow(&s->grants, s->grant_count, &s->grant_cap, sizeof(app_grant *));
    if (held) {
        unlink_grant(s, held);
        int64_t used = held->used_us;
        *held = *next;
        held->used_us = used;
        link_grant(s, held);
    } else if (room) {
        *fresh = *next;
        fresh->next = NULL;
        s->grants[s->grant_count++] = fresh;
        link_grant(s, fresh);
    }
    (void)pthread_rwlock_unlock(&s->lock);
    if (!room) {
        ans_free(fresh);
    }
    return room;
}

void drop_grant(ans_smart *s, app_grant *g)
{
    (void)pthread_rwlock_wrlock(&s->lock);
    unlink_grant(s, g);
    for (uint32_t i = 0; i < s->grant_count; i++) {
        if (s->grants[i] == g) {
            s->grants[i] = s->grants[--s->grant_count];
            break;
        }
    }
    (void)pthread_rwlock_unlock(&s->lock);
    ans_free(g);
}

void apps_free(ans_smart *s)
{
    for (uint32_t i = 0; i < s->client_count; i++) {
        free_client(s->clients[i]);
    }
    for (uint32_t i = 0; i < s->grant_count; i++) {
        ans_free(s->grants[i]);
    }
    if (s->key) {
        ans_secret_forget(s->key, strlen(s->key));
    }
    ans_free(s->key);
    ans_free(s->clients);
    ans_free(s->grants);
    ans_free(s->taken);
    ans_free(s->launches);
}
