/* The table of organisations: numbers, records and links are put in here and never change their place in time.
 *
 * Memory: a record or link is one block with its texts behind it; nodes and entries are arrays that grow by doubling; ids are
 * blocks of their own, because callers may keep them. All of it is freed at the end only. */
#include "auth/org_int.h"

#include "base/hash.h"

/* ---- index: text to number ---- */

static uint64_t hash_of(const ans_orgs *orgs, ans_str s)
{
    return ans_hash64(orgs->key, s);
}

typedef ans_str name_fn(const ans_orgs *orgs, uint32_t number);

static ans_str node_name(const ans_orgs *orgs, uint32_t number)
{
    return orgs->nodes[number].id;
}

static ans_str entry_name(const ans_orgs *orgs, uint32_t number)
{
    return orgs->entries[number].id;
}

static bool index_find(const ans_orgs *orgs, const org_index *x, name_fn *name, ans_str s, uint32_t *out)
{
    if (!x->slots) {
        return false;
    }
    for (uint32_t i = (uint32_t)hash_of(orgs, s) & x->mask; x->slots[i]; i = (i + 1) & x->mask) {
        if (ans_str_eq(name(orgs, x->slots[i] - 1), s)) {
            *out = x->slots[i] - 1;
            return true;
        }
    }
    return false;
}

static void index_put(const ans_orgs *orgs, org_index *x, ans_str s, uint32_t number)
{
    uint32_t i = (uint32_t)hash_of(orgs, s) & x->mask;
    while (x->slots[i]) {
        i = (i + 1) & x->mask;
    }
    x->slots[i] = number + 1;
}

/* Room for one more than count: at most half of the slots are taken. */
static bool index_room(const ans_orgs *orgs, org_index *x, name_fn *name, uint32_t first, uint32_t count)
{
    uint32_t size = x->slots ? x->mask + 1 : 0;
    if (count < size / 2) {
        return true;
    }
    org_index bigger = {.mask = size ? size * 2 - 1 : 255};
    bigger.slots = ans_alloc(((size_t)bigger.mask + 1) * sizeof *bigger.slots);
    if (!bigger.slots) {
        return false;
    }
    memset(bigger.slots, 0, ((size_t)bigger.mask + 1) * sizeof *bigger.slots);
    for (uint32_t i = first; i < first + count; i++) {
        index_put(orgs, &bigger, name(orgs, i), i);
    }
    ans_free(x->slots);
    *x = bigger;
    return true;
}

/* ---- arrays ---- */

static void *grown(void *at, uint32_t count, uint32_t *cap, uint32_t first, size_t bytes)
{
    if (count < *cap) {
        return at;
    }
    uint32_t bigger = *cap ? *cap * 2 : first;
    void *moved = ans_realloc(at, bigger * bytes);
    if (moved) {
        *cap = bigger;
    }
    return moved;
}

static bool links_room(org_links *l)
{
    org_link **at = grown(l->at, l->count, &l->cap, 2, sizeof *at);
    if (at) {
        l->at = at;
    }
    return at != NULL;
}

static void links_drop(org_links *l, const org_link *link)
{
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->at[i] == link) {
            l->at[i] = l->at[--l->count];
            return;
        }
    }
}

static ans_str kept_text(ans_str s)
{
    char *p = ans_alloc(s.n + 1);
    if (!p) {
        return ANS_STR_NONE;
    }
    if (s.n) {
        memcpy(p, s.p, s.n);
    }
    p[s.n] = 0;
    return (ans_str){p, s.n};
}

/* ---- numbers ---- */

ans_org org_find(const ans_orgs *orgs, ans_str id)
{
    uint32_t number;
    return index_find(orgs, &orgs->by_id, node_name, id, &number) ? number : 0;
}

/* The number of an id, given now when it has none; 0: no memory. */
static ans_org number_of(ans_orgs *orgs, ans_str id)
{
    ans_org known = org_find(orgs, id);
    if (known) {
        return known;
    }
    org_node *nodes = grown(orgs->nodes, orgs->count + 1, &orgs->cap, 1024, sizeof *nodes);
    if (!nodes) {
        return 0;
    }
    orgs->nodes = nodes;
    ans_str text = index_room(orgs, &orgs->by_id, node_name, 1, orgs->count) ? kept_text(id) : ANS_STR_NONE;
    if (!text.p) {
        return 0;
    }
    orgs->nodes[++orgs->count] = (org_node){.id = text};
    index_put(orgs, &orgs->by_id, text, orgs->count);
    return orgs->count;
}

static bool entry_of(ans_orgs *orgs, ans_str id, uint32_t *out)
{
    if (index_find(orgs, &orgs->by_entry, entry_name, id, out)) {
        return true;
    }
    org_entry *entries = grown(orgs->entries, orgs->entry_count, &orgs->entry_cap, 1024, sizeof *entries);
    if (!entries) {
        return false;
    }
    orgs->entries = entries;
    ans_str text = index_room(orgs, &orgs->by_entry, entry_name, 0, orgs->entry_count) ? kept_text(id) : ANS_STR_NONE;
    if (!text.p) {
        return false;
    }
    *out = orgs->entry_count;
    orgs->entries[orgs->entry_count++] = (org_entry){.id = text};
    index_put(orgs, &orgs->by_entry, text, *out);
    return true;
}

static bool line_of(ans_orgs *orgs, ans_str code, ans_lines *out)
{
    for (uint32_t i = 0; i < orgs->line_count; i++) {
        if (ans_str_eq(orgs->lines[i], code)) {
            *out |= (ans_lines)1 << i;
            return true;
        }
    }
    ans_str text = orgs->line_count < LINES_MOST ? kept_text(code) : ANS_STR_NONE;
    if (!text.p) {
        return false;
    }
    *out |= (ans_lines)1 << orgs->line_count;
    orgs->lines[orgs->line_count++] = text;
    return true;
}

/* ---- records ---- */

static ans_str keep(char **tail, ans_str s)
{
    ans_str kept = {*tail, s.n};
    if (s.n) {
        memcpy(*tail, s.p, s.n);
    }
    *tail += s.n;
    return kept;
}

static org_record *record_new(const org_said *said)
{
    size_t texts = 0;
    for (uint32_t i = 0; i < said->count; i++) {
        const ans_org_value *v = &said->facts[i].v;
        texts += v->system.n + v->value.n + v->display.n + v->legal_basis.n;
    }
    org_record *r = ans_alloc(sizeof *r + said->count * sizeof *r->facts + texts + 1);
    if (!r) {
        return NULL;
    }
    *r = (org_record){.count = said->count};
    char *tail = (char *)&r->facts[said->count];
    for (uint32_t i = 0; i < said->count; i++) {
        org_fact *f = &r->facts[i];
        *f = said->facts[i];
        f->v.system = keep(&tail, f->v.system);
        f->v.value = keep(&tail, f->v.value);
        f->v.display = keep(&tail, f->v.display);
        f->v.legal_basis = keep(&tail, f->v.legal_basis);
    }
    return r;
}

static org_link *link_new(const ans_org_link *v)
{
    org_link *l = ans_alloc(sizeof *l + v->legal_basis.n + v->share.n + v->function.n + 1);
    if (!l) {
        return NULL;
    }
    char *tail = (char *)(l + 1);
    *l = (org_link){.v = *v, .end_recorded_us = INT64_MIN, .until_us = ANS_STILL_KNOWN};
    l->v.legal_basis = keep(&tail, v->legal_basis);
    l->v.share = keep(&tail, v->share);
    l->v.function = keep(&tail, v->function);
    return l;
}

/* ---- links ---- */

/* Into the lists of both its ends. Room first, so that it is in both or in none. */
static bool link_in(ans_orgs *orgs, org_link *l)
{
    org_node *upper = &orgs->nodes[l->v.upper], *lower = &orgs->nodes[l->v.lower];
    if (!links_room(&upper->down) || !links_room(&lower->up)) {
        return false;
    }
    upper->down.at[upper->down.count++] = l;
    lower->up.at[lower->up.count++] = l;
    return true;
}

/* No longer known at when_us: from the lists of the present to those of the past, where each end has it. */
static bool link_out(ans_orgs *orgs, org_link *l, int64_t when_us)
{
    org_node *upper = &orgs->nodes[l->v.upper], *lower = &orgs->nodes[l->v.lower];
    l->until_us = when_us;
    links_drop(&upper->down, l);
    links_drop(&lower->up, l);
    if (!links_room(&upper->past)) {
        return false; /* a leak of one block, when memory is at its end anyway */
    }
    upper->past.at[upper->past.count++] = l;
    if (upper == lower) {
        return true;
    }
    if (!links_room(&lower->past)) {
        return false;
    }
    lower->past.at[lower->past.count++] = l;
    return true;
}

static ans_err set_part_of(ans_orgs *orgs, ans_org org, ans_str id, int64_t when_us)
{
    ans_org upper = id.n ? number_of(orgs, id) : 0;
    org_link *was = orgs->nodes[org].part_of;
    if (id.n && !upper) {
        return ANS_E_NOMEM;
    }
    if (was ? was->v.upper == upper : !upper) {
        return ANS_OK;
    }
    if (was && !link_out(orgs, was, when_us)) {
        return ANS_E_NOMEM;
    }
    orgs->nodes[org].part_of = NULL;
    if (!upper) {
        return ANS_OK;
    }
    ans_org_link v = {.upper = upper,
                      .lower = org,
                      .relation = ANS_ORG_PARENT,
                      .lines = ANS_LINES_ALL,
                      .from = ANS_DAY_MIN,
                      .to = ANS_DAY_MAX,
                      .recorded_us = when_us};
    org_link *l = link_new(&v);
    if (!l || !link_in(orgs, l)) {
        ans_free(l);
        return ANS_E_NOMEM;
    }
    orgs->nodes[org].part_of = l;
    return ANS_OK;
}

/* ---- what org.c calls ---- */

ans_err org_hold(ans_orgs *orgs, ans_str id, ans_rid rid, int64_t when_us, const org_said *said)
{
    static const org_said nothing = {0};
    ans_org org = number_of(orgs, id);
    org_record *record = org ? record_new(said ? said : &nothing) : NULL;
    if (!record) {
        return ANS_E_NOMEM;
    }
    org_node *node = &orgs->nodes[org];
    record->is_deleted = !said;
    record->when_us = when_us;
    record->before = node->now;
    record->known_us = node->now ? when_us : INT64_MIN;
    node->now = record;
    node->rid = rid;
    orgs->edition++;
    return set_part_of(orgs, org, said ? said->part_of : ANS_STR_NONE, when_us);
}

static ans_err make_link(ans_orgs *orgs, uint32_t entry, int64_t when_us, const org_link_said *said)
{
    ans_org_link v = {.relation = said->relation, .from = said->from, .to = said->to};
    bool is_first = !orgs->entries[entry].had_any;
    v.id = orgs->entries[entry].id;
    v.legal_basis = said->legal_basis;
    v.share = said->share;
    v.function = said->function;
    v.recorded_us = said->recorded_us != INT64_MIN && (is_first || said->recorded_us > when_us) ? said->recorded_us : when_us;
    v.upper = number_of(orgs, said->upper);
    v.lower = number_of(orgs, said->lower);
    for (uint32_t i = 0; i < said->line_count; i++) {
        if (!line_of(orgs, said->lines[i], &v.lines)) {
            orgs->entries[entry].is_unread = true; /* more lines than bits */
            return ANS_OK;
        }
    }
    org_link *l = v.upper && v.lower ? link_new(&v) : NULL;
    if (!l || !link_in(orgs, l)) {
        ans_free(l);
        return ANS_E_NOMEM;
    }
    l->end_recorded_us = said->end_recorded_us;
    orgs->entries[entry].now = l;
    orgs->entries[entry].had_any = true;
    return ANS_OK;
}

ans_err org_hold_link(ans_orgs *orgs, ans_str id, int64_t when_us, const org_link_said *said, bool is_unread)
{
    uint32_t entry;
    bool is_link = said && said->is_ours && said->is_active && !is_unread;
    if (!is_link && !is_unread && !index_find(orgs, &orgs->by_entry, entry_name, id, &entry)) {
        return ANS_OK; /* nothing of ours, and never was */
    }
    if (!entry_of(orgs, id, &entry)) {
        return ANS_E_NOMEM;
    }
    org_link *was = orgs->entries[entry].now;
    orgs->entries[entry].now = NULL;
    orgs->entries[entry].is_unread = is_unread;
    orgs->edition++;
    if (was && !link_out(orgs, was, when_us)) {
        return ANS_E_NOMEM;
    }
    return is_link ? make_link(orgs, entry, when_us, said) : ANS_OK;
}

/* ---- life ---- */

ans_err org_hold_start(ans_orgs *orgs)
{
    static const char *const lines[] = {"health", "home-affairs", "public-security", "civil"};
    orgs->nodes = grown(NULL, 0, &orgs->cap, 1024, sizeof *orgs->nodes);
    if (!orgs->nodes) {
        return ANS_E_NOMEM;
    }
    orgs->nodes[0] = (org_node){0};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ans_lines bits = 0;
        if (!line_of(orgs, ans_str_of(lines[i]), &bits)) {
            return ANS_E_NOMEM;
        }
    }
    return ANS_OK;
}

static void free_node(org_node *node)
{
    for (org_record *r = node->now, *before; r; r = before) {
        before = r->before;
        ans_free(r);
    }
    for (uint32_t i = 0; i < node->up.count; i++) { /* each link is in the list of its lower end once: now or in the past */
        ans_free(node->up.at[i]);
    }
    ans_free(node->up.at);
    ans_free(node->down.at);
    ans_free((char *)node->id.p);
}

static void free_past(org_node *nodes, uint32_t count)
{
    for (uint32_t org = 1; org <= count; org++) {
        for (uint32_t i = 0; i < nodes[org].past.count; i++) {
            if (nodes[org].past.at[i]->v.upper == org) { /* each end has it: the upper one frees it, at the end */
                continue;
            }
            nodes[org].past.at[i] = NULL;
        }
    }
    for (uint32_t org = 1; org <= count; org++) {
        for (uint32_t i = 0; i < nodes[org].past.count; i++) {
            ans_free(nodes[org].past.at[i]);
        }
        ans_free(nodes[org].past.at);
    }
}

void org_hold_end(ans_orgs *orgs)
{
    if (!orgs->nodes) {
        return;
    }
    free_past(orgs->nodes, orgs->count);
    for (uint32_t org = 1; org <= orgs->count; org++) {
        free_node(&orgs->nodes[org]);
    }
    for (uint32_t i = 0; i < orgs->entry_count; i++) {
        ans_free((char *)orgs->entries[i].id.p);
    }
    for (uint32_t i = 0; i < orgs->line_count; i++) {
        ans_free((char *)orgs->lines[i].p);
    }
    ans_free(orgs->by_id.slots);
    ans_free(orgs->by_entry.slots);
    ans_free(orgs->entries);
    ans_free(orgs->nodes);
}
