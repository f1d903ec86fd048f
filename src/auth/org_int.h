/* Inside the organisations: records, links and the table that holds them.
 *
 * One idea: nothing that was once known is changed. A new version of an Organization makes a new record in front of the old one;
 * a new version of an OrganizationAffiliation makes a new link, and the old one moves from the lists that questions walk to the
 * list of the past, which only "as known on" looks at. */
#ifndef ANS_AUTH_ORG_INT_H
#define ANS_AUTH_ORG_INT_H

#include <pthread.h>

#include "auth/org.h"

#define ANS_STILL_KNOWN INT64_MAX
#define LINES_MOST 32
#define NO_ENTRY UINT32_MAX

#define RELATION_SYSTEM "urn:ansinh:organization-relation"
#define LINE_SYSTEM "urn:ansinh:line"

/* A dated value of an organisation. Its end may have become known later than itself. */
typedef struct org_fact {
    ans_org_value v;
    int64_t end_recorded_us;
} org_fact;

/* What one version of an Organization says; one block of memory with its texts. */
typedef struct org_record org_record;
struct org_record {
    org_record *before; /* the version before, known until `known_us` of this one */
    int64_t known_us;   /* INT64_MIN for the first: its facts say themselves when they became known */
    int64_t when_us;    /* when it was written */
    bool is_deleted;
    uint32_t count;
    org_fact facts[];
};

/* What one version of an OrganizationAffiliation says (or Organization.partOf); one block of memory with its texts. */
typedef struct org_link {
    ans_org_link v;
    int64_t end_recorded_us, until_us; /* known from v.recorded_us, its end since end_recorded_us; no longer at until_us */
} org_link;

typedef struct org_links {
    org_link **at;
    uint32_t count, cap;
} org_links;

typedef struct org_node {
    ans_str id;
    ans_rid rid;
    org_record *now; /* NULL: only referred to */
    org_link *part_of;
    org_links up, down; /* known now; up: it is the lower end */
    org_links past;     /* no longer known; either end */
} org_node;

/* An OrganizationAffiliation. */
typedef struct org_entry {
    ans_str id;
    org_link *now; /* NULL: deleted, or nothing of ours */
    bool is_unread, had_any;
} org_entry;

/* From a text to a number from 0: open addressing, the texts live with the owner. */
typedef struct org_index {
    uint32_t *slots; /* number + 1, or 0 */
    uint32_t mask;
} org_index;

struct ans_orgs {
    pthread_rwlock_t lock;
    uint8_t key[16];
    uint16_t organization, affiliation; /* type numbers of the store */
    ans_cx cx;                          /* the arena of reading one body, of the writer's thread */
    uint64_t edition;
    org_node *nodes; /* [0] is a blank */
    uint32_t count, cap;
    org_index by_id;
    org_entry *entries;
    uint32_t entry_count, entry_cap;
    org_index by_entry;
    ans_str lines[LINES_MOST];
    uint32_t line_count;
    bool is_torn; /* memory ran out while following: what is held is not what is stored */
};

/* ---- org_read.c: what a body says, before it is held ---- */

typedef struct org_said {
    ans_str part_of; /* id */
    org_fact *facts;
    uint32_t count;
} org_said;

typedef struct org_link_said {
    bool is_ours, is_active; /* is_ours: it has a relation of ours; false with it: nothing for us */
    uint8_t relation;
    ans_str upper, lower;    /* ids */
    ans_str lines[LINES_MOST];
    uint32_t line_count;
    ans_day from, to;
    int64_t recorded_us, end_recorded_us; /* INT64_MIN: not said */
    ans_str legal_basis, share, function;
} org_link_said;

/* Views into the body or cx->arena. Facts without a recorded time get known_us.
 * errors   ANS_E_SYNTAX, ANS_E_INVALID: it cannot be understood */
ANS_MUST_USE ans_err org_read(ans_cx *cx, ans_str body, int64_t known_us, org_said *out);
ANS_MUST_USE ans_err org_link_read(ans_cx *cx, ans_str body, org_link_said *out);

/* ---- org_hold.c: the table ---- */

ANS_MUST_USE ans_err org_hold_start(ans_orgs *orgs);
void org_hold_end(ans_orgs *orgs);
/* The same under the lock, for a body just written or read back. body empty: deleted. */
ANS_MUST_USE ans_err org_hold(ans_orgs *orgs, ans_str id, ans_rid rid, int64_t when_us, const org_said *said);
ANS_MUST_USE ans_err org_hold_link(ans_orgs *orgs, ans_str id, int64_t when_us, const org_link_said *said, bool is_unread);
ans_org org_find(const ans_orgs *orgs, ans_str id);

/* ---- org_fact.c, org_tree.c: under the lock ---- */

static inline bool org_holds(const org_link *l, ans_as_of a)
{
    if (a.known_us && (a.known_us < l->v.recorded_us || a.known_us >= l->until_us)) {
        return false;
    }
    ans_day to = a.known_us && a.known_us < l->end_recorded_us ? ANS_DAY_MAX : l->v.to;
    return a.day >= l->v.from && a.day <= to;
}
/* The facts of an organisation as known then; NULL: none. */
const org_record *org_record_of(const org_node *node, int64_t known_us);
bool org_fact_holds(const org_fact *f, ans_as_of a);
bool org_is_within(const ans_orgs *orgs, ans_org org, ans_org root, ans_lines lines, ans_as_of a);

#endif
