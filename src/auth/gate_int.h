/* Inside the gate: numbers of owners, places, marks, passes. Everything but marks and passes is under gate->lock. */
#ifndef ANS_AUTH_GATE_INT_H
#define ANS_AUTH_GATE_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "auth/consent.h"
#include "auth/gate.h"
#include "auth/limit.h"
#include "auth/org.h"
#include "auth/rights.h"

/* ---- a map of numbers (num_map.c) ---- */

/* Open addressing; key 0 and value 0 mean none. */
typedef struct num_map {
    uint64_t *keys;
    uint32_t *values;
    uint32_t count, size; /* size: a power of two */
} num_map;

uint32_t num_map_get(const num_map *m, uint64_t key);
ANS_MUST_USE bool num_map_put(num_map *m, uint64_t key, uint32_t value); /* false: no memory */
void num_map_move(num_map *m, uint64_t key, uint32_t value); /* of a key that is there */
void num_map_drop(num_map *m, uint64_t key);
void num_map_done(num_map *m);

/* ---- what one resource each says (rid_list.c) ---- */

/* Items of one size, each begins with the rid of its resource; the order is any. */
typedef struct rid_list {
    void *items;
    uint32_t count, cap;
    num_map place_of; /* rid -> place + 1 */
} rid_list;

void *rid_list_get(const rid_list *l, size_t size, ans_rid rid); /* NULL: none; until the next change */
ANS_MUST_USE bool rid_list_put(rid_list *l, size_t size, ans_rid rid, const void *item); /* copied; false: no memory */
bool rid_list_drop(rid_list *l, size_t size, ans_rid rid); /* was there one? */
void rid_list_done(rid_list *l);

/* ---- owners (place.c) ---- */

typedef enum owner_kind { OWNER_NONE, OWNER_PERSON, OWNER_ORG, OWNER_STAFF, OWNER_PLACE, OWNER_KINDS } owner_kind;

typedef struct owner {
    ans_rid rid;       /* 0: never seen in the store */
    uint32_t same;     /* another number of the same thing, which counts instead */
    uint32_t follows;  /* person: the record that replaced this one; who sees that one sees this */
    uint32_t above;    /* person: managing organisation; org, place: partOf */
    uint32_t org;      /* place: managing organisation */
    ans_org number;    /* org: its number in the trees */
    ans_lines lines;   /* org: in which it stands, of g->lines_edition and g->lines_day */
    uint8_t kind;      /* owner_kind */
    uint8_t org_kind;  /* org */
} owner;

enum { ORG_UNKNOWN, ORG_FACILITY, ORG_DEPARTMENT, ORG_PUBLIC }; /* public: an authority or administrative unit */

/* Where somebody is, who looks after somebody, which role somebody has: of one resource, while it is in force. */
/* FACT_PAST: a stay that is over. It says what the house before it keeps, when it began with a transfer; and for a while (to_us) in which wards the
 * person lay last, so that what was done in the night is typed in the morning. */
typedef enum fact_kind { FACT_STAY, FACT_TEAM, FACT_ROLE, FACT_PAST } fact_kind;

typedef struct fact {
    ans_rid rid;       /* of the Encounter, EpisodeOfCare, CareTeam, PractitionerRole */
    uint8_t kind;      /* fact_kind */
    bool has_purpose;  /* role: names a legal purpose */
    bool is_wardless;  /* stay: of somebody of the house who is in none of its wards */
    uint32_t who;      /* person, or staff of a role */
    uint32_t org;
    uint32_t from;     /* stay: the house it was transferred from */
    uint32_t roles;    /* bits: of ans_rights.roles */
    uint32_t count;
    uint32_t list[12]; /* places of a stay, staff of a team, wards of a role */
    int64_t from_us, to_us; /* of a role, and (to_us) of what a ward keeps of a stay that is over; to_us is the first moment after it, INT64_MAX: no end */
} fact;
#define FACT_LIST_MOST 12
#define WARD_KEEPS_US (INT64_C(3) * 86400 * 1000000) /* of who lay there last, after the end of the stay */

/* ---- consents and grounds (share.c) ---- */

#define SHARE_TO_MOST 4

/* Of one Consent in force or one recorded ground that names recipients. */
typedef struct share {
    ans_rid rid;
    uint32_t person, purpose;     /* purpose: place in the table */
    uint32_t to[SHARE_TO_MOST];   /* organisations */
    uint32_t to_count;
    bool is_ground;
    int64_t from_us, to_us;       /* to_us is the first moment after it */
} share;

/* ---- marks (mark.c) ---- */

#define MARK_CHUNK 4096
#define MARK_CHUNKS 65536
#define MARK_KNOWN 0x8000
_Static_assert(ANS_LABEL_COUNT < 16, "a bit of a mark says that it is known");

typedef struct mark_chunk {
    _Atomic uint32_t owner[MARK_CHUNK];
    _Atomic ans_labels labels[MARK_CHUNK];
} mark_chunk;

/* How the owner of a type's resources is found in their rows. */
typedef struct own_rule {
    uint16_t number;         /* of the type in the store */
    uint16_t person_slot, org_slot, security_slot, all_slot;
    uint8_t self;            /* owner_kind: it owns itself */
    bool is_open;
    uint16_t target_slot;    /* Provenance: what it is about owns it */
    uint16_t code_slots[13];
    uint8_t code_count;
    uint16_t form_slots[2]; /* which form it answers, or asks for */
    uint8_t form_count;
} own_rule;

/* What labels, as its row begins behind the slot: a coding, or the url of a form. */
typedef enum key_kind { KEY_SECURITY, KEY_CODE, KEY_FORM } key_kind;

typedef struct code_key {
    char bytes[9];
    uint8_t kind;
    ans_labels labels;
    const ans_type *types; /* none: any */
    uint32_t type_count;
} code_key;

/* ---- passes (where.c, pass.c, pass_ask.c) ---- */

/* Beside the scopes of the table: the person was moved from the role's facility to another one. What was made before the stay there began
 * (rids are given in the order in which things are first written) is still read by whoever would read it of a resident. */
#define WHERE_PAST ((ans_scopes)8192)
/* And: they lie in some ward of the role's facility, so that nothing else says which wards they are before. */
#define WHERE_PLACED ((ans_scopes)16384)
typedef struct past {
    uint32_t owner, facility;
    ans_rid before;
} past;

typedef struct grant {
    const ans_role_rights *role;
    ans_masks masks;
    const ans_scopes *where; /* by owner */
    ans_scopes outside;      /* where what has no number yet would lie */
    uint32_t facility;       /* number of the role's facility; 0: everywhere, or nowhere */
    bool whole;              /* all wards of it */
} grant;

/* The limit of a call's token. What changes in it belongs to the call's thread. */
typedef struct bounds {
    ans_arena *arena;
    const ans_limit *limit;
    ans_str account;          /* "$account" in a code is this */
    ans_rid self;             /* what a rule is_self reaches; 0: nothing */
    bool is_own;              /* of an account of a person in care or who represents them: no token */
    bool base_open;           /* the account itself may do everything */
    uint32_t persons[8];      /* numbers of the one person that rules may be confined to */
    uint32_t person_count;
    ans_reader *rd;
} bounds;

struct ans_pass {
    ans_gate *gate;
    atomic_uint refs;
    bool is_open;
    uint64_t key;            /* of who */
    uint64_t edition, orgs_edition;
    ans_pass *next;          /* in its bucket */
    int64_t until_us;        /* a role begins or ends, a glass closes, a day begins */
    uint32_t owner_count;
    uint32_t grant_count;
    grant *grants;
    ans_scopes *where[ANS_ROLE_MOST + 2]; /* owned */
    uint32_t where_count;
    past *past;              /* owned; by owner and facility */
    uint32_t past_count, past_cap;
    ans_str account;         /* owned */
    bool is_own;             /* of a person in care or who represents them: what changes who they are makes it stale */
    uint64_t own_edition;
    ans_rid self;            /* their RelatedPerson; 0: none */
    bounds *within;          /* of a token; NULL: no limit. Then grants and where are borrowed, and is_open says nothing */
};

/* ---- broken glass (glass.c) ---- */

typedef struct glass {
    ans_str account, display, patient, purpose, reason; /* in one piece with it */
    uint32_t person;
    ans_rid rid;
    int64_t since_us, until_us;
    struct glass *next;
} glass;

#define PASS_BUCKETS 256

struct ans_gate {
    ans_gate_options o;
    ans_cx cx;                 /* tables; process lifetime */
    ans_arena *scratch;        /* under lock; reset after each use */
    const ans_rights *rights;
    const ans_compartments *compartments;
    const ans_zone *zone;
    ans_reader *rd;            /* under lock */
    pthread_mutex_t lock;
    pthread_cond_t ready_cond;
    atomic_bool ready;
    bool failed, has_loader, stopped;
    pthread_t loader;
    atomic_uint_fast64_t edition;
    atomic_uint_fast64_t own_edition; /* of what says who somebody is and who represents them */
    own_rule *own;             /* by ans_type */
    ans_type kinds[OWNER_KINDS];
    ans_type t_encounter, t_episode, t_team, t_role, t_binary, t_consent, t_basic, t_related;
    code_key *codes;           /* sorted by bytes */
    uint32_t code_count;
    /* owners */
    owner *owners;
    uint32_t owner_count, owner_cap;
    num_map by_key, by_rid;
    bool only_find;            /* names asked for by requests make no numbers */
    rid_list facts;
    const ans_purposes *purposes;
    uint32_t purpose_groups[ANS_PURPOSE_MOST]; /* bits: of rights->groups */
    rid_list shares;
    uint64_t lines_edition;
    ans_day lines_day;
    uint32_t lines_count;      /* owners whose lines are known */
    /* marks */
    _Atomic(mark_chunk *) *chunks;
    /* passes */
    pthread_mutex_t pass_lock;
    ans_pass *passes[PASS_BUCKETS];
    pthread_mutex_t glass_lock;
    glass *glasses;
};

static inline const fact *fact_at(const ans_gate *g, uint32_t i)
{
    return (const fact *)g->facts.items + i;
}

/* place.c: all under lock */
uint32_t owner_named(ans_gate *g, owner_kind kind, ans_str id);  /* found or made; 0: no memory, or g->only_find */
uint32_t owner_by_rid(ans_gate *g, owner_kind kind, ans_rid rid); /* found or made */
/* The one number that counts. */
uint32_t owner_real(const ans_gate *g, uint32_t n);
/* id and rid belong together. */
uint32_t owner_join(ans_gate *g, owner_kind kind, ans_str id, ans_rid rid);
/* A resource says where something is. body empty: it was deleted. */
ANS_MUST_USE ans_err place_apply(ans_gate *g, ans_cx *cx, ans_type type, ans_str id, ans_rid rid, ans_str body);
bool place_is_of_interest(const ans_gate *g, ans_type type);
uint32_t place_facility(const ans_gate *g, uint32_t org); /* the facility a department is of */

/* share.c: under lock */
ANS_MUST_USE ans_err share_apply(ans_gate *g, ans_cx *cx, ans_type type, ans_rid rid, ans_str body); /* body empty: it was deleted */
/* For each person whose data may go there now, maybe more than once; until: earlier when something begins or ends before. */
void share_each(ans_gate *g, uint32_t purpose, uint32_t recipient, int64_t now_us, void (*fn)(void *arg, uint32_t person), void *arg,
                int64_t *until_us);

/* mark.c */
ANS_MUST_USE ans_err mark_rules(ans_gate *g);
ans_mark mark_get(const ans_gate *g, ans_rid rid);
bool mark_is_known(const ans_gate *g, ans_rid rid);
ANS_MUST_USE bool mark_set(ans_gate *g, ans_rid rid, ans_mark mark);
/* Under lock: from the rows and the body of a resource. rd: where references are looked up. */
ans_mark mark_derive(ans_gate *g, ans_cx *cx, ans_reader *rd, ans_type type, ans_str id, const ans_rows *rows, ans_str body);
ANS_MUST_USE ans_err mark_load(ans_gate *g);
void gate_watch(void *gate, const ans_txn *txn);

/* own.c */
/* An issue that says why the account is closed today. */
ANS_MUST_USE ans_err own_closed(ans_cx *cx, const ans_own *own);
/* The role of such an account; UINT32_MAX: none. */
uint32_t own_role(const ans_rights *rights, ans_str person);

/* within.c */
ANS_MUST_USE ans_err within_new(ans_gate *g, ans_cx *cx, const ans_who *who, const ans_pass *base, const ans_pass **out);
/* The pass of such an account, within what its role shows. */
ANS_MUST_USE ans_err within_own(ans_cx *cx, const ans_pass *base, const ans_pass **out);
/* Does the limit of this pass reach a resource of this type with this mark? rid 0: one that is not looked up. */
bool within_reaches(const ans_pass *p, ans_type type, ans_rid rid, ans_mark mark, uint8_t letters);
uint8_t within_letters(ans_right right);
/* The person that the token is for, and the member of staff it belongs to: they may be referred to by what a token may write, though it
 * may not read them. */
bool within_names(const ans_pass *p, ans_type type, ans_mark mark);

/* pass.c */
void pass_drop_all(ans_gate *g);

/* glass.c */
/* For each person whose glass this account has broken now; until: the earliest end. */
void glass_each(ans_gate *g, ans_str account, int64_t now_us, void (*fn)(void *arg, uint32_t person), void *arg, int64_t *until_us);
void glass_free(ans_gate *g);

static inline uint64_t gate_hash(const ans_gate *g, ans_str s)
{
    uint64_t h = ans_hash64(ans_store_hash_key(g->o.store), s);
    return h ? h : 1;
}

static inline uint16_t row_slot(const ans_row *r)
{
    if (r->head.n < 2) {
        return 0;
    }
    return (uint16_t)((uint8_t)r->head.p[0] << 8 | (uint8_t)r->head.p[1]);
}

/* less: scopes that shall not count */
static inline bool mask_in(const ans_gate *g, const grant *gr, uint8_t group, ans_right right, ans_scopes where, ans_labels labels)
{
    if (!(gr->masks[group][right] & where)) {
        return false;
    }
    if (!labels || g->rights->groups[group].is_open) {
        return true;
    }
    for (unsigned left = labels; left; left &= left - 1) {
        int label = __builtin_ctz(left);
        uint32_t only = gr->role->label_groups[label];
        if (!(gr->role->labels[label] & where) || (only && !(only >> group & 1))) {
            return false;
        }
    }
    return true;
}

static inline bool mask_holds(const ans_gate *g, const grant *gr, uint8_t group, ans_right right, uint32_t owner_count, ans_mark mark,
                              ans_scopes less)
{
    ans_scopes where = (ans_scopes)((mark.owner < owner_count ? gr->where[mark.owner] : gr->outside) & ~(less | WHERE_PAST));
    return mask_in(g, gr, group, right, where, mark.labels);
}

#endif
